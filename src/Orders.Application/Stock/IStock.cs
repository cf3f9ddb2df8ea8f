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

/// <summary>
/// Counters of a SKU in units: <c>Available + Held + Sold = Stock</c>, always, and Held + Sold ≤ Stock + Backorder. So Available is below 0 for
/// as long as units are promised that are still to come.
/// </summary>
public sealed record StockLevel(Sku Sku, long Available, long Held, long Sold, long Stock)
{
    public StockRules Rules { get; init; } = StockRules.None;
}

/// <summary>What became of a reservation.</summary>
public abstract record ReserveResult
{
    /// <summary>All lines are held; also when they were held by this key before (its time starts anew).</summary>
    /// <param name="PaymentWindow">The longest that this buyer may take to pay, by the rules of the lines' SKUs; null where they say nothing.</param>
    public sealed record Reserved(TimeSpan? PaymentWindow = null) : ReserveResult;

    /// <summary>
    /// Nothing is held: of this SKU only <paramref name="Available"/> units can be had, those on backorder included, or it is not stocked at all (0).
    /// </summary>
    public sealed record OutOfStock(Sku Sku, long Available) : ReserveResult;

    /// <summary>Nothing is held: with these units the buyer would hold more than <paramref name="Cap"/> of this SKU without having paid.</summary>
    public sealed record HoldCapReached(Sku Sku, int Cap) : ReserveResult;

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

/// <summary>A hold that the sweep is to look at.</summary>
/// <param name="Generation">Grows with each reserve of the same key; a release that names an older one does nothing.</param>
/// <param name="DueAt">Since when.</param>
public sealed record DueHold(HoldKey Key, long Generation, DateTimeOffset DueAt);

/// <summary>
/// Stock, reserved and settled by order. Every call is atomic over all its lines and may be repeated. Keeps two invariants: never
/// oversold, and every hold ends in sold or released. Every hold has an instant at which the sweep looks at it; none is without.
/// </summary>
public interface IStock
{
    /// <summary>The largest stock of a SKU: far beyond any shop, far below where sums overflow.</summary>
    const long MostUnits = 1_000_000_000_000;

    /// <summary>
    /// Holds all lines or none. Lines of one SKU count together; they are looked at in the order of their SKUs, the stock before the buyer's cap, and
    /// the first that can't be held is the answer. The cap is asked of an order's first hold (number 0): a revived one is paid already. A
    /// released hold can be held again by the same key, perhaps with other lines: a retry after its first hold was swept. The sweep looks at it
    /// after <see cref="OrderPolicy.HoldWithoutOrder"/>; a repetition starts that time anew, asks no cap and leaves a later look where it is.
    /// </summary>
    Task<ReserveResult> ReserveAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation);

    /// <summary>The hold lives on: the sweep looks at it at that instant, if it is still held. False when nothing is held or sold: freed, or never there.</summary>
    Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation);

    /// <summary>
    /// Held → sold. A hold that was freed, was never there or is for other lines is taken from what is available, if that suffices, and whatever
    /// the buyer's cap; else <see cref="HoldOutcome.NothingHeld"/>, and nothing changed.
    /// </summary>
    /// <param name="lines">The order's lines: what is sold.</param>
    Task<HoldOutcome> CommitAsync(HoldKey key, IReadOnlyList<StockLine> lines, CancellationToken cancellation);

    /// <summary>Held → free.</summary>
    /// <param name="generation">Not null: only if the hold is still of this generation.</param>
    Task<HoldOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation);

    /// <summary>
    /// Held → free because the buyer did not pay in time: as <see cref="ReleaseAsync"/>, and in the same call the buyer gets a mark for every SKU of
    /// it that has a shorter window for those who don't pay. Once per hold: one that is free already marks nobody.
    /// </summary>
    /// <param name="at">When the order ended. Marks count for <see cref="OrderPolicy.UnpaidLookBack"/> from then; only as many as the rule asks for are kept.</param>
    Task<HoldOutcome> ExpireAsync(HoldKey key, long? generation, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>Holds whose look is due before that instant, the longest due first.</summary>
    Task<IReadOnlyList<DueHold>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>The counters and the rules; null for a SKU that was never stocked.</summary>
    Task<StockLevel?> FindAsync(Sku sku, CancellationToken cancellation);

    /// <summary>
    /// Changes the stock by <paramref name="change"/> units, or sets it, once per <paramref name="key"/>; a SKU that was never stocked begins at 0.
    /// Null when held + sold would exceed it with its backorder, or it would exceed <see cref="MostUnits"/>: nothing changed, and the key is free.
    /// </summary>
    Task<StockLevel?> AdjustAsync(Sku sku, StockChange change, string reason, string key, CancellationToken cancellation);

    /// <summary>
    /// Replaces the rules of a SKU; one that was never stocked begins with a stock of 0. A cap counts what is held already. Null when held + sold
    /// would exceed the stock with the new backorder: nothing changed.
    /// </summary>
    Task<StockLevel?> PutRulesAsync(Sku sku, StockRules rules, CancellationToken cancellation);

    /// <summary>Forgets marks of orders that ended unpaid before that instant; returns how many, at most <paramref name="limit"/>. 0 where they expire by themselves.</summary>
    Task<int> PurgeUnpaidAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>
    /// Forgets holds that were freed before that instant; returns how many, at most <paramref name="limit"/>; 0 where they expire by themselves. To whoever asks
    /// they are as if they had never been, which is no other answer than a freed one's but that there was something to free.
    /// </summary>
    Task<int> PurgeFreedAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}

/// <summary>A change of the stock: by a number of units, or to one.</summary>
public abstract record StockChange
{
    public sealed record By(long Units) : StockChange;

    public sealed record To(long Units) : StockChange;
}
