using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Redis;

/// <summary>
/// A server that loses what it counted, in the middle of a sale: nothing is sold until the counters have been built anew, nothing is sold twice, and
/// then it sells out to the unit.
/// </summary>
[NeedsRedis]
public sealed class StockFailoverTests : IDisposable
{
    private const int Stocked = 40;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Sku Thing = Id.Parse<Sku>("SKU-1");

    private readonly RedisServer server = new();
    private readonly Subject subject = Subject.OnMemory();
    private RedisConnection connection = null!;
    private int buyers;

    private IStock Stock { get; set; } = null!;

    private IStockLedger Ledger => subject.Port<IStockLedger>();

    public void Dispose()
    {
        connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        subject.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task EverythingLost_NothingIsSoldUntilItIsRebuilt_ThenExactlyTheRest()
    {
        await OpenAsync();
        var before = await BuyAsync(requests: 12);
        Flush();
        await AssertRefusedAsync();
        await SyncAsync();
        await AssertCountedAsync(held: 2 * before.Count);
        var after = await BuyAsync(requests: 60);
        Assert.Equal(Stocked, 2 * (before.Count + after.Count));
        await AssertAllCanBePaidAsync([.. before, .. after]);
    }

    [Fact]
    public async Task ServerKilled_WithAllItsData_ComesBackEmptyAndIsRebuilt()
    {
        await OpenAsync();
        var before = await BuyAsync(requests: 5);
        server.Restart();
        await EventuallyRefusedAsync();
        await SyncAsync();
        await AssertCountedAsync(held: 10);
        var after = await BuyAsync(requests: 60);
        Assert.Equal(Stocked, 2 * (before.Count + after.Count));
    }

    /// <summary>The last seconds lost, the epoch's key still there: who has had an answer that the server knows nothing of finds it out.</summary>
    [Fact]
    public async Task TheLastWritesLost_AreFoundOut_AndNobodySellsOnThem()
    {
        await OpenAsync();
        var before = await BuyAsync(requests: 5);
        using (var admin = server.Admin())
            await admin.GetDatabase().ExecuteAsync("SAVE");
        var lost = await BuyAsync(requests: 5);
        server.Restart();
        await EventuallyRefusedAsync();

        // One found it out; from then on nobody is served, not even a process that has just started and has heard of nothing.
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => NewStock().FindAsync(Thing, None));
        await SyncAsync();
        await AssertCountedAsync(held: 2 * (before.Count + lost.Count));
        var after = await BuyAsync(requests: 60);
        Assert.Equal(Stocked, 2 * (before.Count + lost.Count + after.Count));
        await AssertAllCanBePaidAsync([.. before, .. lost, .. after]);
    }

