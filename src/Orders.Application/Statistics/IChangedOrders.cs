using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Statistics;

/// <summary>
/// The orders by when they changed last: what a report reads. Reads only; everything may be repeated. A <see cref="DependencyUnavailableException"/> means
/// that nothing was read.
/// </summary>
public interface IChangedOrders
{
    /// <summary>
    /// The orders of a part that were placed before <paramref name="until"/> and have changed since <paramref name="from"/>'s day began: all to whom something
    /// happened in between are among them. One that changes while the pages are read may come twice, and is never missed.
    /// </summary>
    /// <param name="part">0 to 31.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<ChangedOrder>> ListAsync(int part, DateTimeOffset from, DateTimeOffset until, int limit, string? cursor, CancellationToken cancellation);
}

/// <param name="Order">Null when what is stored is no order; people must look at it.</param>
public sealed record ChangedOrder(OrderId OrderId, Order? Order);

/// <summary>The parts in which all orders are read at once: by the first character of the id, which is a hash, so they are of one size. Their number stands in file names.</summary>
public static class OrderParts
{
    private const string FirstCharacters = "234567abcdefghijklmnopqrstuvwxyz";

    public static int Count => FirstCharacters.Length;

    /// <summary>The ids of a part lie from the first text up to the second, which is not among them, in the order of their characters' codes.</summary>
    public static (string From, string Until) RangeOf(int part) => (FirstCharacters[part].ToString(), ((char)(FirstCharacters[part] + 1)).ToString());

    public static int Of(OrderId id) => FirstCharacters.IndexOf(id.Value[0], StringComparison.Ordinal);
}
