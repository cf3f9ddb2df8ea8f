using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>What a use case made of the order that it was shown.</summary>
/// <param name="Outcome">Its answer.</param>
/// <param name="Changed">The order's next version, made by <c>Order.Apply</c> or <c>Order.Changed</c>; null when nothing is to be saved.</param>
/// <param name="EventType">Of <see cref="EventTypes"/>; goes with <paramref name="Changed"/>.</param>
/// <param name="About">The after-sale case that the event is about; null for all else.</param>
public sealed record Decision<TOutcome>(TOutcome Outcome, Order? Changed = null, string? EventType = null, CaseId? About = null);

/// <summary>
/// The one way in which orders are written: read, decide, save on condition that nobody wrote meanwhile, else begin again. One save is one
/// version and one event in the same batch.
/// </summary>
public sealed class OrderChanges(IOrderStore orders, TimeProvider clock)
{
    private const int MostTries = 10;

    /// <summary>Stores a new order with its first event. Null on success, else the order that has this id already.</summary>
    public async Task<Order?> CreateAsync(Order order, CancellationToken cancellation)
    {
        using var span = OrderTracing.Start("create order", order.OrderId);
        var other = await orders.CreateAsync(order, OrderEventEnvelope.ItemFor(order, EventTypes.Placed), cancellation).ConfigureAwait(false);
        if (other is null)
        {
            OrderMetrics.Placed.Add(1);
            OrderMetrics.Changes.Add(1, OrderMetrics.By("order.event", EventTypes.Placed));
        }

        return other;
    }

    /// <summary>
    /// Shows the order to <paramref name="decide"/>, which must be pure, and saves what it made of it; again from the start when another write
    /// came between. Returns the outcome and the order as it is afterwards; null when there is no such order.
    /// </summary>
    /// <exception cref="DependencyUnavailableException">Too many others were writing this order.</exception>
    public async Task<(TOutcome Outcome, Order Order)?> ChangeAsync<TOutcome>(
        OrderRef order, Func<Order, Decision<TOutcome>> decide, CancellationToken cancellation)
    {
        using var span = OrderTracing.Start("change order", order.OrderId);
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (await orders.FindAsync(order, cancellation).ConfigureAwait(false) is not { } read)
                return null;
            var decision = decide(read);
            if (decision.Changed is not { } changed)
                return (decision.Outcome, read);
            changed = changed with { ClosedAt = changed.IsOverAt(clock.GetUtcNow()) ? changed.UpdatedAt : null };
            if (await orders.SaveAsync(changed, OrderEventEnvelope.ItemFor(changed, decision.EventType!, decision.About), cancellation).ConfigureAwait(false))
            {
                span?.SetTag("order.event", decision.EventType);
                OrderMetrics.Changes.Add(1, OrderMetrics.By("order.event", decision.EventType));
                return (decision.Outcome, changed);
            }
        }

        span.Failed("TooManyWriters");
        throw new DependencyUnavailableException($"order {order.OrderId}, written by many at once,");
    }
}