    [Fact]
    public async Task Rebuild_KnowsWhatIsSoldHeldAndFreed()
    {
        await OpenAsync();
        var orders = await BuyAsync(requests: 4);
        await Stock.CommitAsync(Key(orders[0]), StockLines.Of(orders[0]), None);
        await Stock.ReleaseAsync(Key(orders[1]), generation: null, None);
        await subject.Port<IOrderStore>().SaveAsync(Cancelled(orders[1], Subject.Start), Event(Cancelled(orders[1], Subject.Start)), None);
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(900), Lines((Thing, 1)), None)); // a checkout on its way, in the ledger
        await SyncAsync();
        await Stock.PutRulesAsync(Thing, new StockRules(Backorder: 1, HoldCapPerUser: 6), None);
        Flush();
        await SyncAsync();
        var level = await Stock.FindAsync(Thing, None);
        Assert.Equal((5, 2, Stocked, new StockRules(1, 6)), (level!.Held, level.Sold, level.Stock, level.Rules));
        Assert.Equal(new ReserveResult.HoldCapReached(Thing, 6), await Stock.ReserveAsync(Hold(901), Lines((Thing, 2)), None));

        // What was sold before the loss is sold once, however often it is asked.
        Assert.Equal(HoldOutcome.AlreadyDone, await Stock.CommitAsync(Key(orders[0]), StockLines.Of(orders[0]), None));
        // The checkout's hold is looked at soon; the orders' live on.
        var due = await Stock.FindDueAsync(subject.Clock.GetUtcNow().AddSeconds(1), 10, None);
        Assert.Equal(Hold(900), Assert.Single(due).Key);
        Assert.Equal(HoldOutcome.Done, await Stock.ReleaseAsync(Hold(900), due[0].Generation, None));
        await AssertProvenAsync();
    }

    [Fact]
    public async Task TwoRebuilds_OnlyTheLaterCounts()
    {
        await OpenAsync();
        await BuyAsync(requests: 3);
        Flush();
        var books = Books();

        // The second begins while the first asks for the orders.
        Assert.False(await books.RebuildAsync(Overtaken, None));
        await AssertCountedAsync(held: 6);
        Assert.Equal(new StockEpoch(3, Ready: true), await Ledger.FindEpochAsync(None));

        // Not kept from each other by a lease: it may have run out.
        async IAsyncEnumerable<HoldInFlight> Overtaken()
        {
            await SyncAsync();
            yield break;
        }
    }

    [Fact]
    public async Task Rebuild_ThatDiedHalfWay_IsBegunAnew()
    {
        await OpenAsync();
        var orders = await BuyAsync(requests: 3);
        Flush();
        for (var seed = 0; seed < 20; seed++)
        {
            var crashes = new Crashes(seed) { OfTen = 1 };
            await using var dying = new RedisConnection(server.Options(), crashes.Pipeline());
            await Record.ExceptionAsync(() => SyncAsync(new RedisStockBooks(dying, crashes.Around(Ledger), subject.Clock)));
        }

        await SyncAsync();
        await AssertCountedAsync(held: 2 * orders.Count);
        using var admin = server.Admin();
        var epoch = (await Ledger.FindEpochAsync(None)).Number;
        Assert.Equal($"{epoch}", admin.GetDatabase().StringGet("{stock}:epoch"));
    }

    /// <summary>Counters that let too much through: the ledger refuses what exceeds the stock, and the order's hold is gone.</summary>
    [Fact]
    public async Task Ledger_RefusesWhatTheCountersShouldNotHaveAdmitted()
    {
        await OpenAsync();
        using var admin = server.Admin();
        await admin.GetDatabase().HashIncrementAsync("{stock}:1:sku:SKU-1", "stock", 10);
        var outcomes = new List<HoldOutcome>();
        foreach (var order in await BuyAsync(requests: 25))
            outcomes.Add(await Stock.CommitAsync(Key(order), StockLines.Of(order), None));
        Assert.Equal(Stocked / 2, outcomes.Count(outcome => outcome == HoldOutcome.Done));
        Assert.Equal(5, outcomes.Count(outcome => outcome == HoldOutcome.NothingHeld));
        await Books().BookAsync(500, None);
        Assert.Equal(new StockCount(Stocked, 0, Stocked), (await Ledger.FindAsync(Thing, None))!.Count);
        Assert.Equal(Stocked, (await Stock.FindAsync(Thing, None))!.Sold);
    }

    /// <summary>Negative control: without the scripts' check, one goes on selling what others hold.</summary>
    [Fact]
    public async Task WithoutTheCheckOfLostWrites_UnitsAreSoldTwice()
    {
        var careless = RedisScript.Of("unchecked", RedisScript.Load("stock-reserve").Text
            .Replace("if tonumber(redis.call('GET', KEYS[2]) or '0') < tonumber(ARGV[2]) then", "if false then", StringComparison.Ordinal));
        await OpenAsync(StockScripts.Default with { Reserve = careless });
        using (var admin = server.Admin())
            await admin.GetDatabase().ExecuteAsync("SAVE");
        var lost = await BuyAsync(requests: 5);
        server.Restart();
        await EventuallyConnectedAsync();
        var after = await BuyAsync(requests: 60);
        Assert.True(2 * (lost.Count + after.Count) > Stocked);
    }

    /// <summary>Negative control: without the epoch, a rebuilt server is sold from by who was not told, with the counters of before.</summary>
    [Fact]
    public async Task WithoutTheCheckOfTheEpoch_AnOldEpochIsSoldFrom()
    {
        var careless = RedisScript.Of("unchecked", RedisScript.Load("stock-reserve").Text
            .Replace("if redis.call('GET', KEYS[1]) ~= ARGV[1] then return true end", "", StringComparison.Ordinal));
        await OpenAsync(StockScripts.Default with { Reserve = careless });
        using var admin = server.Admin();
        admin.GetDatabase().KeyDelete("{stock}:epoch");
        Assert.NotEmpty(await BuyAsync(requests: 1));
        Stock = NewStock();
        await AssertRefusedAsync();
    }

    private async Task OpenAsync(StockScripts? scripts = null)
    {
        connection = server.Connect();
        Stock = NewStock(scripts);
        await SyncAsync();
        await Stock.AdjustAsync(Thing, new StockChange.To(Stocked), "opening", "opening", None);
    }

    private RedisStock NewStock(StockScripts? scripts = null) => new(connection, Ledger, new OrderPolicy(), subject.Clock, scripts ?? StockScripts.Default);

    private RedisStockBooks Books() => new(connection, Ledger, subject.Clock);

    private void Flush()
    {
        using var admin = server.Admin();
        admin.GetServers()[0].FlushAllDatabases();
    }

    /// <summary>The timer's run. A second later, so that adapters ask the ledger again.</summary>
    private async Task SyncAsync(IStockBooks? books = null)
    {
        var sync = new SyncStock(books ?? Books(), subject.Port<ILeases>(), subject.Port<IOrderStore>(), new OrderPolicy(), subject.Clock, NullLogger<SyncStock>.Instance);
        await sync.RunAsync(None);
        subject.Clock.MoveTo(subject.Clock.GetUtcNow().AddSeconds(2));
    }

    /// <summary>The orders that came of so many requests for two units each.</summary>
    private async Task<List<Order>> BuyAsync(int requests)
    {
        var placed = new List<Order>();
        for (var n = 0; n < requests; n++)
        {
            var order = Order(Alice, $"{++buyers}", subject.Clock.GetUtcNow(), lines: 1);
            if (await Stock.ReserveAsync(Key(order), StockLines.Of(order), None) is not ReserveResult.Reserved)
                continue;
            await subject.Port<IOrderStore>().CreateAsync(order, Event(order), None);
            placed.Add(order);
        }

        return placed;
    }

    private static HoldKey Key(Order order) => new(order.Ref, order.Hold);

    private async Task AssertRefusedAsync()
    {
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => BuyAsync(requests: 1));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Stock.CommitAsync(Hold(1), Lines((Thing, 1)), None));
    }

    /// <summary>Once the connection is back.</summary>
    private async Task EventuallyRefusedAsync()
    {
        for (var look = 0; look < 200; look++)
        {
            await AssertRefusedAsync();
            if (!(await Record.ExceptionAsync(() => BuyAsync(requests: 1)))!.InnerException?.GetType().Name.StartsWith("Redis", StringComparison.Ordinal) ?? true)
                return;
            await Task.Delay(50);
        }

        Assert.Fail("the connection did not come back");
    }

    /// <summary>Asked by adapters that have heard of nothing, which find nothing out.</summary>
    private async Task EventuallyConnectedAsync()
    {
        for (var look = 0; look < 200 && await Record.ExceptionAsync(() => NewStock().FindAsync(Thing, None)) is not null; look++)
            await Task.Delay(50);
    }

    private async Task AssertCountedAsync(long held)
    {
        var level = await Stock.FindAsync(Thing, None);
        Assert.Equal((held, 0, Stocked - held), (level!.Held, level.Sold, level.Available));
        await AssertProvenAsync();
    }

    private async Task AssertProvenAsync() =>
        Assert.All((await Books().ProveAsync(10, cursor: null, None)).Items, proof => Assert.True(proof.Holds, proof.ToString()));

    private async Task AssertAllCanBePaidAsync(IReadOnlyList<Order> orders)
    {
        foreach (var order in orders)
            Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Key(order), StockLines.Of(order), None));
        Assert.Equal(new StockCount(Stocked, 0, Stocked), (await Ledger.FindAsync(Thing, None))!.Count);
    }
}
