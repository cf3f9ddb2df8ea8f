using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>The buyer, and nobody else, says that everything arrived. Success, unchanged, if the order was complete before.</summary>
public sealed class ConfirmReceipt(OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    /// <param name="expectedVersion">Of <c>If-Match</c>: the version that the caller saw.</param>
    public Task<Result<Order>> RunAsync(Caller caller, OrderId orderId, long? expectedVersion, CancellationToken cancellation) => changes.RunAsync(
        new OrderRef(caller.UserId, orderId), read => Decide(read, expectedVersion), cancellation);

    private Decision<Refusal?> Decide(Order order, long? expectedVersion)
    {
        var at = clock.GetUtcNow();
        var decision = order.Decide(
            new OrderEvent.ReceiptConfirmed(at, Deadlines.After(at, policy.AfterSaleWindow)), Actor.Customer, "Receipt confirmed", EventTypes.Completed);
        return decision.Changed is not null && order.RefuseOtherVersion(expectedVersion) is { } refusal ? new(refusal) : decision;
    }
}

/// <summary>Nobody confirmed in time, which counts as received. Refused before the deadline; success if the order was complete before.</summary>
public sealed class PassReceiptDeadline(OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    public Task<Result<Order>> RunAsync(OrderRef order, CancellationToken cancellation) => changes.RunAsync(order, Decide, cancellation);

    private Decision<Refusal?> Decide(Order order)
    {
        var at = clock.GetUtcNow();
        return order.Decide(
            new OrderEvent.ReceiptDeadlinePassed(at, Deadlines.After(at, policy.AfterSaleWindow)), Actor.System, "Counts as received: the deadline passed",
            EventTypes.Completed);
    }
}
