using Orders.Domain.Statistics;

namespace Orders.Application.Statistics;

/// <summary>What happened in a day, or in a part of it: by hour, by SKU and by sale. Sums add up.</summary>
public sealed record DaySums(IReadOnlyList<Tally> Hours, IReadOnlyDictionary<StatScope, Tally> Others, long Facts, int Files)
{
    private const int HoursOfADay = 24;

    public static readonly DaySums None = new([.. Enumerable.Repeat(Tally.Empty, HoursOfADay)], new Dictionary<StatScope, Tally>(), 0, 0);

    public Tally Total => Tally.Sum(Hours);

    public static DaySums operator +(DaySums left, DaySums right)
    {
        var others = new Dictionary<StatScope, Tally>(left.Others);
        foreach (var (scope, tally) in right.Others)
            others[scope] = others.GetValueOrDefault(scope, Tally.Empty) + tally;
        return new([.. left.Hours.Zip(right.Hours, (one, other) => one + other)], others, left.Facts + right.Facts, left.Files + right.Files);
    }

    /// <summary>The sums of a day's facts. A payment after it adds to the conversion of those who ordered on it, and to nothing else.</summary>
    public static DaySums Of(ReportDate day, IReadOnlyCollection<OrderFact> facts)
    {
        var (hours, others) = (None.Hours.ToArray(), new Dictionary<StatScope, Tally>());
        foreach (var count in facts.SelectMany(fact => FactCounts.Of(fact).Counts).Where(count => day.Contains(count.At)))
        {
            if (count.Scope == StatScope.Total)
                hours[count.At.UtcDateTime.Hour] += count.Tally;
            else
                others[count.Scope] = others.GetValueOrDefault(count.Scope, Tally.Empty) + count.Tally;
        }

        var written = facts.Count(fact => day.Contains(fact.At));
        return new DaySums(hours, others, written, written > 0 ? 1 : 0);
    }
}
