namespace Orders.Application.Access;

/// <summary>How a token bucket fills.</summary>
/// <param name="PerSecond">Tokens that come back each second, evenly; above 0.</param>
/// <param name="Burst">The most that it holds, and what a new one holds; 1 or more.</param>
public sealed record BucketRule(double PerSecond, int Burst)
{
    /// <summary>The time in which one token comes back, in whole ticks (100 ns), at least one: sums of it don't drift.</summary>
    public long TokenTicks { get; } = Math.Max(1, (long)Math.Round(TimeSpan.TicksPerSecond / PerSecond));
}

/// <summary>What taking from a bucket came to.</summary>
/// <param name="Allowed">Whether the tokens were taken. False: none was.</param>
/// <param name="Remaining">Whole tokens that are left.</param>
/// <param name="RetryAfter">When the same call could succeed, if nobody else takes; zero if it did.</param>
/// <param name="ResetsAfter">When the bucket is full again, if nobody takes.</param>
public readonly record struct BucketAnswer(bool Allowed, int Remaining, TimeSpan RetryAfter, TimeSpan ResetsAfter);

/// <summary>
/// Token buckets by name, shared by whoever shares the adapter. They bound a rate and guard nothing else: a bucket may be forgotten when it is
/// full, and a lost answer costs its tokens.
/// </summary>
public interface ITokenBuckets
{
    /// <summary>
    /// Takes so many tokens or none, atomically: of any number of callers no more get one than the rule has. A bucket that nobody has
    /// asked for is full. The rule may differ from call to call; what was taken under the former one comes back in the time that it had.
    /// </summary>
    /// <param name="bucket">1 to 200 visible ASCII characters.</param>
    /// <param name="rule">How it fills.</param>
    /// <param name="tokens">1 to the rule's burst.</param>
    /// <param name="cancellation">Gives the call up; it is unknown then whether tokens were taken.</param>
    /// <exception cref="DependencyUnavailableException">It is unknown whether they were taken. Callers go on with a bucket of their own.</exception>
    ValueTask<BucketAnswer> TakeAsync(string bucket, BucketRule rule, int tokens, CancellationToken cancellation);
}
