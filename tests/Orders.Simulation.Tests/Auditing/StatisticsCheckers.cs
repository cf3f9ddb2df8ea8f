using Orders.Application.Statistics;
using Orders.Domain.Statistics;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>At the end the live statistics are what a recount of all that was saved comes to, to the unit: nothing missed, nothing twice, everything in its day.</summary>
internal sealed class StatisticsAreExact : Checker
{
    public override void AtEnd(Books books, Inspection store)
    {
        // As each fact was told first: a refund that the provider took back later stays counted where it was, and the night's report says so.
        var expected = books.Versions.Values
            .SelectMany(versions => versions.SelectMany(OrderFacts.Of).DistinctBy(fact => fact.Key)).SelectMany(fact => FactCounts.Of(fact).Counts)
            .GroupBy(count => (count.Scope.Kind, count.Scope.Name, At: StatTimes.StartOf(StatGrain.Day, count.At).UtcTicks))
            .ToDictionary(counts => counts.Key, counts => Tally.Sum(counts.Select(count => count.Tally)));
        var found = store.Rows(
            "SELECT kind, name, at, tally FROM stat_buckets WHERE grain = $1",
            row => (Key: (Kind: (StatScopeKind)row.GetInt32(0), Name: row.GetString(1), At: row.GetInt64(2)), Tally: Tally.Read(row.GetBytes(3))), (int)StatGrain.Day)
            .ToDictionary(row => row.Key, row => row.Tally);
        foreach (var bucket in expected.Keys.Union(found.Keys))
        {
            var (must, has) = (expected.GetValueOrDefault(bucket, Tally.Empty), found.GetValueOrDefault(bucket, Tally.Empty));
            if (!must.Equals(has))
                Broken($"the statistics of {bucket.Kind} {bucket.Name} of {new DateTime(bucket.At):yyyy-MM-dd} lack ({must - has})");
        }
    }
}
