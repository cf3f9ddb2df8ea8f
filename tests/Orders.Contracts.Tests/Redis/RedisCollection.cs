using Microsoft.Extensions.DependencyInjection;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Redis;

/// <summary>The suites that share one server, one after the other; each test begins with an empty one.</summary>
[CollectionDefinition(Name)]
public sealed class RedisCollection : ICollectionFixture<SharedRedis>
{
    public const string Name = "redis";
}

/// <summary>The shared server; started by the first test that needs it.</summary>
public sealed class SharedRedis : IDisposable
{
    private readonly RedisServer server = new();
    private readonly Lazy<(RedisConnection Connection, StackExchange.Redis.ConnectionMultiplexer Admin)> connections;

    public SharedRedis() => connections = new(() => (server.Connect(), server.Admin()));

    public RedisConnection Connection => connections.Value.Connection;

    public StackExchange.Redis.ConnectionMultiplexer Admin => connections.Value.Admin;

    /// <summary>For a connection of a test's own.</summary>
    public StackExchange.Redis.ConfigurationOptions Options => server.Options();

    /// <summary>A subject whose port is on the server, which is emptied.</summary>
    public Subject With<TPort>(Func<RedisConnection, TimeProvider, TPort> adapter)
        where TPort : class
    {
        Empty();
        return Subject.OnMemory().With<TPort>((_, clock) => adapter(Connection, clock));
    }

    /// <summary>A subject whose sales are counted on the server, which is emptied, before embedded epochs.</summary>
    internal Subject WithSales(int parts)
    {
        Empty();
        var subject = Subject.OnMemory();
        subject.Replace<ISaleBooks>(found => new RedisSaleBooks(Connection, found.GetRequiredService<ISaleEpochs>(), subject.Clock, parts));
        return subject.Replace<ISaleUnits>(found => new RedisSaleUnits(Connection, found.GetRequiredService<ISaleEpochs>(), subject.Clock, parts));
    }

    /// <summary>A subject whose stock is counted on the server, which begins empty, before the embedded ledger.</summary>
    internal Subject WithStock(RedisConnection? connection = null, StockScripts? scripts = null)
    {
        Empty();
        var subject = Subject.OnMemory();
        subject.Replace<IStockBooks>(found => new RedisStockBooks(Connection, found.GetRequiredService<IStockLedger>(), subject.Clock));
        subject.Replace<IStock>(found => new RedisStock(
            connection ?? Connection, found.GetRequiredService<IStockLedger>(), new OrderPolicy(), subject.Clock, scripts ?? StockScripts.Default));
        Assert.True(subject.Port<IStockBooks>()
            .RebuildAsync(AsyncEnumerable.Empty<IReadOnlyList<HoldInFlight>>, () => Task.FromResult(true), CancellationToken.None).GetAwaiter().GetResult());
        return subject;
    }

    public void Empty() => Admin.GetServers()[0].FlushAllDatabases();

    public void Dispose()
    {
        if (connections.IsValueCreated)
        {
            Connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Admin.Dispose();
        }

        server.Dispose();
    }
}
