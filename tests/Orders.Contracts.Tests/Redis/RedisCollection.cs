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

    /// <summary>A subject whose port is on the server, which is emptied.</summary>
    public Subject With<TPort>(Func<RedisConnection, TimeProvider, TPort> adapter)
        where TPort : class
    {
        Empty();
        return Subject.OnMemory().With<TPort>((_, clock) => adapter(Connection, clock));
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
