using Orders.Contracts.Tests.Stock;
using Orders.Domain;

namespace Orders.Contracts.Tests.Redis;

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class StockInRedis(SharedRedis redis) : StockContract(redis.WithStock());

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class StockBooksInRedis(SharedRedis redis) : StockBooksContract(redis.WithStock())
{
    protected override async Task PlantAsync(Sku sku, long held, long sold)
    {
        var key = $"{{stock}}:1:sku:{sku}";
        await redis.Admin.GetDatabase().HashIncrementAsync(key, "held", held);
        await redis.Admin.GetDatabase().HashIncrementAsync(key, "sold", sold);
    }
}
