using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Simulation.Tests.Plants;

internal sealed class ForgetfulInbox(IInbox inner) : IInbox
{
    public Task<bool> HasSeenAsync(string consumer, string messageId, CancellationToken cancellation) => Task.FromResult(false);

    public Task RecordAsync(string consumer, string messageId, DateTimeOffset expiresAt, CancellationToken cancellation) => inner.RecordAsync(consumer, messageId, expiresAt, cancellation);

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeAsync(before, limit, cancellation);
}

internal sealed class KeylessNotifier(INotifier inner) : INotifier
{
    private int calls;

    // The table's key keeps doubles out; a notifier that sends mails has none.
    public Task NotifyAsync(Notification notification, CancellationToken cancellation) =>
        inner.NotifyAsync(notification with { EventId = $"{notification.EventId}{new string(' ', ++calls)}" }, cancellation);

    public Task ForgetAsync(OrderRef order, CancellationToken cancellation) => inner.ForgetAsync(order, cancellation);
}

internal sealed class FriendlyNotifier(INotifier inner, IOrderStore orders) : INotifier
{
    public async Task NotifyAsync(Notification notification, CancellationToken cancellation) =>
        await inner.NotifyAsync(notification with { Text = $"Dear {(await orders.FindAsync(notification.Order, cancellation))?.ShippingAddress.Name}, {notification.Text}" }, cancellation);

    public Task ForgetAsync(OrderRef order, CancellationToken cancellation) => inner.ForgetAsync(order, cancellation);
}

internal sealed class OneKeyForAll(IIdempotencyStore inner) : IIdempotencyStore
{
    private const string Same = "same";

    public Task<Claim> ClaimAsync(IdempotencyKey key, string fingerprint, CancellationToken cancellation) => inner.ClaimAsync(key with { Key = Same }, Same, cancellation);

    public Task CompleteAsync(IdempotencyKey key, string fingerprint, StoredAnswer answer, CancellationToken cancellation) =>
        inner.CompleteAsync(key with { Key = Same }, Same, answer, cancellation);

    public Task AbandonAsync(IdempotencyKey key, CancellationToken cancellation) => inner.AbandonAsync(key with { Key = Same }, cancellation);

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeAsync(before, limit, cancellation);
}

internal sealed class ForgetfulMessages(IProviderMessages inner) : IProviderMessages
{
    public Task<StoreMessageResult> StoreAsync(ProviderMessage message, CancellationToken cancellation) => inner.StoreAsync(message, cancellation);

    public Task<ProviderMessage?> FindAsync(string source, string messageId, CancellationToken cancellation) => inner.FindAsync(source, messageId, cancellation);

    public Task SetStateAsync(string source, string messageId, ProviderMessageState state, string? note, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<ProviderMessage>> FindByOrderAsync(OrderId order, int limit, CancellationToken cancellation) =>
        inner.FindByOrderAsync(order, limit, cancellation);

    public Task<IReadOnlyList<ProviderMessage>> FindUnappliedAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ProviderMessage>>([]);
}

internal sealed class HoardingOutbox(IOutbox inner) : IOutbox
{
    public Task DeleteAsync(OutboxItem item, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<OutboxItem>> FindOlderThanAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<OutboxItem>>([]);

    public Task<int> CountFailureAsync(OutboxItem item, string error, int parkAt, CancellationToken cancellation) => inner.CountFailureAsync(item, error, parkAt, cancellation);

    public Task<int> ReviveAsync(OrderRef order, CancellationToken cancellation) => inner.ReviveAsync(order, cancellation);

    public Task<bool> HasEarlierAsync(OutboxItem item, CancellationToken cancellation) => Task.FromResult(false);
}

internal sealed class DeafLifecycle(IInbox inner) : IInbox
{
    public async Task<bool> HasSeenAsync(string consumer, string messageId, CancellationToken cancellation) =>
        consumer == LifecycleConsumer.Name || await inner.HasSeenAsync(consumer, messageId, cancellation);

    public Task RecordAsync(string consumer, string messageId, DateTimeOffset expiresAt, CancellationToken cancellation) => inner.RecordAsync(consumer, messageId, expiresAt, cancellation);

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeAsync(before, limit, cancellation);
}
