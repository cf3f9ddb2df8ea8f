using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>The body of a cancellation, as a client sends it.</summary>
/// <param name="Reason">In words, 1 to <see cref="OrderLimits.MostReasonCharacters"/> characters.</param>
public sealed record CancelRequest(string? Reason);

/// <summary>
/// Calls an unpaid order off, for its buyer or staff. The provider is asked first: money that was faster wins, and the order is then paid instead.
/// Stock is freed by the inventory subscription.
/// </summary>
public sealed class CancelOrder(OrderAccess access, OrderChanges changes, VoidOpenAttempts attempts, AskProvider ask, TimeProvider clock)
{
    /// <summary>A buyer who opens attempts as fast as they are voided is told to try again.</summary>
    private const int MostRounds = 3;

    /// <param name="expectedVersion">Of <c>If-Match</c>: the version that the caller saw; compared before any attempt is voided.</param>
    /// <returns>The cancelled order, unchanged if it was cancelled before.</returns>
    public async Task<Result<Order>> RunAsync(
        Caller caller, OrderId orderId, CancelRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        var form = new Form();
        var reason = form.Required("reason", request.Reason, OrderLimits.MostReasonCharacters);
        if (form.Refusal is { } refusal)
            return refusal;
        if (await access.FindAsync(caller, orderId, cancellation).ConfigureAwait(false) is not { } order)
            return new Refusal.NotFound("order");
        if (order.Status == OrderStatus.Cancelled)
            return order;
        if (order.RefuseOtherVersion(expectedVersion) is { } otherVersion)
            return otherVersion;

        for (var round = 0; round < MostRounds; round++)
        {
            if (order.Status == OrderStatus.PendingPayment && order.Payments.Any(payment => payment.Captured is null))
            {
                // Withdraw first, ask last: a declined attempt may have been paid after all, and its message lost.
                await attempts.RunAsync(order.Ref, cancellation).ConfigureAwait(false);
                await ask.RunAsync(order.Ref, cancellation).ConfigureAwait(false);
            }

            if (await changes.ChangeAsync(order.Ref, read => Decide(read, caller, reason), cancellation).ConfigureAwait(false) is not { } done)
                return new Refusal.NotFound("order");
            if (done.Outcome is { } refused)
                return refused;
            if (done.Order.Status == OrderStatus.Cancelled)
                return done.Order;
            order = done.Order;
        }

        throw new DependencyUnavailableException("payment provider");
    }

    /// <summary>Leaves an order alone that has an attempt open (again): that must be voided first.</summary>
    private Decision<Refusal?> Decide(Order order, Caller caller, string reason)
    {
        if (order.Status == OrderStatus.Cancelled)
            return new(Outcome: null);
        if (order.Status != OrderStatus.PendingPayment)
            return new(new Refusal.NotCancellable(order.Status));
        if (order.HasOpenAttempt)
            return new(Outcome: null);
        var by = caller.ActsAs(order.Ref);
        return order.Decide(new OrderEvent.CancelRequested(clock.GetUtcNow(), CauseOf(by)), by, reason, EventTypes.Cancelled);
    }

    private static CancelCause CauseOf(string actor) => actor switch
    {
        Actor.Customer => CancelCause.Buyer,
        "merchant" => CancelCause.Merchant,
        _ => CancelCause.Support,
    };
}
