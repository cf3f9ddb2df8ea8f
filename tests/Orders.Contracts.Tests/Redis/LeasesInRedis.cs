using Orders.Application.Access;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Access;
using Polly;

namespace Orders.Contracts.Tests.Redis;

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class LeasesInRedis(SharedRedis redis) : LeaseContract(redis.With<ILeases>((connection, clock) => new RedisLeases(connection, clock)))
{
    private readonly SharedRedis redis = redis;

    private ILeases Leases => Subject.Port<ILeases>();

    [Fact]
    public async Task Tokens_GrowOverALossOfEverything()
    {
        var first = await Leases.TryTakeAsync("x", TimeSpan.FromMinutes(1), None);
        redis.Empty();
        Subject.Clock.MoveTo(Subject.Clock.GetUtcNow().AddMilliseconds(1));
        await using var connection = new RedisConnection(redis.Options, ResiliencePipeline.Empty);
        var another = new RedisLeases(connection, Subject.Clock);
        Assert.True((await another.TryTakeAsync("x", TimeSpan.FromMinutes(1), None))!.FencingToken > first!.FencingToken);
    }

    /// <summary>The answer of the first try was lost; the pipeline's second try of the same call has the lease.</summary>
    [Fact]
    public async Task Take_RepeatedWithinACall_IsTheSameLease()
    {
        var crashes = new Crashes(1) { OfTen = 20 };
        await using var connection = new RedisConnection(redis.Options, new ResiliencePipelineBuilder()
            .AddRetry(new()
            {
                MaxRetryAttempts = 1,
                Delay = TimeSpan.Zero,
                OnRetry = _ =>
                {
                    crashes.OfTen = 0;
                    return ValueTask.CompletedTask;
                },
            })
            .AddPipeline(crashes.AfterOnly()).Build());
        Assert.NotNull(await new RedisLeases(connection, Subject.Clock).TryTakeAsync("y", TimeSpan.FromMinutes(1), None));
        Assert.Equal(1, crashes.After);
    }

    /// <summary>Else what needs the lease stands still until it has run out: with the stock's counters lost the shop is closed for so long.</summary>
    [Fact]
    public async Task Take_AfterALostAnswer_IsAnew_ForThisInstanceAlone()
    {
        var crashes = new Crashes(1) { OfTen = 20 };
        await using var connection = new RedisConnection(redis.Options, crashes.AfterOnly());
        var leases = new RedisLeases(connection, Subject.Clock);
        await Assert.ThrowsAsync<ProcessDiedException>(() => leases.TryTakeAsync("y", TimeSpan.FromMinutes(1), None));

        Assert.Null(await Leases.TryTakeAsync("y", TimeSpan.FromMinutes(1), None));
        crashes.OfTen = 0;
        var lease = await leases.TryTakeAsync("y", TimeSpan.FromMinutes(2), None);

        Assert.Equal(Subject.Clock.GetUtcNow() + TimeSpan.FromMinutes(2), lease!.Until);
        Assert.Null(await leases.TryTakeAsync("y", TimeSpan.FromMinutes(1), None));
        Assert.NotNull(await leases.RenewAsync(lease, TimeSpan.FromMinutes(1), None));
    }

    /// <summary>With a larger token: a write of the run before may still be under way.</summary>
    [Fact]
    public async Task Take_AfterAReleaseThatFailed_IsAnew_WithALargerToken()
    {
        var crashes = new Crashes(1) { OfTen = 0 };
        await using var connection = new RedisConnection(redis.Options, crashes.Pipeline());
        var leases = new RedisLeases(connection, Subject.Clock);
        var first = await leases.TryTakeAsync("y", TimeSpan.FromMinutes(1), None);
        crashes.OfTen = 20;
        await Assert.ThrowsAsync<ProcessDiedException>(() => leases.ReleaseAsync(first!, None));

        crashes.OfTen = 0;
        var second = await leases.TryTakeAsync("y", TimeSpan.FromMinutes(1), None);

        Assert.True(second!.FencingToken > first!.FencingToken);
        Assert.Null(await leases.RenewAsync(first, TimeSpan.FromMinutes(1), None));
    }

    /// <summary>What was taken anew after its end is not ended, or lengthened, by whoever had it before.</summary>
    [Fact]
    public async Task LeaseThatIsOver_LeavesTheNextOfTheSameInstance()
    {
        var first = await Leases.TryTakeAsync("y", TimeSpan.FromMinutes(1), None);
        Subject.Clock.MoveTo(first!.Until);
        Assert.NotNull(await Leases.TryTakeAsync("y", TimeSpan.FromMinutes(1), None));

        await Leases.ReleaseAsync(first, None);
        Assert.Null(await Leases.RenewAsync(first, TimeSpan.FromMinutes(5), None));

        Assert.Null(await Leases.TryTakeAsync("y", TimeSpan.FromMinutes(1), None));
    }
}
