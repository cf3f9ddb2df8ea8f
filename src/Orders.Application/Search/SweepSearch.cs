using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Application.Lifecycle;

namespace Orders.Application.Search;

/// <summary>
/// The second layer of the search: goes round all orders, a piece at each run, and indexes those that it has in an older version or not at all. One that it
/// finds so had an event that was lost, or is on its way still. What is in no generation any more goes.
/// </summary>
public sealed class SweepSearch(IOrderStore orders, IOrderSearch search, SearchRebuild rebuild, IWatermarks watermarks, ILogger<SweepSearch> log)
{
    private const string Watermark = "sweep-search";
    private const int OrdersPerPage = 100;
    private const int MostPages = 10;
    private const int MostPurged = 1_000;

    /// <summary>Returns how many were indexed.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var cursor = await watermarks.FindAsync(Watermark, cancellation).ConfigureAwait(false);
        var (before, indexed) = (cursor, 0);
        for (var page = 0; page < MostPages; page++)
        {
            var read = await orders.ListAllAsync(OrdersPerPage, cursor, cancellation).ConfigureAwait(false);
            indexed += await search.IndexAsync(await rebuild.DocumentsAsync(read.Items, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            cursor = read.NextCursor;
            if (cursor is null)
                break;
        }

        if (cursor != before)
            await watermarks.SetAsync(Watermark, cursor, cancellation).ConfigureAwait(false);
        if (indexed > 0)
            log.SearchSwept(indexed);
        if (await search.PurgeAsync(MostPurged, cancellation).ConfigureAwait(false) is > 0 and var purged)
            log.SearchPurged(purged);
        return indexed;
    }
}
