namespace Orders.Application.Statistics;

/// <summary>Where buckets begin, and how a time is covered by the fewest of them.</summary>
public static class StatTimes
{
    public static TimeSpan LengthOf(StatGrain grain) => grain switch
    {
        StatGrain.Minute => TimeSpan.FromMinutes(1),
        StatGrain.Hour => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };

    /// <summary>The beginning of the bucket that an instant is in.</summary>
    public static DateTimeOffset StartOf(StatGrain grain, DateTimeOffset at)
    {
        var ticks = at.UtcTicks;
        return new DateTimeOffset(ticks - ticks % LengthOf(grain).Ticks, TimeSpan.Zero);
    }

    /// <summary>The whole days, hours and minutes that make up a time, which begins and ends at a whole bucket of the grain: not one more is read than is needed.</summary>
    public static IReadOnlyList<StatSpan> Cover(StatSpan span)
    {
        var spans = new List<StatSpan>();
        Add(spans, StatGrain.Day, span.Grain, span.From, span.Until);
        return spans;
    }

    private static void Add(List<StatSpan> spans, StatGrain grain, StatGrain finest, DateTimeOffset from, DateTimeOffset until)
    {
        if (from >= until)
            return;
        if (grain == finest)
        {
            spans.Add(new StatSpan(grain, from, until));
            return;
        }

        var (start, end) = (StartOf(grain, from), StartOf(grain, until));
        if (start < from)
            start += LengthOf(grain);
        if (start >= end)
        {
            Add(spans, grain - 1, finest, from, until);
            return;
        }

        Add(spans, grain - 1, finest, from, start);
        spans.Add(new StatSpan(grain, start, end));
        Add(spans, grain - 1, finest, end, until);
    }
}
