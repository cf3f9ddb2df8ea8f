using System.Globalization;
using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Application.Lifecycle;

namespace Orders.Application.Search;

/// <summary>
/// The second layer of the search: goes round all orders, a piece at each run, and indexes those that it has in an older version or not at all. One that it
/// finds so had an event that was lost, or is on its way still. Only those are read; after a whole round it rests until the next full hour. What is in no generation any more goes.
/// </summary>
public sealed class SweepSearch(IOrderStore orders, IOrderSearch search, SearchRebuild rebuild, IWatermarks watermarks, TimeProvider clock, ILogger<SweepSearch> log)
{
    private const string Watermark = "sweep-search";
    private const string RestedFrom = "sweep-search-round";
    private const int OrdersPerPage = IOrderSearch.MostVersions;
    private const int MostPages = 10;
    private const int PurgedAtOnce = 1_000;

    /// <summary>A gone generation of a million orders is away within a working day.</summary>
    private const int MostPurged = 10_000;

    /// <summary>The rest of the function's five minutes is for the orders.</summary>
    private static readonly TimeSpan PurgesFor = TimeSpan.FromMinutes(1);

    /// <summary>When the next round begins, after one that ended then.</summary>
    public static DateTimeOffset NextRound(DateTimeOffset ended) => new(ended.UtcTicks - (ended.UtcTicks % TimeSpan.TicksPerHour) + TimeSpan.TicksPerHour, TimeSpan.Zero);

    /// <summary>Returns how many were indexed.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        // First, so that names and addresses don't stay because of a page that can't be read.
        await PurgeAsync(cancellation).ConfigureAwait(false);
        var cursor = await watermarks.FindAsync(Watermark, cancellation).ConfigureAwait(false);
        var isResting = cursor is null && await IsRestingAsync(cancellation).ConfigureAwait(false);
        var indexed = isResting ? 0 : await GoOnAsync(cursor, cancellation).ConfigureAwait(false);
        if (indexed > 0)
            log.SearchSwept(indexed);
        return indexed;
    }

    private async Task<bool> IsRestingAsync(CancellationToken cancellation) =>
        await watermarks.FindAsync(RestedFrom, cancellation).ConfigureAwait(false) is { } ended
        && clock.GetUtcNow() < NextRound(DateTimeOffset.ParseExact(ended, "O", CultureInfo.InvariantCulture));

    private async Task<int> GoOnAsync(string? before, CancellationToken cancellation)
    {
        var (cursor, indexed) = (before, 0);
        for (var page = 0; page < MostPages; page++)
        {
            var read = await orders.ListAllAsync(OrdersPerPage, cursor, cancellation).ConfigureAwait(false);
            indexed += await IndexAsync(read.Items, cancellation).ConfigureAwait(false);
            cursor = read.NextCursor;
            if (cursor is null)
                break;
        }

        // The end of a round first: who crashes between the two goes round again, and doesn't rest in the middle.
        if (cursor is null)
            await watermarks.SetAsync(RestedFrom, clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), cancellation).ConfigureAwait(false);
        if (cursor != before)
            await watermarks.SetAsync(Watermark, cursor, cancellation).ConfigureAwait(false);
        return indexed;
    }

    private async Task<int> IndexAsync(IReadOnlyList<ListedOrder> listed, CancellationToken cancellation)
    {
        var known = await search.FindVersionsAsync([.. listed.Select(order => order.Ref.OrderId)], cancellation).ConfigureAwait(false);
        var old = listed.Where(order => order.Version > known.GetValueOrDefault(order.Ref.OrderId)).Select(order => order.Ref).ToList();
        return await search.IndexAsync(await rebuild.DocumentsAsync(old, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
    }

    private async Task PurgeAsync(CancellationToken cancellation)
    {
        var (began, purged, last) = (clock.GetUtcNow(), 0, PurgedAtOnce);
        while (last == PurgedAtOnce && purged < MostPurged && clock.GetUtcNow() - began < PurgesFor)
        {
            last = await search.PurgeAsync(PurgedAtOnce, cancellation).ConfigureAwait(false);
            purged += last;
        }

        if (purged > 0)
            log.SearchPurged(purged);
    }
}
