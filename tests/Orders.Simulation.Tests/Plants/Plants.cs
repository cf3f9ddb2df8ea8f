using System.Text.Json.Nodes;
using LocalFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests.Plants;

/// <summary>Bugs that people really write, each put before the right part of the shop.</summary>
internal static class Bugs
{
    /// <summary>The hold is written down after the stock was taken: who dies between leaves units that nobody gives back.</summary>
    public static void UndoAfterStep(IServiceCollection services) => services.Wrap<IStock>((provider, inner) => new HoldAfterDeduction(
            inner, provider.GetRequiredService<LocalStore>(), provider.GetRequiredService<TimeProvider>()));

    /// <summary>An order is found by its number, whoever asks.</summary>
    public static void OwnerCheckRemoved(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new AnybodysOrders(inner));

    /// <summary>The event is sent before its version is saved.</summary>
    public static void PublishedBeforeSave(IServiceCollection services) =>
        services.Wrap<IOrderStore>((provider, inner) => new PublishingOrders(inner, provider.GetRequiredService<IEventPublisher>()));

    /// <summary>Any money pays an order.</summary>
    public static void AmountNotLookedAt(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new TrustingOrders(inner));

    /// <summary>Money that comes too late is kept.</summary>
    public static void LateMoneyKept(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new GreedyOrders(inner));

    /// <summary>Freeing what is free frees it again.</summary>
    public static void ReleaseNotIdempotent(IServiceCollection services) => services.Wrap<IStock>((provider, inner) => new FreeingTwice(inner, provider.GetRequiredService<LocalStore>()));

    /// <summary>Consumers forget what they have seen, and the notifier has no key.</summary>
    public static void InboxForgets(IServiceCollection services)
    {
        services.Wrap<IInbox>((_, inner) => new ForgetfulInbox(inner));
        services.Wrap<INotifier>((_, inner) => new KeylessNotifier(inner));
    }

    /// <summary>A new order is answered first and stored with the next one.</summary>
    public static void AnsweredBeforeStored(IServiceCollection services)
    {
        var waiting = new Queue<(Order, OutboxItem)>();
        services.Wrap<IOrderStore>((_, inner) => new LazyOrders(inner, waiting));
    }

    /// <summary>The snapshot in the event has the address.</summary>
    public static void AddressInEvents(IServiceCollection services) => services.Wrap<IOrderStore>((_, inner) => new TalkativeOrders(inner));
}

/// <summary>Passes everything on; a bug overrides what it breaks.</summary>
internal abstract class OrderStoreBug(IOrderStore inner) : IOrderStore
{
    protected IOrderStore Inner { get; } = inner;

    public virtual Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) => Inner.FindAsync(order, cancellation);

    public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => Inner.LocateAsync(orderId, cancellation);

    public virtual Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) => Inner.CreateAsync(order, outboxItem, cancellation);

    public virtual Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) => Inner.SaveAsync(order, outboxItem, cancellation);

    public Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation) =>
        Inner.ListAsync(user, status, limit, cursor, cancellation);

    public Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation) =>
        Inner.FindOverdueAsync(before, limit, cursor, cancellation);

    public Task<Page<OrderRef>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation) => Inner.ListOpenAsync(limit, cursor, cancellation);
}

internal sealed class AnybodysOrders(IOrderStore inner) : OrderStoreBug(inner)
{
    public override async Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) =>
        await Inner.LocateAsync(order.OrderId, cancellation) is { } found ? await Inner.FindAsync(found, cancellation) : null;
}

internal sealed class PublishingOrders(IOrderStore inner, IEventPublisher publisher) : OrderStoreBug(inner)
{
    public override async Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        await publisher.PublishAsync(outboxItem, cancellation);
        return await Inner.SaveAsync(order, outboxItem, cancellation);
    }
}

internal sealed class TrustingOrders(IOrderStore inner) : OrderStoreBug(inner)
{
    public override Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        if (outboxItem.Type != EventTypes.MoneyReceived || order.State is not OrderState.PendingPayment)
            return Inner.SaveAsync(order, outboxItem, cancellation);
        var payment = order.Payments.First(one => one.Captured is not null);
        var paid = order.Apply(new OrderEvent.PaymentSettled(order.UpdatedAt, payment.PaymentId), Actor.Provider, "Paid").Order with
        {
            Version = order.Version,
            Payments = [.. order.Payments.Select(one => one == payment ? one with { Kept = one.Captured!.Value.Amount } : one)],
        };
        return Inner.SaveAsync(paid, OrderEventEnvelope.ItemFor(paid, EventTypes.Paid), cancellation);
    }
}

