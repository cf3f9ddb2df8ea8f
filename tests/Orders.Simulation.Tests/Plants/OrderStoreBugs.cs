using System.Text.Json.Nodes;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Simulation.Tests.Plants;

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

    public Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation) =>
        Inner.ListOfSaleAsync(sale, limit, cursor, cancellation);

    public Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation) =>
        Inner.ListAllAsync(limit, cursor, cancellation);

    public Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation) => Inner.ListOpenAsync(limit, cursor, cancellation);
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

internal sealed class OrdersWithoutPast(IOrderStore inner) : OrderStoreBug(inner)
{
    public override Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        var forgotten = order with { Timeline = [order.Timeline[^1]] };
        return Inner.SaveAsync(forgotten, OrderEventEnvelope.ItemFor(forgotten, outboxItem.Type), cancellation);
    }
}

/// <summary>What was paid for a unit is rounded down before it is multiplied: what is left over by that nobody ever gets back.</summary>
internal sealed class RoundingOrders(IOrderStore inner) : OrderStoreBug(inner)
{
    public override Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        if (outboxItem.Type != EventTypes.CaseOpened)
            return Inner.SaveAsync(order, outboxItem, cancellation);
        var opened = order.Cases[^1];
        var rounded = order with { Cases = [.. order.Cases.SkipLast(1), opened with { Lines = [.. opened.Lines.Select(line => Rounded(order, line))] }] };
        return Inner.SaveAsync(rounded, OrderEventEnvelope.ItemFor(rounded, outboxItem.Type, opened.CaseId), cancellation);
    }

    private static CaseLine Rounded(Order order, CaseLine line) =>
        line with { Amount = order.FindLine(line.LineId).Total / order.FindLine(line.LineId).Quantity * line.Quantity };
}
