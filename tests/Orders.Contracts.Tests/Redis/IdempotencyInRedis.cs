using Orders.Application;
using Orders.Application.Checkout;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Checkout;

namespace Orders.Contracts.Tests.Redis;

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class IdempotencyInRedis(SharedRedis redis) : IdempotencyContract(
    redis.With<IIdempotencyStore>((connection, clock) => new RedisIdempotencyStore(connection, new OrderPolicy(), clock)))
{
    private readonly SharedRedis redis = redis;

    [Fact]
    public async Task Call_OnAServerThatForgotTheScripts_GivesThemAgain()
    {
        await Keys.ClaimAsync(Key, "f", None);
        redis.Admin.GetServers()[0].ScriptFlush();
        Assert.IsType<Claim.StillRunning>(await Keys.ClaimAsync(Key, "f", None));
    }

    /// <summary>Redis forgets records by itself, so nobody purges them.</summary>
    [Fact]
    public async Task EveryRecord_HasAnEnd()
    {
        await Keys.ClaimAsync(Key, "f", None);
        await AnswerAsync(Key with { Key = "2" }, "f");
        var server = redis.Admin.GetServers()[0];
        Assert.Equal(2, server.Keys().Count());
        Assert.All(server.Keys(), key => Assert.InRange(redis.Admin.GetDatabase().KeyTimeToLive(key)!.Value, TimeSpan.FromMinutes(3), TimeSpan.FromHours(48)));
        Assert.Equal(0, await Keys.PurgeAsync(Subjects.Subject.Start.AddDays(9), 10, None));
    }
}
