using static Orders.Domain.AfterSales.CaseEvent;
using static Orders.Domain.AfterSales.CaseState;

namespace Orders.Domain.AfterSales;

/// <summary>
/// An after-sale case's life as one pure function: the only place where a case changes its state. docs/after-sales.md is printed from it.
/// </summary>
public static class CaseTable
{
    public static CaseTransition Next(AfterSaleCase @case, CaseEvent @event) => (@case.State, @event) switch
    {
        (InReview s, Approved { ByDeadline: true } e) when e.At < s.ReviewBy => Refuse("the review deadline has not passed"),
        (InReview, Approved e) => Approve(@case, e),
        // Else the buyer would have paid for what nobody can send, and no case would be left to give the money back.
        (InReview, Rejected or Withdrawn) when @case.WithoutStock => Refuse("the shop can't deliver these units: their money goes back"),
        (InReview s, Rejected { ByDeadline: true } e) when e.At < s.ReviewBy => Refuse("the review deadline has not passed"),
        // The rule speaks for a merchant who said nothing: what somebody approved meanwhile it leaves alone.
        (InReview, Rejected e) => Close(@case, e.At, CaseEnd.Rejected),
        (AwaitingGoods or AwaitingInspection, Rejected { ByDeadline: false } e) => Close(@case, e.At, CaseEnd.Rejected),
        (InReview or AwaitingGoods, Withdrawn e) => Close(@case, e.At, CaseEnd.Withdrawn),

        (AwaitingGoods, GoodsSent e) => Move(@case with { SentBack = e.Parcel, State = new AwaitingInspection(e.InspectBy) }),
        (AwaitingGoods s, GoodsOverdue e) when e.At >= s.ReturnBy => Close(@case, e.At, CaseEnd.Lapsed),
        (AwaitingGoods, GoodsOverdue) => Refuse("the deadline for the goods has not passed"),
        (AwaitingGoods, GoodsReceived { ByDeadline: true }) => Refuse("the goods were not sent"),
        (AwaitingInspection s, GoodsReceived { ByDeadline: true } e) when e.At < s.InspectBy => Refuse("the deadline for the inspection has not passed"),
        (AwaitingGoods or AwaitingInspection, GoodsReceived e) => Receive(@case, e),

        (AwaitingPayment, DifferencePaid e) when e.Amount < @case.DifferenceDue => Refuse("the difference is more than that"),
        (AwaitingPayment, DifferencePaid e) =>
            Move(@case with { PaidBy = e.PaymentId, DifferencePaid = @case.DifferenceDue, State = new AwaitingReplacement(e.ShipBy) }),
        (AwaitingPayment s, ReplacementOverdue e) when e.At >= s.PayBy => FallBack(@case, e.At),
        (AwaitingReplacement s, ReplacementOverdue e) when e.At >= s.ShipBy => FallBack(@case, e.At),
        (AwaitingPayment or AwaitingReplacement, ReplacementOverdue) => Refuse("the deadline has not passed"),
        (AwaitingReplacement, ReplacementSent e) => Replace(@case, e),

        (Refunding or RefundFailed, RefundSucceeded e) => Close(@case, e.At, CaseEnd.Completed),
        (Refunding, RefundRefused e) => Move(@case with { State = new RefundFailed(e.At) }),
        (RefundFailed, RefundRefused) => Same,
        (RefundFailed, RefundRetried e) => Move(@case with { State = new Refunding(e.At) }),
        (Refunding, RefundRetried) => Same,

        _ => AppliedBefore(@case, @event) ? Same : Refuse($"{@event.GetType().Name} is not possible in {@case.Status}"),
    };

    private static readonly CaseTransition Same = new CaseTransition.AlreadyApplied();

    private static CaseTransition Move(AfterSaleCase to) => new CaseTransition.Moved(to);

    private static CaseTransition Refuse(string because) => new CaseTransition.Illegal(because);

    private static CaseTransition Close(AfterSaleCase @case, DateTimeOffset at, CaseEnd end) => Move(@case with { State = new Closed(at, end) });

