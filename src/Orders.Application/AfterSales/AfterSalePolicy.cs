namespace Orders.Application.AfterSales;

/// <summary>The shop's rules about after-sale cases that are settings (section <c>Orders:AfterSales</c>).</summary>
public sealed record AfterSalePolicy
{
    /// <summary>How long the merchant may take to decide; then <see cref="ApproveUnreviewed"/> does. 48 hours.</summary>
    public TimeSpan ReviewWindow { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long after the approval the goods may be sent back; then the case lapses. 14 days.</summary>
    public TimeSpan GoodsWindow { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How long after they were sent back the goods may be looked at; then they count as received in full. 14 days.</summary>
    public TimeSpan InspectionWindow { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How long a difference in price may be paid; then the money goes back instead. 3 days.</summary>
    public TimeSpan DifferenceWindow { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long the replacement may take to be sent; then the money goes back instead. 14 days.</summary>
    public TimeSpan ReplacementWindow { get; init; } = TimeSpan.FromDays(14);

    /// <summary>What becomes of a case that nobody reviewed in time: approved, or else rejected. True.</summary>
    public bool ApproveUnreviewed { get; init; } = true;

    /// <summary>Whether the refund of everything is approved by rule while nothing is shipped. True.</summary>
    public bool ApproveUnshippedInFull { get; init; } = true;

    /// <summary>Whether the units' share of the shipping fee goes back with them. True.</summary>
    public bool RefundShipping { get; init; } = true;
}
