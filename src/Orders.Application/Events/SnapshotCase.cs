using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Events;

/// <summary>
/// An after-sale case in an event: how it stands, without what anybody wrote. Amounts in minor units of the order's currency. Its units are told in events
/// about it alone: an order may have 20 cases of 100 lines, and an event has to fit into a message.
/// </summary>
/// <param name="Deadline">When something happens by itself unless something else happens first.</param>
/// <param name="Hold">The number of the hold with the replacement's units; null when there is none.</param>
/// <param name="FellBack">An exchange that became a refund.</param>
/// <param name="RefundDue">What goes back when all is well.</param>
/// <param name="DifferenceDue">What the buyer has to pay before the replacement leaves.</param>
/// <param name="SentBack">The parcel with the goods; null before.</param>
/// <param name="ReplacedWith">The parcel with the replacement; null before.</param>
/// <param name="Lines">Null in events about other things.</param>
public sealed record SnapshotCase(
    CaseId CaseId, CaseType Type, CaseStatus Status, DateTimeOffset? Deadline, int? Hold, bool FellBack, long RefundDue, long DifferenceDue,
    CaseParcel? SentBack, CaseParcel? ReplacedWith, IReadOnlyList<SnapshotCaseLine>? Lines)
{
    /// <summary>The order's units could not be had after all.</summary>
    public bool WithoutStock { get; init; }

    [JsonIgnore]
    public bool IsOver => Status is CaseStatus.Completed or CaseStatus.Rejected or CaseStatus.Withdrawn or CaseStatus.Lapsed;

    public static SnapshotCase Of(Order order, AfterSaleCase @case, bool withLines) => new(
        @case.CaseId, @case.Type, @case.Status, @case.State.Deadline, @case.Hold, @case.FellBack, @case.RefundDue, @case.DifferenceDue,
        withLines ? @case.SentBack : null,
        withLines ? @case.ReplacedWith : null,
        withLines ? [.. @case.Lines.Select(line => SnapshotCaseLine.Of(order, @case, line))] : null)
    {
        WithoutStock = @case.WithoutStock,
    };
}

/// <summary>Units of a line in a case.</summary>
/// <param name="Sku">What was bought.</param>
/// <param name="Received">How many came back; null before they were looked at.</param>
/// <param name="BackOnSale">How many of them are on sale again, since the case was completed.</param>
/// <param name="ReplacementSku">What is sent instead, as many as <see cref="CaseLine.Settled"/>; null but for an exchange.</param>
public sealed record SnapshotCaseLine(string LineId, Sku Sku, int Quantity, int? Received, int WrittenOff, int BackOnSale, Sku? ReplacementSku)
{
    public static SnapshotCaseLine Of(Order order, AfterSaleCase @case, CaseLine line) => new(
        line.LineId, order.FindLine(line.LineId).Sku, line.Quantity, line.Received, line.WrittenOff, @case.BackOnSale[line.LineId], line.Replacement?.Sku);
}
