using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Statistics;
using Orders.Domain.Statistics;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Buckets and counted facts in the partition of their UTC day. A fact whose counts lie in one day, as nearly all do, is one atomic write; one that also adds to the day on
/// which its order was placed is counted there first, and is new until it is counted in its own: a crash between leaves it to the event's next delivery or the nightly
/// repair, which count the rest. An order of more lines than a batch holds goes in the same way.
/// </summary>
public sealed class CosmosStatistics(CosmosDatabase database) : IStatistics
{
    private const int MostOrders = 200;
    private const int MostBuckets = 3_000;

    private readonly CosmosDocuments documents = database.ForReports("statistics");

    public async Task<int> CountAsync(IReadOnlyList<CountedOrder> orders, DateTimeOffset? eventAt, DateTimeOffset now, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orders.Count, MostOrders);
        var counting = new StatCounting(documents, eventAt, now);
        var added = 0;

        // The last portions of all facts come last.
        foreach (var portions in orders.SelectMany(StatPortion.Of).DistinctBy(portion => (portion.Order, portion.Day, portion.Name))
            .GroupBy(portion => (portion.IsLast, portion.Day)).OrderBy(group => group.Key.IsLast).ThenBy(group => group.Key.Day, StringComparer.Ordinal))
        {
            added += await counting.CountAsync(portions.Key.Day, [.. portions], cancellation).ConfigureAwait(false);
        }

        return added;
    }

    public async Task<IReadOnlyList<StatBucket>> ReadAsync(StatScope scope, StatSpan span, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((span.Until - span.From) / StatTimes.LengthOf(span.Grain), MostBuckets);
        var query = new QueryDefinition("SELECT c.at, c.counts FROM c WHERE c.place >= @from AND c.place < @until ORDER BY c.place")
            .WithParameter("@from", StatDocuments.PlaceOf(span.Grain, scope, span.From)).WithParameter("@until", StatDocuments.PlaceOf(span.Grain, scope, span.Until));
        var rows = await documents.AskAsync(query, PartitionOf(span), MostBuckets, cancellation).ConfigureAwait(false);
        return
        [
            .. rows.Select(row => new StatBucket(CosmosJson.InstantOf(row.Text("at")), StatDocuments.TallyOf(row))).Where(bucket => !bucket.Tally.IsEmpty),
        ];
    }

    public async Task<IReadOnlyList<ScopeTally>> SumAsync(StatScopeKind kind, IReadOnlyList<StatSpan> spans, CancellationToken cancellation)
    {
        var sums = new SortedDictionary<string, Tally>(StringComparer.Ordinal);
        foreach (var span in spans)
        {
            var query = new QueryDefinition("SELECT c.name, c.counts FROM c WHERE c.byTime >= @from AND c.byTime < @until")
                .WithParameter("@from", StatDocuments.TimeOf(span.Grain, kind, span.From)).WithParameter("@until", StatDocuments.TimeOf(span.Grain, kind, span.Until));
            foreach (var row in await documents.AskAsync(query, PartitionOf(span), int.MaxValue, cancellation).ConfigureAwait(false))
                sums[row.Text("name")] = sums.GetValueOrDefault(row.Text("name"), Tally.Empty) + StatDocuments.TallyOf(row);
        }

        return [.. sums.Where(sum => !sum.Value.IsEmpty).Select(sum => new ScopeTally(new StatScope(kind, sum.Key), sum.Value))];
    }

    /// <summary>The sum over the days: each day's stands in the batches that count in it.</summary>
    public async Task<StatPulse> PulseAsync(CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.changes, c.eventAt, c.countedAt FROM c WHERE c.changes > 0");
        var days = await documents.AskAsync(query, partition: null, int.MaxValue, cancellation).ConfigureAwait(false);
        var last = days.Where(day => day.TextOrNull("countedAt") is not null).OrderBy(day => day.Text("countedAt"), StringComparer.Ordinal).LastOrDefault();
        var isAny = last.ValueKind == JsonValueKind.Object;
        return new StatPulse(
            days.Sum(day => (long)day.GetProperty("changes").GetDouble()),
            isAny ? CosmosJson.InstantOf(last.Text("eventAt")) : null, isAny ? CosmosJson.InstantOf(last.Text("countedAt")) : null);
    }

    public async Task<int> PurgeAsync(StatHorizons before, int limit, CancellationToken cancellation)
    {
        var gone = 0;
        foreach (var (grain, horizon) in new[] { (StatGrain.Minute, before.Minutes), (StatGrain.Hour, before.Hours), (StatGrain.Day, before.Days) })
        {
            foreach (var kind in Enum.GetValues<StatScopeKind>())
            {
                var query = new QueryDefinition("SELECT c.day, c.id FROM c WHERE c.byTime > @first AND c.byTime < @end ORDER BY c.byTime")
                    .WithParameter("@first", string.Join(CosmosJson.Separator, grain, kind, ""))
                    .WithParameter("@end", StatDocuments.TimeOf(grain, kind, StatTimes.StartOf(grain, horizon)));
                gone += await DeleteAsync(query, limit - gone, cancellation).ConfigureAwait(false);
            }
        }

        var facts = new QueryDefinition("SELECT c.day, c.id FROM c WHERE c.lastAt < @before ORDER BY c.lastAt").WithParameter("@before", CosmosJson.Sortable(before.Facts));
        return gone + await DeleteAsync(facts, limit - gone, cancellation).ConfigureAwait(false);
    }

    /// <summary>One by one: what another purge took meanwhile is none of ours.</summary>
    private async Task<int> DeleteAsync(QueryDefinition query, int most, CancellationToken cancellation)
    {
        if (most <= 0)
            return 0;
        var gone = 0;
        foreach (var row in await documents.AskAsync(query, partition: null, most, cancellation).ConfigureAwait(false))
        {
            if (await documents.DeleteAsync(row.Text("day"), row.Text("id"), etag: null, cancellation).ConfigureAwait(false) == WriteResult.Done)
                gone++;
        }

        return gone;
    }

    /// <summary>Null when the time is of more than a day.</summary>
    private static string? PartitionOf(StatSpan span) =>
        StatDocuments.DayOf(span.From) is var day && span.Until > span.From && day == StatDocuments.DayOf(span.Until.AddTicks(-1)) ? day : null;
}
