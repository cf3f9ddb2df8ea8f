using System.Globalization;
using Orders.Application.Access;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>The token buckets that all instances share, one hash each, which Redis forgets soon after it is full.</summary>
public sealed class RedisTokenBuckets(RedisConnection redis, TimeProvider clock) : ITokenBuckets
{
    private static readonly RedisScript Take = RedisScript.Load("bucket-take");

    public async ValueTask<BucketAnswer> TakeAsync(string bucket, BucketRule rule, int tokens, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, rule.Burst);
        var (seconds, ticks) = Math.DivRem(clock.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks, TimeSpan.TicksPerSecond);
        var answer = (string[])(await redis.RunAsync(
            Take, [KeyOf(bucket)], [seconds, ticks, rule.TokenTicks, rule.Burst, tokens], cancellation).ConfigureAwait(false))!;
        return new BucketAnswer(answer[0] == "1", (int)NumberOf(answer[1]), new TimeSpan(NumberOf(answer[2])), new TimeSpan(NumberOf(answer[3])));
    }

    private static RedisKey KeyOf(string bucket) => $"{{bucket:{bucket}}}";

    private static long NumberOf(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
