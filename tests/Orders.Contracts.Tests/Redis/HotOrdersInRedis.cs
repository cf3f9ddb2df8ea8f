using Orders.Application.Lifecycle;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Lifecycle;
using Polly;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Redis;

[NeedsRedis]
[Collection(RedisCollection.Name)]
public sealed class HotOrdersInRedis(SharedRedis redis) : HotOrdersContract(
    redis.With<IHotOrders>((connection, clock) => new RedisHotOrders(connection, clock)))
{
    private readonly SharedRedis redis = redis;

    private IHotOrders Hot => Subject.Port<IHotOrders>();

    /// <summary>A writer that died is forgotten, and so is what nobody reads; the data of people most of all.</summary>
    [Fact]
    public async Task Everything_HasAnEnd()
    {
        var look = await Hot.FindAsync(Ref(1).OrderId, None);
        await Hot.KeepAsync(new HotOrder(Ref(1), 1, [1]), look.Ticket, None);
        await Hot.FindAsync(Ref(2).OrderId, None);
        await Hot.WithdrawAsync(Ref(3).OrderId, None);

        var server = redis.Admin.GetServers()[0];
        Assert.Equal(3, server.Keys().Count());
        Assert.All(server.Keys(), key => Assert.InRange(redis.Admin.GetDatabase().KeyTimeToLive(key)!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)));
        Assert.InRange(redis.Admin.GetDatabase().KeyTimeToLive($"{{hot:{Ref(1).OrderId}}}")!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
    }

    /// <summary>A ticket that Redis has forgotten keeps nothing: writes may have come and gone meanwhile.</summary>
    [Fact]
    public async Task Ticket_ThatIsForgotten_KeepsNothing()
    {
        var look = await Hot.FindAsync(Ref(1).OrderId, None);
        redis.Admin.GetServers()[0].FlushAllDatabases();

        await Hot.KeepAsync(new HotOrder(Ref(1), 1, [1]), look.Ticket, None);

        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
    }

    /// <summary>Each of two instances sees what the other does.</summary>
    [Fact]
    public async Task Write_OfAnotherInstance_IsSeenAtOnce()
    {
        await using var connection = new RedisConnection(redis.Options, ResiliencePipeline.Empty);
        var other = new RedisHotOrders(connection, Subject.Clock);
        await Hot.KeepAsync(new HotOrder(Ref(1), 1, [1]), (await Hot.FindAsync(Ref(1).OrderId, None)).Ticket, None);
        Assert.Equal(1, (await other.FindAsync(Ref(1).OrderId, None)).Order!.Version);

        await other.WithdrawAsync(Ref(1).OrderId, None);

        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
        await other.ReadmitAsync(Ref(1).OrderId, None);
        Assert.Null((await Hot.FindAsync(Ref(1).OrderId, None)).Order);
    }
}
