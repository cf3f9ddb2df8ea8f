using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;

namespace Orders.Contracts.Tests.Events;

/// <summary>Inboxes that forget and outboxes that mix up are found.</summary>
public sealed class EventNegativeControls
{
    [Fact]
    public Task InboxThatForgets_IsFound() => NegativeControl.IsFoundByAsync(async () =>
    {
        using var suite = new InboxSuite(Subject.OnMemory().With<IInbox>((inner, _) => new ForgetfulInbox(inner)));
        await suite.Record_IsRememberedForThatConsumerAndMessage();
    });

    [Fact]
    public Task OutboxThatDoesNotSeeEarlierItems_IsFound() => NegativeControl.IsFoundByAsync(async () =>
    {
        using var suite = new OutboxSuite(Subject.OnMemory().With<IOutbox>((inner, _) => new MixedUpOutbox(inner)));
        await suite.HasEarlier_LooksAtTheSameOrderAndPassesOverParkedOnes();
    });

    [Fact]
    public Task OutboxThatGoesByTheFactsTime_IsFound() => NegativeControl.IsFoundByAsync(async () =>
    {
        using var suite = new OutboxSuite(Subject.OnMemory().With<IOutbox>((inner, _) => new MixedUpOutbox(inner)));
        await suite.FindOlderThan_KeepsAnOrdersEventsInOrderWhateverTheirTime();
    });

    [Fact]
    public Task OutboxThatRevivesNothing_IsFound() => NegativeControl.IsFoundByAsync(async () =>
    {
        using var suite = new OutboxSuite(Subject.OnMemory().With<IOutbox>((inner, _) => new MixedUpOutbox(inner)));
        await suite.Revive_LetsTheParkedItemsOfThatOrderBeFoundAgain_WithTheirFailuresForgotten();
    });

    private sealed class InboxSuite(Subject subject) : InboxContract(subject);

    private sealed class OutboxSuite(Subject subject) : OutboxContract(subject);

    private sealed class ForgetfulInbox(IInbox inner) : IInbox
    {
        public Task<bool> HasSeenAsync(string consumer, string messageId, CancellationToken cancellation) =>
            inner.HasSeenAsync(consumer, messageId, cancellation);

        public Task RecordAsync(string consumer, string messageId, DateTimeOffset expiresAt, CancellationToken cancellation) => Task.CompletedTask;

        public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => inner.PurgeAsync(before, limit, cancellation);
    }

    private sealed class MixedUpOutbox(IOutbox inner) : IOutbox
    {
        public Task DeleteAsync(OutboxItem item, CancellationToken cancellation) => inner.DeleteAsync(item, cancellation);

        public async Task<IReadOnlyList<OutboxItem>> FindOlderThanAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
            [.. (await inner.FindOlderThanAsync(before, limit, cancellation)).OrderBy(item => item.At)];

        public Task<int> CountFailureAsync(OutboxItem item, string error, int parkAt, CancellationToken cancellation) =>
            inner.CountFailureAsync(item, error, parkAt, cancellation);

        public Task<int> ReviveAsync(OrderRef order, CancellationToken cancellation) => Task.FromResult(0);

        public Task<bool> HasEarlierAsync(OutboxItem item, CancellationToken cancellation) => Task.FromResult(false);
    }
}
