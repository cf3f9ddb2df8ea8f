namespace Orders.LoadTests.Traffic;

/// <summary>Counts durations in buckets that are at most 1/32 (about 3 %) wide, from 1 µs to an hour. Not for several threads at once: merge instead.</summary>
public sealed class Histogram
{
    private const int SubBits = 5;
    private const int Sub = 1 << SubBits;

    private readonly long[] counts = new long[(33 - SubBits) * Sub];

    public long Count { get; private set; }

    public double MaxMilliseconds { get; private set; }

    public void Add(TimeSpan duration)
    {
        var micros = Math.Clamp((long)duration.TotalMicroseconds, 0, uint.MaxValue);
        counts[IndexOf(micros)]++;
        Count++;
        MaxMilliseconds = Math.Max(MaxMilliseconds, micros / 1000.0);
    }

    public void Merge(Histogram other)
    {
        for (var i = 0; i < counts.Length; i++)
            counts[i] += other.counts[i];
        Count += other.Count;
        MaxMilliseconds = Math.Max(MaxMilliseconds, other.MaxMilliseconds);
    }

    /// <summary>The duration in milliseconds that this share of all did not exceed (the upper edge of its bucket).</summary>
    /// <param name="share">0 to 1, such as 0.99.</param>
    public double Percentile(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        for (var i = 0; i < counts.Length && Count > 0; i++)
        {
            left -= counts[i];
            if (left <= 0)
                return Math.Min(UpperEdge(i) / 1000.0, MaxMilliseconds);
        }

        return 0;
    }

    /// <summary>Values below 64 have a bucket each; above, each power of two has 32.</summary>
    private static int IndexOf(long micros)
    {
        if (micros < 2 * Sub)
            return (int)micros;
        var exponent = 63 - long.LeadingZeroCount(micros);
        var shift = (int)exponent - SubBits;
        return (shift * Sub) + (int)(micros >> shift);
    }

    private static long UpperEdge(int index)
    {
        if (index < 2 * Sub)
            return index;
        var shift = (index / Sub) - 1;
        return (((long)(index % Sub) + Sub + 1) << shift) - 1;
    }
}
