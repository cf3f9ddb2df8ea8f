using System.Globalization;
using System.Security.Cryptography;
using Orders.Application.Access;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// Leases in Redis, one hash each that stays when its lease ends, for its token must never go back. A token is at least the time in microseconds, so
/// tokens grow over a loss of data too, as far as the clocks of the apps agree.
/// </summary>
public sealed class RedisLeases(RedisConnection redis, TimeProvider clock) : ILeases
{
    private static readonly RedisScript Take = RedisScript.Load("lease-take");
    private static readonly RedisScript Renew = RedisScript.Load("lease-renew");
    private static readonly RedisScript Release = RedisScript.Load("lease-release");

    public async Task<Lease?> TryTakeAsync(string name, TimeSpan duration, CancellationToken cancellation)
    {
        CheckDuration(duration);
        var now = clock.GetUtcNow();
        var owner = RandomNumberGenerator.GetBytes(16);
        var taken = (string[])(await redis.RunAsync(
            Take, [KeyOf(name)], [RedisTime.Of(now), RedisTime.Of(now + duration), owner], cancellation).ConfigureAwait(false))!;
        return taken is [var token, var until]
            ? new Lease(name, long.Parse(token, CultureInfo.InvariantCulture), RedisTime.At(long.Parse(until, CultureInfo.InvariantCulture)))
            : null;
    }

    public async Task<Lease?> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellation)
    {
        CheckDuration(duration);
        var now = clock.GetUtcNow();
        var until = RedisTime.Of(now + duration);
        var renewed = (int)await redis.RunAsync(Renew, [KeyOf(lease.Name)], [RedisTime.Of(now), until, lease.FencingToken], cancellation).ConfigureAwait(false);
        return renewed == 1 ? lease with { Until = RedisTime.At(until) } : null;
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellation) =>
        redis.RunAsync(Release, [KeyOf(lease.Name)], [lease.FencingToken], cancellation);

    private static RedisKey KeyOf(string name) => $"{{lease:{name}}}";

    private static void CheckDuration(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, ILeases.Longest);
    }
}
