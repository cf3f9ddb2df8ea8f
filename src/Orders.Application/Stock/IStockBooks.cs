using Orders.Domain;

namespace Orders.Application.Stock;

/// <summary>Units of a SKU.</summary>
public readonly record struct StockCount(long Stock, long Held, long Sold)
{
    public override string ToString() => $"stock {Stock}, held {Held}, sold {Sold}";
}

/// <summary>What the counters of a SKU say, and what they must say by all that stands behind them, at one instant.</summary>
/// <param name="Expected">The ledger and what is in flight to it; where the holds are the ledger, their sum.</param>
/// <param name="Version">Of the counters when they were read.</param>
public sealed record StockProof(Sku Sku, StockCount Expected, StockCount Found, string Version)
{
    public bool Holds => Expected == Found;
}

/// <summary>A hold that an order stands on.</summary>
/// <param name="LookAt">When the sweep looks at it.</param>
public sealed record HoldInFlight(HoldKey Key, HeldUnits Units, DateTimeOffset LookAt);

/// <summary>The second look at the counters of stock: whether they agree with what stands behind them. Every call may be repeated.</summary>
public interface IStockBooks
{
    /// <summary>Whether the counters have lost what they counted and refuse everything until they are built anew.</summary>
    Task<bool> AreLostAsync(CancellationToken cancellation);

    /// <summary>
    /// Builds the counters anew, in a new epoch, from the ledger and the holds that orders stand on. Nothing is counted until it is done; a build that
    /// dies is begun anew. False when somebody else is at it, or it was stopped.
    /// </summary>
    /// <param name="inFlight">
    /// Holds of open orders, in batches; which of them the ledger has as sold it knows itself. Asked for after the old counters have stopped.
    /// </param>
    /// <param name="goesOn">Asked after each batch of whatever is read: false stops the build.</param>
    Task<bool> RebuildAsync(
        Func<IAsyncEnumerable<IReadOnlyList<HoldInFlight>>> inFlight, Func<Task<bool>> goesOn, CancellationToken cancellation);

    /// <summary>Brings movements that wait to the ledger; returns how many, at most <paramref name="limit"/>.</summary>
    Task<int> BookAsync(int limit, CancellationToken cancellation);

    /// <summary>Proves the SKUs in order, page by page. One that never stood still long enough is left out.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<StockProof>> ProveAsync(int limit, string? cursor, CancellationToken cancellation);

    /// <summary>Sets the counters to what was expected. False when they have moved since: prove again.</summary>
    Task<bool> RepairAsync(StockProof proof, CancellationToken cancellation);
}
