using Orders.Domain;

namespace Orders.Application.Stock;

/// <summary>Where a hold is, for the ledger. A persisted format: numbers are stored.</summary>
public enum HoldStage
{
    Held = 1,
    Sold = 2,
    Released = 3,
}

/// <summary>
/// What happened to the stock, as the counters in front wrote it down in the same call, for the ledger to book.
/// </summary>
/// <param name="Number">Grows with each movement, over all epochs: of two movements of one hold the greater is the later.</param>
/// <param name="At">When, by the app that moved it.</param>
public abstract record StockMovement(long Number, DateTimeOffset At)
{
    /// <summary>A hold is now at that stage, with those units.</summary>
    public sealed record OfHold(long Number, DateTimeOffset At, HoldKey Key, HoldStage Stage, HeldUnits Units) : StockMovement(Number, At);

    /// <summary>The stock of a SKU changed by so many units, once per key.</summary>
    public sealed record Adjusted(long Number, DateTimeOffset At, Sku Sku, long Units, string Key, string Reason) : StockMovement(Number, At);

    /// <summary>The rules of a SKU are these now.</summary>
    public sealed record Ruled(long Number, DateTimeOffset At, Sku Sku, StockRules Rules) : StockMovement(Number, At);
}
