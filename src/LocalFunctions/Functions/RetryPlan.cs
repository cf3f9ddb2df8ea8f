using System.Globalization;
using System.Reflection;

namespace LocalFunctions.Functions;

/// <summary>How often and when a failed function runs again, from its retry attribute.</summary>
internal sealed class RetryPlan
{
    private readonly int most;
    private readonly TimeSpan least;
    private readonly TimeSpan longest;

    private RetryPlan(int most, TimeSpan least, TimeSpan longest)
    {
        this.most = most;
        this.least = least;
        this.longest = longest;
    }

    /// <summary>Without an attribute nothing is tried again.</summary>
    public static RetryPlan Of(MethodInfo function) => function.GetCustomAttribute<RetryAttribute>() switch
    {
        FixedDelayRetryAttribute f => new RetryPlan(f.MaxRetryCount, Interval(f.DelayInterval), Interval(f.DelayInterval)),
        ExponentialBackoffRetryAttribute e => new RetryPlan(e.MaxRetryCount, Interval(e.MinimumInterval), Interval(e.MaximumInterval)),
        _ => new RetryPlan(0, TimeSpan.Zero, TimeSpan.Zero),
    };

    /// <summary>AZFW0012, for triggers that can't be run again by the host; null when there is nothing to refuse.</summary>
    public static string? Refusal(FunctionDescriptor function) => function.Method.GetCustomAttribute<RetryAttribute>() is null
        ? null
        : "AZFW0012: Invalid use of a retry attribute. Check that the attribute is used on a trigger that supports function-level retry.";

    /// <summary>The wait before retry <paramref name="retry"/> (1 is the first); null when there are no more.</summary>
    public TimeSpan? Before(int retry)
    {
        if (most >= 0 && retry > most)
            return null;
        // Doubling; the real host adds chance, which a run that is to be repeatable can't have.
        var wait = least.Ticks * Math.Pow(2, Math.Min(retry - 1, 40));
        return least == longest || wait >= longest.Ticks ? longest : TimeSpan.FromTicks((long)wait);
    }

    private static TimeSpan Interval(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
