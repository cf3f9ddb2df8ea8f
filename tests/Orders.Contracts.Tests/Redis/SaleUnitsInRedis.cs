using Orders.Contracts.Tests.Checkout;

namespace Orders.Contracts.Tests.Redis;

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class SaleUnitsInRedis(SharedRedis redis) : SaleUnitsContract(
    redis.WithSales(parts: 8));

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class SaleUnitsInOnePartOfRedis(SharedRedis redis) : SaleUnitsContract(
    redis.WithSales(parts: 1));

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class SaleBooksInRedis(SharedRedis redis) : SaleBooksContract(redis.WithSales(parts: 8));
