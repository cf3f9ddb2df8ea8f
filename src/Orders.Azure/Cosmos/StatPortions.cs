using Orders.Application.Statistics;
using Orders.Domain;
using Orders.Domain.Statistics;

namespace Orders.Azure.Cosmos;

/// <summary>What a fact adds in one day, or a part of it where that is more than a batch holds.</summary>
/// <param name="Name">Of this part among those of its order and day. The fact's own key is the last part's: who finds that counted finds all counted.</param>
/// <param name="Counts">By bucket.</param>
internal sealed record StatPortion(OrderId Order, string Day, string Name, bool IsLast, DateTimeOffset FactAt, IReadOnlyDictionary<BucketKey, Tally> Counts)
{
    /// <summary>Scopes of one portion: with three buckets each, and a patch or two for a bucket, they stay below what a batch holds.</summary>
    private const int MostScopes = 15;

    private static readonly StatGrain[] Grains = Enum.GetValues<StatGrain>();

    public static IEnumerable<StatPortion> Of(CountedOrder order) => order.Facts.DistinctBy(fact => fact.Key).SelectMany(fact => Of(order.OrderId, fact));

    public static Tally Added(IReadOnlyDictionary<BucketKey, Tally> counts, BucketKey key) => counts.TryGetValue(key, out var before) ? before : Tally.Empty;

    /// <summary>The last is the first part of the fact's own day.</summary>
    private static IEnumerable<StatPortion> Of(OrderId order, CountedFact fact)
    {
        var home = StatDocuments.DayOf(fact.At);
        var parts = fact.Counts.GroupBy(count => StatDocuments.DayOf(count.At))
            .SelectMany(day => day.Chunk(MostScopes).Select((counts, part) => (Day: day.Key, Part: part, Counts: counts))).ToList();
        if (!parts.Exists(part => part.Day == home))
            parts.Add((home, 0, []));
        return parts.Select(part =>
        {
            var isLast = part.Day == home && part.Part == 0;
            return new StatPortion(order, part.Day, isLast ? fact.Key : $"{fact.Key}/{part.Part}", isLast, fact.At, Buckets(part.Counts));
        });
    }

    private static Dictionary<BucketKey, Tally> Buckets(IEnumerable<Count> counts)
    {
        var sums = new Dictionary<BucketKey, Tally>();
        foreach (var count in counts)
        {
            foreach (var grain in Grains)
            {
                var key = new BucketKey(grain, StatTimes.StartOf(grain, count.At), count.Scope);
                sums[key] = Added(sums, key) + count.Tally;
            }
        }

        return sums;
    }
}
