using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Redis;
using Polly;
using StackExchange.Redis;

namespace Orders.Azure.Tests.Redis;

public sealed class RedisWarmUpTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [RedisFact]
    public async Task Start_ConnectsBeforeAnythingIsAsked()
    {
        using var server = new RedisServer();
        await using var connection = new RedisConnection(server.Options(), ResiliencePipeline.Empty);

        await new RedisWarmUp(connection).StartingAsync(None);

        var admin = server.Options();
        admin.AllowAdmin = true;
        using var another = await ConnectionMultiplexer.ConnectAsync(admin);
        Assert.Contains("cmdstat_eval:", (await another.GetDatabase().ExecuteAsync("INFO", "commandstats")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithoutAServer_GoesOn()
    {
        var options = ConfigurationOptions.Parse("127.0.0.1:1,abortConnect=false,connectTimeout=200,connectRetry=1");
        await using var connection = new RedisConnection(options, ResiliencePipeline.Empty);

        await new RedisWarmUp(connection).StartingAsync(None);
    }

    [Fact]
    public async Task Ready_IsNotWaitedForWithoutEnd()
    {
        var options = ConfigurationOptions.Parse("127.0.0.1:1,abortConnect=false,connectTimeout=2000,connectRetry=1");
        await using var connection = new RedisConnection(options, ResiliencePipeline.Empty);

        Assert.False(await connection.TryBeReadyAsync(TimeSpan.FromMilliseconds(1), None));
    }

    [Fact]
    public void AppWithRedis_WarmsUp()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Redis:ConnectionString", "127.0.0.1:1,password=secret")]).Build();

        Assert.Contains(new ServiceCollection().AddRedis(settings), service => service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(RedisWarmUp));
    }
}
