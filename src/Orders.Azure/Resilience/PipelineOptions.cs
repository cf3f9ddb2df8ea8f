namespace Orders.Azure.Resilience;

/// <summary>How calls to one dependency are guarded. The defaults are those of another company's HTTP API; <see cref="ResilienceOptions"/> has the others.</summary>
public sealed record PipelineOptions
{
    /// <summary>No call's bound is longer, whatever is set: what repeats calls within a function's time reckons with it.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(1);

    /// <summary>Bound of one try. 2 seconds.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bound of a call with all its tries and waits. 6 seconds: below a message's lock and a buyer's patience.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Tries after the first. 2.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The first wait; doubled each time, with jitter. 100 ms.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Share of failed tries within 10 seconds from which the circuit opens. Half.</summary>
    public double BreakerRatio { get; init; } = 0.5;

    /// <summary>Tries within the sampling time below which the circuit never opens. 20.</summary>
    public int BreakerMinimum { get; init; } = 20;

    /// <summary>How long an open circuit answers at once that the other side is away. 5 seconds.</summary>
    public TimeSpan BreakTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="InvalidOperationException">They make no sense; the message names the setting.</exception>
    internal PipelineOptions Checked(string section)
    {
        Demand(TryTimeout > TimeSpan.Zero, nameof(TryTimeout), "longer than zero");
        Demand(TotalTimeout >= TryTimeout && TotalTimeout <= LongestCall, nameof(TotalTimeout), "no shorter than a try and at most a minute");
        Demand(Retries is >= 0 and <= 10, nameof(Retries), "0 to 10");
        Demand(FirstWait >= TimeSpan.Zero && FirstWait <= TotalTimeout, nameof(FirstWait), "no longer than the total");
        Demand(BreakerRatio is > 0 and <= 1, nameof(BreakerRatio), "above 0 and at most 1");
        Demand(BreakerMinimum >= 2, nameof(BreakerMinimum), "2 or more");
        Demand(BreakTime >= TimeSpan.FromMilliseconds(500) && BreakTime <= TimeSpan.FromMinutes(5), nameof(BreakTime), "half a second to 5 minutes");
        return this;

        void Demand(bool holds, string name, string what)
        {
            if (!holds)
                throw new InvalidOperationException($"The setting {section}:{name} must be {what}.");
        }
    }
}
