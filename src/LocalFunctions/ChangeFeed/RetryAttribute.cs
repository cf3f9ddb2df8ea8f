namespace LocalFunctions;

/// <summary>The host runs a failed function again. Only for triggers that allow it: timer and change feed (AZFW0012).</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class RetryAttribute : Attribute
{
    public RetryAttribute()
    {
    }

    /// <summary>Retries after the first failure; -1 for no end.</summary>
    public int MaxRetryCount { get; set; }
}

/// <summary>Waits the same time before each retry.</summary>
public sealed class FixedDelayRetryAttribute : RetryAttribute
{
    /// <param name="maxRetryCount">Retries after the first failure; -1 for no end.</param>
    /// <param name="delayInterval">As <c>HH:mm:ss</c>.</param>
    public FixedDelayRetryAttribute(int maxRetryCount, string delayInterval)
    {
        RetryInterval.Parse(delayInterval, nameof(delayInterval));
        MaxRetryCount = maxRetryCount;
        DelayInterval = delayInterval;
    }

    public string DelayInterval { get; }
}

/// <summary>Waits longer before each retry, between two limits.</summary>
public sealed class ExponentialBackoffRetryAttribute : RetryAttribute
{
    /// <param name="maxRetryCount">Retries after the first failure; -1 for no end.</param>
    /// <param name="minimumInterval">As <c>HH:mm:ss</c>.</param>
    /// <param name="maximumInterval">As <c>HH:mm:ss</c>.</param>
    public ExponentialBackoffRetryAttribute(int maxRetryCount, string minimumInterval, string maximumInterval)
    {
        var least = RetryInterval.Parse(minimumInterval, nameof(minimumInterval));
        var most = RetryInterval.Parse(maximumInterval, nameof(maximumInterval));
        if (least > most)
            throw new ArgumentException("The minimum must not be above the maximum.", nameof(minimumInterval));
        MaxRetryCount = maxRetryCount;
        MinimumInterval = minimumInterval;
        MaximumInterval = maximumInterval;
    }

    public string MinimumInterval { get; }

    public string MaximumInterval { get; }
}

internal static class RetryInterval
{
    public static TimeSpan Parse(string text, string name)
    {
        if (!TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var interval))
            throw new ArgumentOutOfRangeException(name, text, "Write the interval as HH:mm:ss.");
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.Zero, name);
        return interval;
    }
}
