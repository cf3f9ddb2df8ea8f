using Orders.Application.Access;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Access;

namespace Orders.Contracts.Tests.Redis;

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class TokenBucketsInRedis(SharedRedis redis) : TokenBucketsContract(
    redis.With<ITokenBuckets>((connection, clock) => new RedisTokenBuckets(connection, clock)))
{
    private readonly SharedRedis redis = redis;

    /// <summary>As many as there are callers would be too many to keep.</summary>
    [Fact]
    public async Task EveryBucket_IsForgottenSoonAfterItIsFull()
    {
        await Subject.Port<ITokenBuckets>().TakeAsync("caller", new BucketRule(1, 10), 5, None);
        var key = Assert.Single(redis.Admin.GetServers()[0].Keys());
        Assert.InRange(redis.Admin.GetDatabase().KeyTimeToLive(key)!.Value, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(66));
    }
}
