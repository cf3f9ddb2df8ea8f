using Orders.Domain;

namespace Orders.Application.Stock;

/// <summary>The hold of one order. A revived order has a new hold, so that a late release of the old one can't free it.</summary>
/// <param name="Order">Whose.</param>
/// <param name="Number">0 for the first, <c>Order.Hold</c>.</param>
public sealed record HoldKey(OrderRef Order, int Number)
{
    public override string ToString() => $"{Order.OrderId}-h{Number}";
}

/// <summary>How many units of a SKU are meant.</summary>
public readonly record struct StockLine(Sku Sku, int Quantity);

/// <summary>Counters of a SKU in units: <c>Available + Held + Sold = Stock</c>, always, and Held + Sold ≤ Stock.</summary>
public sealed record StockLevel(Sku Sku, long Available, long Held, long Sold, long Stock);

/// <summary>What became of a reservation.</summary>
public abstract record ReserveResult
{
    /// <summary>All lines are held; also when they were held by this key before (its age starts anew).</summary>
    public sealed record Reserved : ReserveResult;

    /// <summary>Nothing is held: of this SKU only <paramref name="Available"/> units are left, or it is not stocked at all (0).</summary>
    public sealed record OutOfStock(Sku Sku, long Available) : ReserveResult;

    /// <summary>This hold was sold already: nothing to do.</summary>
    public sealed record AlreadySold : ReserveResult;

    /// <summary>
    /// This key holds other lines, and nothing changed: its first request was another one. An order may stand on that hold, so it is not for this
    /// request to free; if none does, the sweep frees it.
    /// </summary>
    public sealed record HeldForOtherLines : ReserveResult;
}

/// <summary>What became of a commit or a release.</summary>
public enum HoldOutcome
{
    /// <summary>Held units became sold, or free.</summary>
    Done,

    /// <summary>The same was done before.</summary>
    AlreadyDone,

    /// <summary>Release: there was nothing to undo. Commit: the hold had been freed and the units are gone.</summary>
    NothingHeld,

    /// <summary>Release of what is sold, or release with an old generation: refused, nothing changed.</summary>
    Refused,
}

/// <summary>A hold as the sweep finds it.</summary>
/// <param name="Generation">Grows with each reserve of the same key; a release that names an older one does nothing.</param>
public sealed record AgedHold(HoldKey Key, long Generation, DateTimeOffset HeldAt);

/// <summary>
/// Stock, reserved and settled by order. Every call is atomic over all its lines and may be repeated. Keeps two invariants: never
/// oversold, and every hold ends in sold or released.
/// </summary>
public interface IStock
{
    /// <summary>The largest stock of a SKU: far beyond any shop, far below where sums overflow.</summary>
    const long MostUnits = 1_000_000_000_000;

    /// <summary>
    /// Holds all lines or none. Lines of one SKU count together. A released hold can be held again by the same key, perhaps with other lines: a
    /// retry after its first hold was swept. Until <see cref="KeepAsync"/> the hold is found by the sweep; a repetition leaves a kept one kept.
    /// </summary>
    Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation);

    /// <summary>The order exists: from now on the hold lives as long as the order. False when nothing is held or sold: freed, or never there.</summary>
    Task<bool> KeepAsync(HoldKey key, CancellationToken cancellation);

    /// <summary>
    /// Held → sold. A hold that was freed, was never there or is for other lines is taken from what is available, if that suffices; else
    /// <see cref="HoldOutcome.NothingHeld"/>, and nothing changed.
    /// </summary>
    /// <param name="lines">The order's lines: what is sold.</param>
    Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation);

    /// <summary>Held → free.</summary>
    /// <param name="generation">Not null: only if the hold is still of this generation.</param>
    Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation);

    /// <summary>Holds without <see cref="KeepAsync"/> made before that instant, oldest first.</summary>
    Task<IReadOnlyList<AgedHold>> FindUnkeptAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>The counters; null for a SKU that was never stocked.</summary>
    Task<StockLevel?> FindAsync(Sku sku, CancellationToken cancellation);

    /// <summary>
    /// Changes the stock by <paramref name="change"/> units, or sets it, once per <paramref name="key"/>; a SKU that was never stocked begins at 0.
    /// Null when it would fall below held + sold or exceed <see cref="MostUnits"/>: nothing changed, and the key is free.
    /// </summary>
    Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation);
}

/// <summary>A change of the stock: by a number of units, or to one.</summary>
public abstract record StockChange
{
    public sealed record By(long Units) : StockChange;

    public sealed record To(long Units) : StockChange;
}
