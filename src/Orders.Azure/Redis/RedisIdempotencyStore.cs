using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orders.Application;
using Orders.Application.Checkout;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// Idempotency records in Redis, one hash each, which Redis forgets when their time is over. What a failover loses of them the order's own id and
/// fingerprint stand behind.
/// </summary>
public sealed class RedisIdempotencyStore(RedisConnection redis, OrderPolicy policy, TimeProvider clock) : IIdempotencyStore
{
    private static readonly RedisScript ClaimScript = RedisScript.Load("idempotency-claim");
    private static readonly RedisScript CompleteScript = RedisScript.Load("idempotency-complete");
    private static readonly RedisScript AbandonScript = RedisScript.Load("idempotency-abandon");
    private static readonly TimeSpan ClaimLapses = TimeSpan.FromMinutes(2);

    public async Task<Claim> ClaimAsync(IdempotencyKey key, string fingerprint, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var claim = RandomNumberGenerator.GetBytes(16);
        var result = (RedisResult[])(await redis.RunAsync(
            ClaimScript, [RecordOf(key)], [RedisTime.Of(now), fingerprint, claim, RedisTime.Of(now + ClaimLapses), KeptFor(ClaimLapses)], cancellation)
            .ConfigureAwait(false))!;
        return (string?)result[0] switch
        {
            "GRANTED" => new Claim.Granted(),
            "RUNNING" => new Claim.StillRunning(),
            "OTHER" => new Claim.OtherRequest(),
            _ => new Claim.Answered(AnswerOf((byte[])result[1]!)),
        };
    }

    public Task CompleteAsync(IdempotencyKey key, string fingerprint, StoredAnswer answer, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return redis.RunAsync(
            CompleteScript, [RecordOf(key)],
            [RedisTime.Of(now), fingerprint, JsonSerializer.SerializeToUtf8Bytes(answer), RedisTime.Of(now + policy.IdempotencyWindow), KeptFor(policy.IdempotencyWindow)],
            cancellation);
    }

    public Task AbandonAsync(IdempotencyKey key, CancellationToken cancellation) => redis.RunAsync(AbandonScript, [RecordOf(key)], [], cancellation);

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => Task.FromResult(0);

    /// <summary>A hash, so that keys are short whatever they are made of; the length keeps a scope and a key apart.</summary>
    private static RedisKey RecordOf(IdempotencyKey key)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{key.Scope.Length}\n{key.Scope}\n{key.Key}");
        return $"{{idem:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}}}";
    }

    /// <summary>What is good until an instant of the app's clock must not be forgotten before it: twice as long by Redis' own.</summary>
    private static long KeptFor(TimeSpan good) => (long)(good * 2).TotalMilliseconds;

    private static StoredAnswer AnswerOf(byte[] json) => JsonSerializer.Deserialize<StoredAnswer>(json)!;
}
