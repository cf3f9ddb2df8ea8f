using System.Collections.Concurrent;

namespace Orders.Application.Access;

/// <summary>
/// Token buckets in this process's memory. A bucket is one number, the instant at which it is full again, changed by compare-and-swap: no lock,
/// no timer. One that is full is the same as none, so those are forgotten, and there are never more than a bound: keys beyond it, which only
/// an attack brings, share a few hundred buckets and are limited together rather than not at all.
/// </summary>
/// <param name="clock">When it steps back, a bucket is full at the latest after the time that it takes to fill.</param>
/// <param name="most">The most keys with a bucket of their own.</param>
public sealed class TokenBuckets<TKey>(TimeProvider clock, int most = TokenBuckets<TKey>.DefaultMost)
    where TKey : notnull
{
    public const int DefaultMost = 100_000;

    /// <summary>In place of an instant: the bucket was forgotten, look for another.</summary>
    private const long Gone = long.MaxValue;

    private readonly ConcurrentDictionary<TKey, Bucket> buckets = new();
    private readonly Bucket[] shared = [.. Enumerable.Range(0, 256).Select(_ => new Bucket())];
    private readonly DateTimeOffset start = clock.GetUtcNow();
    private int count;
    private long lastSweep;

    /// <summary>Keys with a bucket of their own now.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Takes so many tokens of the key's bucket, or none.</summary>
    public BucketAnswer Take(TKey key, BucketRule rule, int tokens = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, rule.Burst);
        var now = Now();
        while (true)
        {
            var bucket = Find(key, now);
            var fullAt = Volatile.Read(ref bucket.FullAt);
            while (fullAt != Gone)
            {
                var (answer, fullThen) = Decide(fullAt, now, rule, tokens);
                if (!answer.Allowed)
                    return answer;
                var seen = Interlocked.CompareExchange(ref bucket.FullAt, fullThen, fullAt);
                if (seen == fullAt)
                    return answer;
                fullAt = seen;
            }

            Forget(key, bucket);
        }
    }

    /// <summary>What taking one token would answer; takes none.</summary>
    public BucketAnswer Look(TKey key, BucketRule rule)
    {
        var now = Now();
        var fullAt = buckets.TryGetValue(key, out var bucket) ? Volatile.Read(ref bucket.FullAt)
            : Count < most ? 0
            : Volatile.Read(ref SharedBy(key).FullAt);
        return Decide(fullAt == Gone ? 0 : fullAt, now, rule, tokens: 1).Answer;
    }

    private static (BucketAnswer Answer, long FullThen) Decide(long fullAt, long now, BucketRule rule, int tokens)
    {
        var capacity = checked(rule.Burst * rule.TokenTicks);
        // No later than an empty bucket would be full: after a smaller rule, or a clock that stepped back, nobody waits for longer.
        var from = Math.Clamp(fullAt, now, now + capacity);
        var then = from + (tokens * rule.TokenTicks);
        var missing = then - now - capacity;
        return missing > 0
            ? (new BucketAnswer(Allowed: false, Whole(now + capacity - from, rule), new TimeSpan(missing), new TimeSpan(from - now)), fullAt)
            : (new BucketAnswer(Allowed: true, Whole(-missing, rule), TimeSpan.Zero, new TimeSpan(then - now)), then);
    }

    private static int Whole(long ticks, BucketRule rule) => (int)(ticks / rule.TokenTicks);

    private long Now() => (clock.GetUtcNow() - start).Ticks;

    private Bucket Find(TKey key, long now)
    {
        if (buckets.TryGetValue(key, out var known))
            return known;
        Sweep(now);
        // Counted here because ConcurrentDictionary.Count takes all its locks.
        if (Interlocked.Increment(ref count) > most)
        {
            Interlocked.Decrement(ref count);
            return SharedBy(key);
        }

        var bucket = new Bucket();
        var winner = buckets.GetOrAdd(key, bucket);
        if (!ReferenceEquals(winner, bucket))
            Interlocked.Decrement(ref count);
        return winner;
    }

    private Bucket SharedBy(TKey key) => shared[(uint)key.GetHashCode() % (uint)shared.Length];

    /// <summary>Forgets the full ones: once a minute, and once a second while there is no room. A new key pays for it; one at a time does.</summary>
    private void Sweep(long now)
    {
        var last = Volatile.Read(ref lastSweep);
        if (now - last < (Count >= most ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMinute) || Interlocked.CompareExchange(ref lastSweep, now, last) != last)
            return;
        foreach (var (key, bucket) in buckets)
        {
            var fullAt = Volatile.Read(ref bucket.FullAt);
            if (fullAt <= now && Interlocked.CompareExchange(ref bucket.FullAt, Gone, fullAt) == fullAt)
                Forget(key, bucket);
        }
    }

    private void Forget(TKey key, Bucket bucket)
    {
        if (buckets.TryRemove(KeyValuePair.Create(key, bucket)))
            Interlocked.Decrement(ref count);
    }

    private sealed class Bucket
    {
        /// <summary>Ticks after the start; 0 and whatever is past: full now.</summary>
        public long FullAt;
    }
}