internal sealed class GreedyOrders(IOrderStore inner) : OrderStoreBug(inner)
{
    public override Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        if (order.State is not OrderState.Cancelled)
            return Inner.SaveAsync(order, outboxItem, cancellation);
        var kept = order with { Payments = [.. order.Payments.Select(one => one.Captured is { } captured && one.Refunds.Count == 0 ? one with { Kept = captured.Amount } : one)] };
        return Inner.SaveAsync(kept, OrderEventEnvelope.ItemFor(kept, outboxItem.Type), cancellation);
    }
}

internal sealed class LazyOrders(IOrderStore inner, Queue<(Order Order, OutboxItem Event)> waiting) : OrderStoreBug(inner)
{
    public override async Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        waiting.Enqueue((order, outboxItem));
        while (waiting.Count > 1)
        {
            var next = waiting.Dequeue();
            await Inner.CreateAsync(next.Order, next.Event, cancellation);
        }

        return null;
    }
}

internal sealed class TalkativeOrders(IOrderStore inner) : OrderStoreBug(inner)
{
    public override Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        var body = JsonNode.Parse(outboxItem.Body)!;
        body["data"]!["shippingAddress"] = order.ShippingAddress.Name;
        return Inner.CreateAsync(order, outboxItem with { Body = body.ToJsonString() }, cancellation);
    }
}

internal abstract class StockBug(IStock inner) : IStock
{
    protected IStock Inner { get; } = inner;

    public virtual Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation) => Inner.ReserveAsync(key, lines, cancellation);

    public Task<bool> KeepAsync(HoldKey key, CancellationToken cancellation) => Inner.KeepAsync(key, cancellation);

    public Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation) => Inner.CommitAsync(key, lines, cancellation);

    public virtual Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) => Inner.ReleaseAsync(key, generation, cancellation);

    public Task<IReadOnlyList<AgedHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Inner.FindUnkeptAsync(before, limit, cancellation);

    public Task<StockLevel?> FindAsync(Sku sku, CancellationToken cancellation) => Inner.FindAsync(sku, cancellation);

    public Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation) =>
        Inner.AdjustAsync(sku, change, reason, key, cancellation);
}

internal sealed class HoldAfterDeduction(IStock inner, LocalStore store, TimeProvider clock) : StockBug(inner)
{
    public override async Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation)
    {
        if (store.Read(session => session.Scalar("SELECT count(*) FROM stock_holds WHERE order_id = $1 AND number = $2", key.Order.OrderId.Value, key.Number)) > 0)
            return await Inner.ReserveAsync(key, lines, cancellation);
        var wanted = lines.GroupBy(line => line.Sku).OrderBy(group => group.Key.Value, StringComparer.Ordinal)
            .Select(group => (Sku: group.Key, Units: group.Sum(line => line.Quantity))).ToList();

        // The step: one commit.
        if (await store.WriteAsync(transaction => Take(transaction, wanted)) is { } missing)
            return new ReserveResult.OutOfStock(missing, 0);

        // What its undo would need: another commit.
        var text = string.Join(' ', wanted.Select(line => $"{line.Sku}:{line.Units}"));
        await store.WriteAsync(transaction => transaction.Execute(
            "INSERT INTO stock_holds (order_id, number, user_id, state, generation, unkept_since, lines) VALUES ($1, $2, $3, 1, 1, $4, $5)",
            key.Order.OrderId.Value, key.Number, key.Order.UserId.Value, clock.GetUtcNow(), text));
        return new ReserveResult.Reserved();
    }

    private static Sku? Take(WriteTransaction transaction, List<(Sku Sku, int Units)> wanted)
    {
        foreach (var (sku, units) in wanted)
        {
            if (transaction.Scalar("SELECT stock - held - sold >= $2 FROM stock WHERE sku = $1", sku.Value, units) == 0)
                return sku;
        }

        foreach (var (sku, units) in wanted)
            transaction.Execute("UPDATE stock SET held = held + $2 WHERE sku = $1", sku.Value, units);
        return null;
    }
}

internal sealed class FreeingTwice(IStock inner, LocalStore store) : StockBug(inner)
{
    public override async Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation)
    {
        var outcome = await Inner.ReleaseAsync(key, generation, cancellation);
        if (outcome == HoldOutcome.AlreadyDone)
        {
            var lines = store.Read(session => session.First("SELECT lines FROM stock_holds WHERE order_id = $1 AND number = $2", row => row.GetString(0), key.Order.OrderId.Value, key.Number));
            await store.WriteAsync(transaction =>
            {
                foreach (var part in lines!.Split(' '))
                    transaction.Execute("UPDATE stock SET held = held - CAST($2 AS INTEGER) WHERE sku = $1", part.Split(':')[0], part.Split(':')[1]);
            });
        }

        return outcome;
    }
}

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
}
