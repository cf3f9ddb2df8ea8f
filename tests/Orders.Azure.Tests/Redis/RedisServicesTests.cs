using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Azure.Redis;

namespace Orders.Azure.Tests.Redis;

public sealed class RedisServicesTests
{
    [Fact]
    public void WithoutSettings_NothingIsAdded() => Assert.Empty(new ServiceCollection().AddRedis(Settings()));

    [Fact]
    public void WithAnAddress_EveryPortHasItsAdapter()
    {
        var services = new ServiceCollection().AddRedis(Settings(("Redis:ConnectionString", "127.0.0.1:1,password=secret")));

        foreach (var port in new[] { typeof(IStock), typeof(IStockBooks), typeof(ISaleUnits), typeof(ILeases), typeof(ITokenBuckets), typeof(IIdempotencyStore), typeof(IHotOrders) })
            Assert.Contains(services, service => service.ServiceType == port);
    }

    [Theory]
    [InlineData("Redis:ConnectionString", "", "Redis:ConnectionString")]
    [InlineData("Redis:Connection", "127.0.0.1:1", "Redis:Connection")]
    [InlineData("Redis:ConnectionString", "ssl=true", "Redis:ConnectionString")]
    public void HalfASet_IsAnErrorThatNamesTheSetting(string name, string value, string named)
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddRedis(Settings((name, value))));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASettingThatRedisDoesNotKnow_IsAnErrorAtTheStart() =>
        Assert.ThrowsAny<Exception>(() => new ServiceCollection().AddRedis(Settings(("Redis:ConnectionString", "127.0.0.1:1,fast=yes"))));

    /// <summary>An app starts without Redis, and what needs it says so at once.</summary>
    [Fact]
    public async Task WhileNobodyListens_EveryCallSaysThatRedisIsAway()
    {
        var services = new ServiceCollection().AddRedis(Settings(("Redis:ConnectionString", "127.0.0.1:1")));
        services.AddSingleton(TimeProvider.System).AddSingleton(new OrderPolicy());
        await using var provider = services.BuildServiceProvider();

        var error = await Assert.ThrowsAsync<DependencyUnavailableException>(
            () => provider.GetRequiredService<ILeases>().TryTakeAsync("x", TimeSpan.FromMinutes(1), CancellationToken.None));

        Assert.Equal("Redis", error.Dependency);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => provider.GetRequiredService<IIdempotencyStore>().ClaimAsync(
            new IdempotencyKey("a", "b"), "f", CancellationToken.None));
    }

    private static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value))).Build();
}
