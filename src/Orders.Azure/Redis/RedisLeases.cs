using System.Globalization;
using System.Security.Cryptography;
using Orders.Application.Access;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// Leases in Redis, one hash each that stays when its lease ends, for its token must never go back. A token is at least the time in microseconds, so
/// tokens grow over a loss of data too, as far as the clocks of the apps agree. What an instance has and was not told of, or could not give back, for the answer
/// was lost, it takes anew: else the stock would stay closed until a lease has run out that nobody uses.
/// </summary>
public sealed class RedisLeases(RedisConnection redis, TimeProvider clock) : ILeases
{
    private static readonly RedisScript Take = RedisScript.Load("lease-take");
    private static readonly RedisScript Renew = RedisScript.Load("lease-renew");
    private static readonly RedisScript Release = RedisScript.Load("lease-release");

    /// <summary>The server lets an instance take its own lease away from itself; that nobody here uses it then is seen to here.</summary>
    private readonly byte[] instance = RandomNumberGenerator.GetBytes(16);
    private readonly LeasesHere here = new();

    public async Task<Lease?> TryTakeAsync(string name, TimeSpan duration, CancellationToken cancellation)
    {
        CheckDuration(duration);
        var now = clock.GetUtcNow();
        if (!here.TryClaim(name, now, now + duration))
            return null;
        Lease? lease = null;
        try
        {
            lease = await TakeAsync(name, now, duration, cancellation).ConfigureAwait(false);
            return lease;
        }
        finally
        {
            here.Answered(name, lease);
        }
    }

    public async Task<Lease?> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellation)
    {
        CheckDuration(duration);
        var now = clock.GetUtcNow();
        var until = RedisTime.Of(now + duration);
        var renewed = (int)await redis.RunAsync(Renew, [KeyOf(lease.Name)], [RedisTime.Of(now), until, lease.FencingToken], cancellation).ConfigureAwait(false);
        if (renewed != 1)
            return null;
        var longer = lease with { Until = RedisTime.At(until) };
        here.Renewed(longer);
        return longer;
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellation)
    {
        here.Ended(lease);
        return redis.RunAsync(Release, [KeyOf(lease.Name)], [lease.FencingToken], cancellation);
    }

    private async Task<Lease?> TakeAsync(string name, DateTimeOffset now, TimeSpan duration, CancellationToken cancellation)
    {
        var call = RandomNumberGenerator.GetBytes(16);
        var taken = (string[])(await redis.RunAsync(
            Take, [KeyOf(name)], [RedisTime.Of(now), RedisTime.Of(now + duration), call, instance], cancellation).ConfigureAwait(false))!;
        return taken is [var token, var until]
            ? new Lease(name, long.Parse(token, CultureInfo.InvariantCulture), RedisTime.At(long.Parse(until, CultureInfo.InvariantCulture)))
            : null;
    }

    private static RedisKey KeyOf(string name) => $"{{lease:{name}}}";

    private static void CheckDuration(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, ILeases.Longest);
    }
}

/// <summary>Which leases somebody in this process has, or asks for, by this process' own clock.</summary>
internal sealed class LeasesHere
{
    private const long NotYetKnown = 0;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Token, DateTimeOffset Until)> leases = new(StringComparer.Ordinal);

    /// <summary>False when somebody here has it or asks for it. A claim is followed by <see cref="Answered"/>.</summary>
    public bool TryClaim(string name, DateTimeOffset now, DateTimeOffset until)
    {
        lock (gate)
        {
            if (leases.TryGetValue(name, out var other) && now < other.Until)
                return false;
            leases[name] = (NotYetKnown, until);
            return true;
        }
    }

    /// <summary>What came of the claim: null when nothing did, or nobody knows.</summary>
    public void Answered(string name, Lease? lease)
    {
        lock (gate)
        {
            if (lease is null)
                leases.Remove(name);
            else
                leases[name] = (lease.FencingToken, lease.Until);
        }
    }

    /// <summary>As with <see cref="Ended"/>, one that is over by now leaves alone who has the name after it.</summary>
    public void Renewed(Lease lease)
    {
        lock (gate)
        {
            if (IsHere(lease))
                leases[lease.Name] = (lease.FencingToken, lease.Until);
        }
    }

    public void Ended(Lease lease)
    {
        lock (gate)
        {
            if (IsHere(lease))
                leases.Remove(lease.Name);
        }
    }

    private bool IsHere(Lease lease) => leases.TryGetValue(lease.Name, out var mine) && mine.Token == lease.FencingToken;
}
