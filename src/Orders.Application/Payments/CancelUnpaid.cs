using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Payments;

/// <summary>What the payment deadline came to.</summary>
public enum CancelUnpaidOutcome
{
    /// <summary>Nothing had been paid in full: cancelled, revivable for a while.</summary>
    Cancelled,

    /// <summary>It had moved on: paid, cancelled by somebody, or gone.</summary>
    NotPending,

    /// <summary>The deadline has not come.</summary>
    NotDue,
}

/// <summary>
/// The payment deadline: asks the provider before it believes that nothing was paid, withdraws what is open, and only then cancels, on
/// condition that nobody moved the order meanwhile.
/// </summary>
public sealed class CancelUnpaid(
    IOrderStore orders, OrderChanges changes, AskProvider ask, VoidOpenAttempts withdraw, OrderPolicy policy, TimeProvider clock)
{
    /// <exception cref="DependencyUnavailableException">The provider could not say: nothing is believed, repeat.</exception>
    public async Task<CancelUnpaidOutcome> RunAsync(OrderRef order, CancellationToken cancellation)
    {
        if (await orders.FindAsync(order, cancellation).ConfigureAwait(false) is not { State: OrderState.PendingPayment pending })
            return CancelUnpaidOutcome.NotPending;
        if (clock.GetUtcNow() < pending.PayBy)
            return CancelUnpaidOutcome.NotDue;

        // Withdraw first, ask last: the question then is about attempts that can't be paid any more.
        await withdraw.RunAsync(order, cancellation).ConfigureAwait(false);
        await ask.RunAsync(order, cancellation).ConfigureAwait(false);
        var result = await changes.ChangeAsync(order, Expire, cancellation).ConfigureAwait(false);
        return result?.Outcome ?? CancelUnpaidOutcome.NotPending;
    }

    private Decision<CancelUnpaidOutcome> Expire(Order order)
    {
        if (order.State is not OrderState.PendingPayment)
            return new(CancelUnpaidOutcome.NotPending);
        if (order.HasOpenAttempt)
            throw new DependencyUnavailableException($"order {order.OrderId}, whose newest attempt is not withdrawn yet,");
        var now = clock.GetUtcNow();
        var (transition, cancelled) = order.Apply(
            new OrderEvent.PaymentDeadlinePassed(now, Deadlines.After(now, policy.RevivalWindow)), Actor.System, "Not paid in time");
        return transition is Transition.Moved
            ? new(CancelUnpaidOutcome.Cancelled, cancelled, EventTypes.Cancelled)
            : new(CancelUnpaidOutcome.NotDue);
    }
}
