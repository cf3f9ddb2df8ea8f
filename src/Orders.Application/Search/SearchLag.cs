using System.Diagnostics.Metrics;

namespace Orders.Application.Search;

/// <summary>
/// How long after their change orders are found: measured at each event that is indexed, in the histogram <c>orders.search.lag</c> (seconds), and kept
/// here as it was last, for this process.
/// </summary>
public sealed class SearchLag(TimeProvider clock) : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string Meter = "Orders.Search";

    private readonly Meter meter = new(Meter);
    private Histogram<double>? histogram;
    private Measured? last;

    /// <summary>Seconds, as last measured; null while this process has indexed nothing.</summary>
    public double? LastSeconds => Volatile.Read(ref last)?.Seconds;

    /// <summary>A change of that instant can be found now.</summary>
    public void Indexed(DateTimeOffset changedAt)
    {
        // A stepped or set-back clock may be behind the change.
        var seconds = Math.Max(0, (clock.GetUtcNow() - changedAt).TotalSeconds);
        histogram ??= meter.CreateHistogram<double>("orders.search.lag", "s", "From an order's change until the search finds it so");
        histogram.Record(seconds);
        Volatile.Write(ref last, new Measured(seconds));
    }

    public void Dispose() => meter.Dispose();

    private sealed record Measured(double Seconds);
}
