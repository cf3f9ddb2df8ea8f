using Orders.Domain;

namespace Orders.Application.Stock;

/// <summary>What became of a movement.</summary>
public enum Booking
{
    Booked,

    /// <summary>This one, or a later one of the same hold, was booked before: nothing changed.</summary>
    KnownBefore,

    /// <summary>A sale beyond stock and backorder. Nothing changed; a movement that comes before it may be missing.</summary>
    Exceeds,
}

/// <summary>A SKU in the ledger: what was bought in, what is held and what is sold as far as it has been booked.</summary>
/// <param name="Changes">Grows with each booking that touches the SKU.</param>
public sealed record LedgerLevel(Sku Sku, StockCount Count, StockRules Rules, long Changes);

/// <summary>A hold in the ledger.</summary>
/// <param name="Number">Of the movement that was booked last.</param>
public sealed record LedgerHold(HoldKey Key, HoldStage Stage, HeldUnits Units, long Number, DateTimeOffset At);

/// <summary>Since when the counters in front have counted without a loss.</summary>
/// <param name="Number">0 before the first.</param>
/// <param name="Ready">Whether they have been built; until then nothing is counted.</param>
public readonly record struct StockEpoch(long Number, bool Ready);

/// <summary>
/// The stock in the database, behind counters that are fast and may be lost. The counters admit, the ledger decides: it books every movement once,
/// in whatever order they come, whole or not at all, and refuses a sale that exceeds stock and backorder. Everything may be repeated.
/// </summary>
public interface IStockLedger
{
    /// <summary>Books movements, one after the other; an answer for each.</summary>
    Task<IReadOnlyList<Booking>> BookAsync(IReadOnlyList<StockMovement> movements, CancellationToken cancellation);

    /// <summary>Null for a SKU that was never stocked.</summary>
    Task<LedgerLevel?> FindAsync(Sku sku, CancellationToken cancellation);

    /// <summary>All SKUs in order, page by page.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<LedgerLevel>> ListAsync(int limit, string? cursor, CancellationToken cancellation);

    /// <summary>Null for a hold that was never booked.</summary>
    Task<LedgerHold?> FindHoldAsync(HoldKey key, CancellationToken cancellation);

    /// <summary>All holds that are held, in a fixed order, page by page.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<LedgerHold>> ListHeldAsync(int limit, string? cursor, CancellationToken cancellation);

    /// <summary>Whether an adjustment with that key was booked.</summary>
    Task<bool> HasAdjustmentAsync(string key, CancellationToken cancellation);

    Task<StockEpoch> FindEpochAsync(CancellationToken cancellation);

    /// <summary>Begins the epoch after that one, not ready yet. False when another epoch is there: somebody else was faster.</summary>
    Task<bool> BeginEpochAsync(long after, CancellationToken cancellation);

    /// <summary>The epoch is ready. False when another one has begun meanwhile.</summary>
    Task<bool> EndEpochAsync(long number, CancellationToken cancellation);
}
