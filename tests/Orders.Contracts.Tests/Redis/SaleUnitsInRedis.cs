using Orders.Application.Checkout;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Checkout;

namespace Orders.Contracts.Tests.Redis;

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class SaleUnitsInRedis(SharedRedis redis) : SaleUnitsContract(
    redis.With<ISaleUnits>((connection, clock) => new RedisSaleUnits(connection, clock)));

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class SaleUnitsInOnePartOfRedis(SharedRedis redis) : SaleUnitsContract(
    redis.With<ISaleUnits>((connection, clock) => new RedisSaleUnits(connection, clock, partsOfNewSales: 1)));
