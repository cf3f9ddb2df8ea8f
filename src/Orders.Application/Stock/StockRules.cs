namespace Orders.Application.Stock;

/// <summary>
/// What the shop demands of the buyers of one SKU, and how much of it may be promised. Holding stock without paying is an attack: the last three
/// are against it.
/// </summary>
/// <param name="Backorder">How many units may be promised beyond the stock; 0 to <see cref="MostBackorder"/>.</param>
/// <param name="HoldCapPerUser">How many units one buyer may hold unpaid, over all orders; null for no cap.</param>
/// <param name="UnpaidBeforeShortWindow">
/// After how many orders with this SKU that a buyer let expire unpaid the next one must be paid sooner; 1 to <see cref="MostUnpaid"/>, null for never.
/// </param>
/// <param name="ShortPaymentWindow">How soon; goes with <paramref name="UnpaidBeforeShortWindow"/>.</param>
public sealed record StockRules(
    long Backorder = 0, int? HoldCapPerUser = null, int? UnpaidBeforeShortWindow = null, TimeSpan? ShortPaymentWindow = null)
{
    public const long MostBackorder = 1_000_000_000;
    public const int MostHeld = 1_000_000_000;
    public const int MostUnpaid = 100;

    /// <summary>What is in stock can be sold, to anybody, in the shop's own time.</summary>
    public static readonly StockRules None = new();
}