    /// <summary>Whether the case shows that the very same fact was applied to it.</summary>
    private static bool AppliedBefore(AfterSaleCase @case, CaseEvent @event) => @event switch
    {
        Approved => @case.State is not (InReview or Closed { End: CaseEnd.Rejected or CaseEnd.Withdrawn }),
        Rejected => @case.State is Closed { End: CaseEnd.Rejected },
        Withdrawn => @case.State is Closed { End: CaseEnd.Withdrawn },
        GoodsSent e => @case.SentBack is { } sent && sent.Carrier == e.Parcel.Carrier && sent.TrackingNumber == e.Parcel.TrackingNumber,
        GoodsReceived e => @case.Type != CaseType.Refund && WasReceivedLike(@case, e),
        GoodsOverdue => @case.State is Closed { End: CaseEnd.Lapsed },
        DifferencePaid e => @case.PaidBy == e.PaymentId,
        ReplacementOverdue => @case.FellBack,
        ReplacementSent e => @case.ReplacedWith is { } sent && sent.Carrier == e.Parcel.Carrier && sent.TrackingNumber == e.Parcel.TrackingNumber,
        RefundSucceeded => @case.State is Closed { End: CaseEnd.Completed },
        _ => false,
    };

    private static bool WasReceivedLike(AfterSaleCase @case, GoodsReceived received) => @case.Lines.All(line =>
        line.Received is { } before && before == received.Accepted.GetValueOrDefault(line.LineId, line.Quantity) && line.WrittenOff == received.WrittenOff[line.LineId]);

    private static CaseTransition Approve(AfterSaleCase @case, Approved approved) => @case.Type switch
    {
        CaseType.Refund => Move(@case with { State = new Refunding(approved.At) }),
        CaseType.Exchange => Move(@case with { State = new AwaitingGoods(approved.ReturnBy), Hold = approved.Hold, FellBack = approved.Hold is null }),
        _ => Move(@case with { State = new AwaitingGoods(approved.ReturnBy) }),
    };

    private static CaseTransition Receive(AfterSaleCase @case, GoodsReceived received)
    {
        var known = @case.Lines.Select(line => line.LineId).ToHashSet(StringComparer.Ordinal);
        if (!received.Accepted.Keys.All(known.Contains) || !received.WrittenOff.Lines.All(known.Contains))
            return Refuse("a line that came is not in this case");
        var lines = @case.Lines
            .Select(line => line with { Received = received.Accepted.GetValueOrDefault(line.LineId, line.Quantity), WrittenOff = received.WrittenOff[line.LineId] })
            .ToList();
        if (lines.Exists(line => line.Received < 0 || line.Received > line.Quantity))
            return Refuse("more came than the case is about");
        if (lines.Exists(line => line.WrittenOff > line.Received))
            return Refuse("more is written off than came");
        if (lines.TrueForAll(line => line.Received == 0))
            return Refuse("nothing came: reject the case instead");
        var after = @case with { Lines = lines };
        return Move(after with { State = AfterGoods(after, received) });
    }

    private static CaseState AfterGoods(AfterSaleCase @case, GoodsReceived received) =>
        !@case.Replaces ? new Refunding(received.At)
        : @case.DifferenceDue > 0 ? new AwaitingPayment(received.PayBy)
        : new AwaitingReplacement(received.ShipBy);

    private static CaseTransition Replace(AfterSaleCase @case, ReplacementSent sent)
    {
        var after = @case with { ReplacedWith = sent.Parcel };
        return after.RefundDue > 0 ? Move(after with { State = new Refunding(sent.At) }) : Close(after, sent.At, CaseEnd.Completed);
    }

    /// <summary>The hold's number is forgotten with the replacement; the inventory frees what is held for no case.</summary>
    private static CaseTransition FallBack(AfterSaleCase @case, DateTimeOffset at) =>
        Move(@case with { FellBack = true, Hold = null, State = new Refunding(at) });
}
