using Orders.Contracts.Tests.Redis;

namespace Orders.Azure.Tests.Redis;

/// <summary>A test on a real <c>redis-server</c>. Skipped with its reason where none is installed; where <c>ORDERS_REDIS=required</c> (CI) it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisServer.ReasonToSkip;
}
