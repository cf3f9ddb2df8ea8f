using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Application.Checkout;

/// <summary>A reservation that an order of the sale stands on, as the order tells it.</summary>
/// <param name="State"><see cref="SaleHoldState.Kept"/>, <see cref="SaleHoldState.Sold"/> or <see cref="SaleHoldState.Released"/>.</param>
public sealed record PlacedSaleHold(HoldKey Key, Sku Sku, int Quantity, SaleHoldState State, DateTimeOffset PlacedAt);

/// <summary>
/// The second look at the counters of a sale's units: whether they have lost something, and what is built in their place. Every call may be repeated.
/// </summary>
public interface ISaleBooks
{
    /// <summary>Whether the sale's counters have lost what they counted, all or a part, and refuse until they are built anew. False for a sale that was never set.</summary>
    Task<bool> AreLostAsync(SaleId sale, CancellationToken cancellation);

    /// <summary>
    /// Builds the sale's counters anew, in a new epoch, from the orders of the sale. Nothing is counted until it is done; a build that dies is begun anew. What
    /// waited without an order is not known any more, and admissions given before count as used. More may be taken than <paramref name="quantity"/>: then
    /// nothing is left. False when somebody else is at it, or it was stopped.
    /// </summary>
    /// <param name="placed">The reservations of all orders, in batches. Asked for after the old counters have stopped.</param>
    /// <param name="fence">The token of the sale's lease.</param>
    /// <param name="goesOn">Asked after each batch: false stops the build.</param>
    Task<bool> RebuildAsync(
        SaleId sale, int quantity, int perBuyer, Func<IAsyncEnumerable<IReadOnlyList<PlacedSaleHold>>> placed, long fence, Func<Task<bool>> goesOn,
        CancellationToken cancellation);

    /// <summary>
    /// Forgets a sale that is over for good: its counters first, then its reservations, so many at the most. Returns how many records were forgotten; less than
    /// <paramref name="limit"/> when nothing is left, or while units are still held, for then nothing is forgotten.
    /// </summary>
    Task<int> ForgetAsync(SaleId sale, int limit, CancellationToken cancellation);
}
