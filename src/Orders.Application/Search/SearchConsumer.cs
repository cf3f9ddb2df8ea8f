using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Search;

/// <summary>
/// Keeps the search up to date. An event says "look at the document": what is indexed is the order as it stands, with the address that no event carries; so
/// whichever of an order's events comes first brings all that has happened, and those behind it have nothing left to do.
/// </summary>
public sealed class SearchConsumer(IOrderStore orders, IOrderSearch search, ConsumeEvent consume, SearchLag lag)
{
    public const string Name = "search";

    /// <returns>Null when the event is done with.</returns>
    public async Task<Rejection?> RunAsync(OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        if (await search.FindVersionAsync(envelope.Data.OrderId, cancellation).ConfigureAwait(false) >= envelope.Data.Version)
            return null;
        return await consume.RunAsync(Name, envelope, IndexAsync, cancellation).ConfigureAwait(false);
    }

    private async Task<Rejection?> IndexAsync(OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        try
        {
            if (await orders.FindAsync(envelope.Order, cancellation).ConfigureAwait(false) is not { } order)
            {
                await search.RemoveAsync(envelope.Data.OrderId, cancellation).ConfigureAwait(false);
                return new Rejection("NoSuchOrder", "There is no order that the event could be about.");
            }

            // A replica that lags: indexed so, it would stay so.
            if (order.Version < envelope.Data.Version)
                throw new DependencyUnavailableException("The order store, which is behind its own event,");
            await search.IndexAsync([SearchDocument.Of(order)], cancellation).ConfigureAwait(false);
            lag.Indexed(envelope.Time);
            return null;
        }
        catch (UnreadableOrderException)
        {
            return new Rejection("UnreadableOrder", "What is stored of the order can't be read; people must look at it.");
        }
    }
}
