using System.Collections.Concurrent;
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
public sealed partial class StockFailoverTests : IDisposable
{
    private const int Stocked = 40;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Sku Thing = Id.Parse<Sku>("SKU-1");

    private RedisServer server = new();
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

    /// <summary>Killed twice in the middle with every write on disk: nobody's epoch ends, who got no answer asks again, and it sells out exactly.</summary>
    [Fact]
    public async Task ServerKilled_WithEveryWriteOnDisk_GoesOnWhereItWas()
    {
        server.Dispose();
        server = new RedisServer(Keeps.All);
        await OpenAsync();
        await Stock.AdjustAsync(Thing, new StockChange.To(400), "more", "more", None);
        var answers = new ConcurrentDictionary<int, ReserveResult>();
        int away = 0, next = -1;
        var buying = Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            for (var buyer = Interlocked.Increment(ref next); buyer < 2_000; buyer = Interlocked.Increment(ref next))
            {
                while (!answers.ContainsKey(buyer))
                {
                    try
                    {
                        answers[buyer] = await Stock.ReserveAsync(Hold(buyer), Lines((Thing, 2)), None);
                    }
                    catch (DependencyUnavailableException)
                    {
                        Interlocked.Increment(ref away);
                        await Task.Delay(20);
                    }
                }
            }
        })));
        foreach (var killAt in new[] { 20, 120 })
        {
            while (answers.Values.Count(answer => answer is ReserveResult.Reserved) < killAt)
                await Task.Delay(1);
            server.Restart();
        }

        await buying;
        Assert.True(away > 0, "nobody noticed");
        Assert.Equal(200, answers.Values.Count(answer => answer is ReserveResult.Reserved));
        Assert.Equal(new StockEpoch(1, Ready: true), await Ledger.FindEpochAsync(None));
        Assert.Equal((400, 0), ((await Stock.FindAsync(Thing, None))!.Held, (await Stock.FindAsync(Thing, None))!.Available));
        await AssertProvenAsync();
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
        Assert.False(await books.RebuildAsync(Overtaken, () => Task.FromResult(true), None));
        await AssertCountedAsync(held: 6);
        Assert.Equal(new StockEpoch(3, Ready: true), await Ledger.FindEpochAsync(None));

        // Not kept from each other by a lease: it may have run out.
        async IAsyncEnumerable<IReadOnlyList<HoldInFlight>> Overtaken()
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
}
