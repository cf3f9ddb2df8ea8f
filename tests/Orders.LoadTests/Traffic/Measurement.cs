namespace Orders.LoadTests.Traffic;

/// <summary>What one run of load showed.</summary>
/// <param name="Answered">Requests answered.</param>
/// <param name="Elapsed">From the first arrival to the last answer.</param>
/// <param name="Latencies">From the planned arrival (open loop) or the sending (closed loop) to the end of the answer.</param>
public sealed record Measurement(long Answered, TimeSpan Elapsed, Histogram Latencies)
{
    /// <summary>Processor time that the server used meanwhile, for what it did behind the answers too.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>Answers a second.</summary>
    public double Rate => Answered / Elapsed.TotalSeconds;

    /// <summary>Processor time for each answer, in microseconds: hardly moved by what else the machine does, as rates are.</summary>
    public double CpuMicroseconds => Cpu.TotalMicroseconds / Math.Max(Answered, 1);
}

/// <summary>The runs of one variant, and what stands for them: medians.</summary>
public sealed record Series(string Name, IReadOnlyList<Measurement> Runs)
{
    public double Rate => Median(run => run.Rate);

    public double Percentile(double share) => Median(run => run.Latencies.Percentile(share));

    public double CpuMicroseconds => Median(run => run.CpuMicroseconds);

    public long Answered => Runs.Sum(run => run.Answered);

    private double Median(Func<Measurement, double> of)
    {
        var sorted = Runs.Select(of).Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
