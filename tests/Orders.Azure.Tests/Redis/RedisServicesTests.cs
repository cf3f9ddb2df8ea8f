using System.Net;
using Azure.Identity;
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
    private const string Host = "orders.westeurope.redis.azure.net:10000";

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
    [InlineData("Redis:credential", "managedidentity", "Redis:host")]
    [InlineData("Redis:host", "", "Redis:host")]
    [InlineData("Redis:host", "orders.westeurope.redis.azure.net", "Redis:host")]
    [InlineData("Redis:host", "orders.westeurope.redis.azure.net:10000,ssl=false", "Redis:host")]
    [InlineData("Redis:host", "orders.westeurope.redis.azure.net:10000/0", "Redis:host")]
    [InlineData("Redis:host", "me:key@orders.westeurope.redis.azure.net:10000", "Redis:host")]
    public void HalfASet_IsAnErrorThatNamesTheSetting(string name, string value, string named)
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddRedis(Settings((name, value))));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Redis:ConnectionString", "127.0.0.1:1,password=secret", "Redis:host")]
    [InlineData("Redis:credential", "key", "Redis:credential")]
    [InlineData("Redis:clientId", "c0ffee00-0000-0000-0000-000000000000", "Redis:clientId")]
    [InlineData("Redis:password", "secret", "Redis:password")]
    public void AHostWithWhatDoesNotFit_IsAnErrorThatNamesTheSetting(string name, string value, string named)
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddRedis(Settings(("Redis:host", Host), (name, value))));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("managedidentity", "c0ffee00-0000-0000-0000-000000000000", typeof(ManagedIdentityCredential))]
    [InlineData("ManagedIdentity", null, typeof(ManagedIdentityCredential))]
    [InlineData(null, null, typeof(DefaultAzureCredential))]
    public void AHost_IsReachedByIdentityAndOverTls(string? credential, string? clientId, Type identity)
    {
        var (options, found) = RedisSettings.From(Settings(("Redis:host", Host), ("Redis:credential", credential), ("Redis:clientId", clientId)).GetSection("Redis"));

        Assert.IsType(identity, found);
        Assert.True(options.Ssl);
        Assert.Equal(new DnsEndPoint("orders.westeurope.redis.azure.net", 10000), Assert.Single(options.EndPoints));
    }

    [Fact]
    public void AConnectionString_NeedsNoIdentity() =>
        Assert.Null(RedisSettings.From(Settings(("Redis:ConnectionString", "127.0.0.1:1,password=secret")).GetSection("Redis")).Credential);

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

    private static IConfiguration Settings(params (string Name, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();
}
