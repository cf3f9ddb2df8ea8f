using LocalFunctions.Storage;
using Orders.Application.Statistics;
using Orders.Domain.Statistics;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Statistics;

/// <summary>
/// A row per bucket and scope, with all its counts in one value, and a row per order with the facts that were counted of it. A fact adds to its minute, hour
/// and day in the write that remembers it.
/// </summary>
public sealed class SqliteStatistics(EmbeddedTables tables) : IStatistics
{
    private const int MostBuckets = 3_000;
    private static readonly StatGrain[] Grains = Enum.GetValues<StatGrain>();

    public Task<int> CountAsync(IReadOnlyList<CountedOrder> orders, DateTimeOffset? eventAt, DateTimeOffset now, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var (added, sums) = (0, new Dictionary<(StatGrain Grain, long At, StatScope Scope), Tally>());
            foreach (var order in orders)
                added += Remember(transaction, order, sums);
            foreach (var (bucket, tally) in sums)
                Add(transaction, bucket, tally);
            if (added > 0 && eventAt is { } at)
            {
                transaction.Execute(
                    """
                    INSERT INTO stat_pulse (id, changes, event_at, counted_at) VALUES (1, $1, $2, $3)
                    ON CONFLICT (id) DO UPDATE SET changes = changes + $1, event_at = $2, counted_at = $3
                    """,
                    added, at, now);
            }
            else if (added > 0)
            {
                transaction.Execute("INSERT INTO stat_pulse (id, changes) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET changes = changes + $1", added);
            }

            return added;
        },
        cancellation);

    /// <remarks>Bucket by bucket: between two buckets of a scope lie those of all others.</remarks>
    public Task<IReadOnlyList<StatBucket>> ReadAsync(StatScope scope, StatSpan span, CancellationToken cancellation)
    {
        var length = StatTimes.LengthOf(span.Grain);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((span.Until - span.From) / length, MostBuckets);
        return tables.ReadAsync<IReadOnlyList<StatBucket>>(
            session =>
            {
                var found = new List<StatBucket>();
                for (var at = span.From; at < span.Until; at += length)
                {
                    if (Find(session, (span.Grain, at.UtcTicks, scope)) is { } tally)
                        found.Add(new StatBucket(at, tally));
                }

                return found;
            },
            cancellation);
    }

    public Task<IReadOnlyList<ScopeTally>> SumAsync(StatScopeKind kind, IReadOnlyList<StatSpan> spans, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<ScopeTally>>(
            session =>
            {
                var sums = new SortedDictionary<string, Tally>(StringComparer.Ordinal);
                foreach (var span in spans)
                {
                    var rows = session.Query(
                        "SELECT name, tally FROM stat_buckets WHERE grain = $1 AND kind = $2 AND at >= $3 AND at < $4",
                        row => (Name: row.GetString(0), Tally: Tally.Read(row.GetBytes(1))), (int)span.Grain, (int)kind, span.From, span.Until);
                    foreach (var row in rows)
                        sums[row.Name] = sums.GetValueOrDefault(row.Name, Tally.Empty) + row.Tally;
                }

                return [.. sums.Select(sum => new ScopeTally(new StatScope(kind, sum.Key), sum.Value))];
            },
            cancellation);

    public Task<StatPulse> PulseAsync(CancellationToken cancellation) => tables.ReadAsync(
        session => session.First(
            "SELECT changes, event_at, counted_at FROM stat_pulse WHERE id = 1",
            row => new StatPulse(row.GetInt64(0), row.GetInstantOrNull(1), row.GetInstantOrNull(2))) ?? new StatPulse(0, null, null),
        cancellation);

    public Task<int> PurgeAsync(StatHorizons before, int limit, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var gone = 0;
            foreach (var (grain, horizon) in new[] { (StatGrain.Minute, before.Minutes), (StatGrain.Hour, before.Hours), (StatGrain.Day, before.Days) })
            {
                foreach (var kind in Enum.GetValues<StatScopeKind>())
                {
                    gone += transaction.Execute(
                        """
                        DELETE FROM stat_buckets WHERE (grain, kind, at, name) IN
                            (SELECT grain, kind, at, name FROM stat_buckets WHERE grain = $1 AND kind = $2 AND at < $3 ORDER BY at LIMIT $4)
                        """,
                        (int)grain, (int)kind, StatTimes.StartOf(grain, horizon), limit - gone);
                }
            }

            return gone + transaction.Execute(
                """
                DELETE FROM stat_orders WHERE order_id IN
                    (SELECT order_id FROM stat_orders INDEXED BY stat_orders_by_age WHERE last_at < $1 ORDER BY last_at LIMIT $2)
                """,
                before.Facts, limit - gone);
        },
        cancellation);

    /// <summary>Writes down the facts that are new, and puts what they add to the sums.</summary>
    private static int Remember(
        WriteTransaction transaction, CountedOrder order, Dictionary<(StatGrain Grain, long At, StatScope Scope), Tally> sums)
    {
        var before = transaction.First(
            "SELECT facts, last_at FROM stat_orders WHERE order_id = $1", row => (Facts: row.GetString(0), LastAt: row.GetInt64(1)), order.OrderId.Value);
        var known = (before.Facts ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var fresh = order.Facts.Where(fact => known.Add(fact.Key)).ToList();
        if (fresh.Count == 0)
            return 0;
        foreach (var count in fresh.SelectMany(fact => fact.Counts))
        {
            foreach (var grain in Grains)
            {
                var bucket = (grain, StatTimes.StartOf(grain, count.At).UtcTicks, count.Scope);
                sums[bucket] = sums.GetValueOrDefault(bucket, Tally.Empty) + count.Tally;
            }
        }

        transaction.Execute(
            "INSERT INTO stat_orders (order_id, facts, last_at) VALUES ($1, $2, $3) ON CONFLICT (order_id) DO UPDATE SET facts = $2, last_at = $3",
            order.OrderId.Value, string.Join(' ', known), Math.Max(before.LastAt, fresh.Max(fact => fact.At).UtcTicks));
        return fresh.Count;
    }

    private static void Add(WriteTransaction transaction, (StatGrain Grain, long At, StatScope Scope) bucket, Tally tally)
    {
        var sum = (Find(transaction, bucket) ?? Tally.Empty) + tally;
        transaction.Execute(
            "INSERT INTO stat_buckets (grain, kind, at, name, tally) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (grain, kind, at, name) DO UPDATE SET tally = $5",
            (int)bucket.Grain, (int)bucket.Scope.Kind, bucket.At, bucket.Scope.Name, sum.ToBytes());
    }

    private static Tally? Find(SqlSession session, (StatGrain Grain, long At, StatScope Scope) bucket) => session.First(
        "SELECT tally FROM stat_buckets WHERE grain = $1 AND kind = $2 AND at = $3 AND name = $4",
        row => Tally.Read(row.GetBytes(0)), (int)bucket.Grain, (int)bucket.Scope.Kind, bucket.At, bucket.Scope.Name);
}
