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
        Assert.True((await Leases.TryTakeAsync("x", TimeSpan.FromMinutes(1), None))!.FencingToken > first!.FencingToken);
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
}
