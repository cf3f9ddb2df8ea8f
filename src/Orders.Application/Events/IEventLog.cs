using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>
/// The events of orders after they were published, as they were written: an order's change puts its event here in the same batch, so none is missing that an
/// order's history has. Kept for <see cref="OrderPolicy.EventRetention"/>.
/// </summary>
public interface IEventLog
{
    /// <summary>An order's events, the newest first, at most <paramref name="limit"/> of those before a version. Unpublished ones among them.</summary>
    /// <param name="before">An order's version; null for the newest.</param>
    /// <param name="limit">1 to 100.</param>
    Task<IReadOnlyList<OutboxItem>> ListAsync(OrderRef order, long? before, int limit, CancellationToken cancellation);

    /// <summary>Forgets published events from before that instant, at most <paramref name="limit"/>, the oldest first; returns how many.</summary>
    Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}
