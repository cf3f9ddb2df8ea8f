using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.AfterSales;

/// <summary>
/// An after-sale case, as the API answers it: what happened step by step, what is next, and by when. Amounts in minor units of the order's currency.
/// </summary>
/// <param name="Reason">Why, in the words of who opened it.</param>
/// <param name="RefundDue">What goes back when all is well.</param>
/// <param name="Refunded">What of it has gone back.</param>
/// <param name="DifferenceDue">What the buyer has to pay before the replacement is sent.</param>
/// <param name="DifferencePaid">What of it was paid.</param>
/// <param name="FellBack">An exchange that became a refund.</param>
/// <param name="Next">In words: who does what next; null when it is over.</param>
/// <param name="By">When something happens by itself unless that was done; null when nothing does.</param>
/// <param name="ReturnShipment">The parcel with which the goods come back; null before.</param>
/// <param name="ReplacementShipment">The parcel with the replacement; null before.</param>
public sealed record AfterSaleView(
    CaseId CaseId, OrderId OrderId, CaseType Type, CaseStatus Status, string Reason, Currency Currency, IReadOnlyList<CaseLineView> Lines,
    long RefundDue, long Refunded, long DifferenceDue, long DifferencePaid, bool FellBack, string? Next, DateTime? By, IReadOnlyList<CaseStepView> Steps,
    CaseParcelView? ReturnShipment, CaseParcelView? ReplacementShipment, IReadOnlyList<ReplacementLineView> Replacements, DateTime OpenedAt)
{
    /// <param name="forStaff">Whether what only staff read is shown.</param>
    public static AfterSaleView Of(Order order, AfterSaleCase @case, bool forStaff = false) => new(
        @case.CaseId, order.OrderId, @case.Type, @case.Status, @case.Reason, order.Currency,
        [.. @case.Lines.Select(line => CaseLineView.Of(order, @case, line))],
        @case.RefundDue, RefundedFor(order, @case), @case.Replaces ? @case.DifferenceDue : @case.DifferencePaid, @case.DifferencePaid, @case.FellBack,
        CaseWords.Next(order, @case), @case.State is CaseState.Refunding ? null : @case.State.Deadline?.UtcDateTime,
        [.. @case.Steps.Select(step => CaseStepView.Of(step, forStaff))],
        CaseParcelView.Of(@case.SentBack), CaseParcelView.Of(@case.ReplacedWith),
        [.. order.Replacements.Where(line => line.CaseId == @case.CaseId).Select(ReplacementLineView.Of)],
        @case.OpenedAt.UtcDateTime);

    private static long RefundedFor(Order order, AfterSaleCase @case) => order.Payments
        .SelectMany(payment => payment.Refunds)
        .Where(refund => refund.ForCase == @case.CaseId && refund.Status == RefundStatus.Succeeded)
        .Aggregate(0L, (sum, refund) => checked(sum + refund.Amount));
}

/// <summary>Units of a line in a case.</summary>
/// <param name="Amount">What was paid for them after discount; of what came back, once that was looked at.</param>
/// <param name="Shipping">Their share of the shipping fee that goes back with them.</param>
/// <param name="Received">How many came back in an acceptable state; null before they were looked at.</param>
/// <param name="WrittenOff">How many of those can't be sold again.</param>
/// <param name="Refund">What goes back for the goods.</param>
/// <param name="Difference">What the buyer pays more for the replacement.</param>
public sealed record CaseLineView(
    string LineId, Sku Sku, string Name, int Quantity, long Amount, long Shipping, int? Received, int WrittenOff, long Refund, long Difference,
    ReplacementView? Replacement)
{
    public static CaseLineView Of(Order order, AfterSaleCase @case, CaseLine line)
    {
        var bought = order.FindLine(line.LineId);
        return new(
            line.LineId, bought.Sku, bought.Name, line.Quantity, line.SettledAmount, line.SettledShipping, line.Received, line.WrittenOff, @case.RefundOf(line),
            @case.Replaces ? line.Surcharge : 0, ReplacementView.Of(line.Replacement));
    }
}

/// <summary>What is wanted instead of each unit.</summary>
/// <param name="UnitPrice">What it costs; of the same SKU what was paid counts instead.</param>
public sealed record ReplacementView(Sku Sku, string Name, long UnitPrice, bool IsSame)
{
    public static ReplacementView? Of(ReplacementItem? item) => item is null ? null : new(item.Sku, item.Name, item.UnitPrice, item.IsSame);
}

/// <summary>Goods that came instead, as a line of their own: another case can name them by their id.</summary>
public sealed record ReplacementLineView(string LineId, Sku Sku, string Name, int Quantity, long Total, int ReturnedQuantity, long Refunded)
{
    public static ReplacementLineView Of(ReplacementLine replacement) => new(
        replacement.Line.LineId, replacement.Line.Sku, replacement.Line.Name, replacement.Line.Quantity, replacement.Line.Total,
        replacement.Line.ReturnedQuantity, replacement.Line.Refunded);
}

/// <summary>Something that happened to a case.</summary>
/// <param name="What"><c>Opened</c>, <c>Approved</c>, …</param>
/// <param name="Note">In words, when the name does not say it all: why it was rejected, say.</param>
/// <param name="StaffNote">For staff alone: what the provider said of a refund that it refused, say. Null to buyers.</param>
public sealed record CaseStepView(DateTime At, string What, string By, string? Note, string? StaffNote)
{
    public static CaseStepView Of(CaseStep step, bool forStaff) => new(step.At.UtcDateTime, step.What, step.By, step.Note, forStaff ? step.StaffNote : null);
}

/// <summary>A parcel of a case.</summary>
public sealed record CaseParcelView(string Carrier, string TrackingNumber, DateTime At)
{
    public static CaseParcelView? Of(CaseParcel? parcel) => parcel is null ? null : new(parcel.Carrier, parcel.TrackingNumber, parcel.At.UtcDateTime);
}
