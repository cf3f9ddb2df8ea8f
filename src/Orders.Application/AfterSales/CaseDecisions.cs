using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>A case in its order, as it is after a use case.</summary>
public sealed record CaseInOrder(Order Order, AfterSaleCase Case);

/// <summary>Short ways to say what becomes of a case, for use cases whose outcome is "done, or refused".</summary>
internal static class CaseDecisions
{
    public static readonly Refusal NoSuchCase = new Refusal.NotFound("after-sale case");

    /// <summary>
    /// Moved: to be saved with this event type, or with that of a completion or a difference if that is what it came to. Already applied: success, unchanged. Illegal: refused.
    /// </summary>
    /// <param name="order">As it was read.</param>
    /// <param name="caseId">Which case.</param>
    /// <param name="event">The fact.</param>
    /// <param name="by">A word of <see cref="Actor"/> or a role.</param>
    /// <param name="note">In words, for the buyer; null when the step's name says it.</param>
    /// <param name="eventType">Of <see cref="EventTypes"/>.</param>
    /// <param name="policy">Says when the order counts as received, should its last open line go.</param>
    /// <param name="staffNote">In words, for staff alone.</param>
    public static Decision<Refusal?> DecideCase(
        this Order order, CaseId caseId, CaseEvent @event, string by, string? note, string eventType, OrderPolicy policy, string? staffNote = null)
    {
        if (order.FindCase(caseId) is not { } before)
            return new(NoSuchCase);
        return order.ApplyToCase(caseId, @event, by, note, Deadlines.After(@event.At, policy.ReceiptWindow), staffNote) switch
        {
            (CaseTransition.Moved { To.State: CaseState.Closed { End: CaseEnd.Completed } }, var changed) => new(Outcome: null, changed, EventTypes.CaseCompleted, caseId),
            (CaseTransition.Moved { To.State: CaseState.AwaitingPayment }, var changed) => new(Outcome: null, changed, EventTypes.CaseDifferenceDue, caseId),
            (CaseTransition.Moved, var changed) => new(Outcome: null, changed, eventType, caseId),
            (CaseTransition.AlreadyApplied, _) => new(Outcome: null),
            (CaseTransition.Illegal { Because: var because }, _) => new(new Refusal.IllegalInCase(before.Status, because)),
            _ => throw new InvalidOperationException("A transition is one of three."),
        };
    }

    /// <summary>The decision, or a refusal when it would change what the caller saw in another version.</summary>
    public static Decision<Refusal?> IfVersionIs(this Decision<Refusal?> decision, Order order, long? expected) =>
        decision.Changed is not null && order.RefuseOtherVersion(expected) is { } otherVersion ? new(otherVersion) : decision;

    /// <summary>Changes an order's case and answers with it, or with the refusal.</summary>
    public static async Task<Result<CaseInOrder>> RunAsync(
        this OrderChanges changes, OrderRef order, CaseId caseId, Func<Order, Decision<Refusal?>> decide, CancellationToken cancellation)
    {
        var changed = await changes.RunAsync(order, decide, cancellation).ConfigureAwait(false);
        return changed.Succeeded ? new CaseInOrder(changed.Value, changed.Value.FindCase(caseId)!) : changed.Refusal;
    }
}
