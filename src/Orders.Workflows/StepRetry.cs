namespace Orders.Workflows;

/// <summary>
/// How often a step of the lifecycle is repeated when it fails, whatever the reason: a dependency that is away comes back. Then the
/// orchestration fails, which people see, and the sweep of processes starts it again. docs/resilience.md multiplies this with the retries
/// within a call.
/// </summary>
public static class StepRetry
{
    public const int MostAttempts = 12;

    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public const double Factor = 2;

    internal static readonly TaskOptions Options = new(new RetryPolicy(MostAttempts, FirstPause, Factor, LongestPause));
}
