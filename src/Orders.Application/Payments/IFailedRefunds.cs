using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>
/// The books' way to orders with a refund that failed, for people to look at. Whether it still waits for somebody is in the order: the books go on having it as
/// failed when it was sent again under another key.
/// </summary>
public interface IFailedRefunds
{
    /// <summary>Such orders, each once, page by page in a fixed order.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<OrderRef>> ListAsync(int limit, string? cursor, CancellationToken cancellation);
}
