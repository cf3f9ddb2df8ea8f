namespace Orders.Domain.Statistics;

/// <summary>
/// The fixed slots of the histograms of durations: from a tenth of a second to ten years, each 5 % longer than the one before. A duration is told back as its
/// slot's geometric middle, so within the range it is off by at most 2.5 %; what is shorter or longer counts in the first or last slot. Fixed slots add up, so
/// percentiles of a day come from its minutes.
/// </summary>
public static class DurationSlots
{
    /// <summary>The highest relative error of a duration within the range.</summary>
    public const double MostError = 0.025;

    private const double Shortest = 0.1;
    private const double Longest = 10 * 366 * 86_400.0;
    private const double Growth = 1.05;

    /// <summary>Where each slot begins, in seconds. Made by multiplication alone, which is the same on every machine.</summary>
    private static readonly double[] Starts = MakeStarts();

    public static int Count => Starts.Length;

    /// <summary>The slot of a duration; one below zero, as of clocks that differ, is the shortest.</summary>
    public static int Of(TimeSpan duration)
    {
        var found = Array.BinarySearch(Starts, duration.TotalSeconds);
        return Math.Max(0, found >= 0 ? found : ~found - 1);
    }

    /// <summary>The duration that a slot stands for, in seconds.</summary>
    public static double SecondsOf(int slot) => Starts[slot] * Math.Sqrt(Growth);

    /// <summary>The duration within which so much of all was over, by nearest rank, in seconds; null of nothing.</summary>
    /// <param name="tally">With the counts of the slots.</param>
    /// <param name="first"><see cref="Measure.TimeToPay"/> or <see cref="Measure.TimeToShip"/>.</param>
    /// <param name="share">Above 0, up to 1.</param>
    public static double? Percentile(Tally tally, Measure first, double share)
    {
        var count = CountOf(tally, first);
        if (count == 0)
            return null;
        var rank = Math.Max(1, (long)Math.Ceiling(share * count));
        var seen = 0L;
        for (var slot = 0; slot < Count; slot++)
        {
            seen += tally[first + slot];
            if (seen >= rank)
                return SecondsOf(slot);
        }

        return SecondsOf(Count - 1);
    }

    /// <summary>How many durations were counted.</summary>
    public static long CountOf(Tally tally, Measure first) => tally.Sum(first, first + Count - 1);

    private static double[] MakeStarts()
    {
        var starts = new List<double>();
        for (var start = Shortest; start < Longest; start *= Growth)
            starts.Add(start);
        return [.. starts];
    }
}
