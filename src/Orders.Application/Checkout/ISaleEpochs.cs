using Orders.Domain;

namespace Orders.Application.Checkout;

/// <summary>Where an epoch of a sale's counters is.</summary>
public enum SaleEpochState
{
    /// <summary>Its counters are being built: nothing is counted.</summary>
    Building = 1,

    Ready = 2,

    /// <summary>The sale is long over and its counters are gone for good.</summary>
    Retired = 3,
}

/// <summary>Since when the counters in front have counted a sale's units without a loss.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="Parts">Over how many parts the units are split in it.</param>
public sealed record SaleEpoch(SaleId Sale, long Number, int Parts, SaleEpochState State);

/// <summary>
/// The epochs of sales' counters, in the database: counters that are fast and may be lost are believed only in the epoch that stands here as ready.
/// Numbers of a sale only grow. Every change carries the fencing token of the sale's lease and is refused once a greater one has been seen, so a holder that
/// slept through its lease's end changes nothing. Everything may be repeated.
/// </summary>
public interface ISaleEpochs
{
    /// <summary>Null for a sale whose units were never set.</summary>
    Task<SaleEpoch?> FindAsync(SaleId sale, CancellationToken cancellation);

    /// <summary>All that are not retired, by sale, page by page.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<SaleEpoch>> ListAsync(int limit, string? cursor, CancellationToken cancellation);

    /// <summary>
    /// Begins the epoch after that one (0: the first), which is being built then. False when another epoch is there, or a greater token was seen: somebody
    /// else was faster.
    /// </summary>
    Task<bool> BeginAsync(SaleId sale, long after, int parts, long fence, CancellationToken cancellation);

    /// <summary>The epoch is ready, also if it was before. False when another one has begun meanwhile, it is retired, or a greater token was seen.</summary>
    Task<bool> EndAsync(SaleId sale, long number, long fence, CancellationToken cancellation);

    /// <summary>The sale's counters will not be asked any more. False when another epoch is there by now.</summary>
    Task<bool> RetireAsync(SaleId sale, long number, CancellationToken cancellation);
}
