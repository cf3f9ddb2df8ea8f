using System.Globalization;
using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// How an after-sale case gets its money, as pure functions: what it is due is taken from what the order's payments keep, written down as refunds in the same
/// save, and the case ends with the last of them. So money is either kept or on its way back, and never counted twice.
/// </summary>
internal static class CaseRefund
{
    /// <summary>
    /// The order with the refunds of a case that is to be refunded; one that is due nothing is completed. Unchanged when they are written down already, or
    /// when the case is elsewhere.
    /// </summary>
    public static Decision<Refusal?> Request(Order order, CaseId caseId, OrderPolicy policy, DateTimeOffset now)
    {
        if (order.FindCase(caseId) is not { } @case)
            return new(CaseDecisions.NoSuchCase);
        if (@case.State is not CaseState.Refunding)
            return new(Outcome: null);
        var live = order.RefundsFor(caseId);
        var open = checked(@case.RefundDue - live.Sum(refund => refund.Amount));
        if (open == 0)
        {
            return FactAfter(order, caseId, now) is { } fact
                ? order.DecideCase(caseId, fact, Actor.System, note: null, EventTypes.CaseRefundFailed, policy)
                : new(Outcome: null);
        }

        var reason = @case.WithoutStock ? RefundReason.OutOfStock : RefundReason.AfterSale;
        return new(Outcome: null, TakeFromKept(order, open, caseId, reason, now).Changed(now), EventTypes.RefundRequested, caseId);
    }

    /// <summary>
    /// What the refunds of a case say about it: all of its money went back, or a part was refused for good. Null while some is on its way, and when the case
    /// knows already.
    /// </summary>
    public static CaseEvent? FactAfter(Order order, CaseId caseId, DateTimeOffset now)
    {
        if (order.FindCase(caseId) is not { State: CaseState.Refunding or CaseState.RefundFailed } @case)
            return null;
        var live = order.RefundsFor(caseId);
        if (live.Any(refund => refund.Status == RefundStatus.Failed))
            return @case.State is CaseState.Refunding ? new CaseEvent.RefundRefused(now) : null;
        return live.All(refund => refund.Status == RefundStatus.Succeeded) && live.Sum(refund => refund.Amount) == @case.RefundDue
            ? new CaseEvent.RefundSucceeded(now)
            : null;
    }

    /// <summary>The save of a changed refund: with what it says about its case, if it has one.</summary>
    /// <param name="recorded">The order with the refund as it is now, not a new version yet.</param>
    /// <param name="refund">The refund.</param>
    /// <param name="eventType">When the case stays where it is.</param>
    /// <param name="by">Who says so: a word of <see cref="Actor"/> or a role.</param>
    /// <param name="policy">The shop's.</param>
    /// <param name="now">When.</param>
    /// <param name="words">What the case's step says of it.</param>
    public static (Order Changed, string EventType, CaseId? About) Saved(
        Order recorded, OrderRefund refund, string eventType, string by, OrderPolicy policy, DateTimeOffset now, RefundStepWords words)
    {
        if (refund.ForCase is not { } caseId || FactAfter(recorded, caseId, now) is not { } fact)
            return (recorded.Changed(now), eventType, refund.ForCase);
        var decision = recorded.DecideCase(caseId, fact, by, words.ForAll, EventTypes.CaseRefundFailed, policy, words.ForStaff);
        return decision.Changed is { } changed
            ? (changed, decision.EventType!, caseId)
            : throw new InvalidOperationException($"Case {caseId} did not take {fact.GetType().Name}: {decision.Outcome}.");
    }

    /// <summary>The next refund's key of a payment.</summary>
    public static string NextKey(OrderPayment payment) =>
        $"{payment.PaymentId}-r{(payment.Refunds.Count + 1).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The order's own payment first, then those of differences, each as far as something of it is kept: so every part but the last empties one.</summary>
    private static Order TakeFromKept(Order order, long due, CaseId caseId, RefundReason reason, DateTimeOffset now)
    {
        foreach (var payment in order.Payments.Where(payment => payment.Kept > 0).OrderBy(payment => payment.ForCase is not null).ToList())
        {
            var part = Math.Min(due, payment.Kept);
            if (part == 0)
                break;
            var refund = new OrderRefund(NextKey(payment), part, reason, RefundStatus.Requested, now) { ForCase = caseId };
            order = order.With(payment with { Kept = payment.Kept - part, Refunds = [.. payment.Refunds, refund] });
            due -= part;
        }

        return due == 0
            ? order
            : throw new InvalidOperationException($"Case {caseId} is due {due} more than the payments of its order keep.");
    }
}

/// <summary>What the step of a case says of a refund.</summary>
/// <param name="ForAll">The buyer reads it, too: nothing of the provider's own.</param>
internal readonly record struct RefundStepWords(string? ForAll, string? ForStaff)
{
    private const int MostCharacters = OrderLimits.MostReasonCharacters;

    /// <summary>By the provider's word.</summary>
    public static RefundStepWords Of(RefundStatus status, string? because) => status == RefundStatus.Failed
        ? new("The provider refused it: the shop sends it again or pays another way.", because is { Length: > MostCharacters } ? because[..MostCharacters] : because)
        : default;

    /// <summary>By staff who paid it outside the provider.</summary>
    public static RefundStepWords Settled(string reference, string? note) => new($"Paid outside the provider, reference {reference}.", note);
}
