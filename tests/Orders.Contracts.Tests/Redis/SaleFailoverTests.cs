using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Redis;

/// <summary>
/// A server that loses what it counted, in the middle of a flash sale: all, a part, or its last writes. Nothing of the sale is given out on counters that are
/// not whole; they are built anew from the orders, and then the sale sells out to the unit.
/// </summary>
[NeedsRedis]
public sealed partial class SaleFailoverTests
{
    [Fact]
    public async Task EverythingLost_NothingIsGivenOutUntilItIsRebuilt_ThenExactlyTheRest()
    {
        await OpenAsync();
        var before = await BuyAsync(requests: 12);
        Flush();
        await AssertRefusedAsync();
        Assert.Equal(1, await SyncAsync());
        Assert.Equal(new SaleCount(Friday, Quantity, before.Count, 0), await Units.FindAsync(Friday, None));
        var after = await BuyAsync(requests: 60);
        Assert.Equal(Quantity, before.Count + after.Count);
        await AssertAllCanBePaidAsync([.. before, .. after]);
        Assert.Equal(0, await SyncAsync());
    }

    /// <summary>Nobody gets more than what the parts that are left have; then all of them are built anew.</summary>
    [Fact]
    public async Task OnePartLost_NobodyBuysThere_AndNothingIsOversold()
    {
        await OpenAsync();
        var before = await BuyAsync(requests: 20);
        using (var admin = server.Admin())
            await admin.GetDatabase().ScriptEvaluateAsync("for _, key in ipairs(redis.call('KEYS', '{sale:friday:3}:*')) do redis.call('DEL', key) end return 1");
        var meanwhile = await BuyAsync(requests: 40);
        Assert.True(before.Count + meanwhile.Count <= Quantity);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Units.FindAsync(Friday, None));
        await SyncAsync();
        var after = await BuyAsync(requests: 60);
        Assert.Equal(Quantity, before.Count + meanwhile.Count + after.Count);
        await AssertAllCanBePaidAsync([.. before, .. meanwhile, .. after]);
    }

    /// <summary>The last seconds lost, all keys still there: who has had an answer that the server knows nothing of finds it out.</summary>
    [Fact]
    public async Task AnOlderSnapshot_IsFoundOut_AndNobodyBuysOnIt()
    {
        await OpenAsync();
        var before = await BuyAsync(requests: 8);
        using (var admin = server.Admin())
            await admin.GetDatabase().ExecuteAsync("SAVE");
        var lost = await BuyAsync(requests: 24);
        server.Restart();
        await EventuallyConnectedAsync();
        var meanwhile = await BuyAsync(requests: 60);
        Assert.Equal(1, await SyncAsync());
        var after = await BuyAsync(requests: 60);
        Assert.Equal(Quantity, before.Count + lost.Count + meanwhile.Count + after.Count);
        await AssertAllCanBePaidAsync([.. before, .. lost, .. meanwhile, .. after]);
    }

    [Fact]
    public async Task Rebuild_KnowsWhatIsSoldHeldAndGivenBack_AndTheBuyersMarks()
    {
        await OpenAsync(perBuyer: 1);
        var orders = await BuyAsync(requests: 4);
        await SaveAsync(Paid(orders[0]));
        await Units.SettleAsync(Friday, Key(orders[0]), Thing, 1, None);
        await SaveAsync(Paid(orders[1])); // its event is still to come
        await SaveAsync(Cancelled(orders[2], subject.Clock.GetUtcNow()));
        Flush();
        await SyncAsync();
        Assert.Equal(new SaleCount(Friday, Quantity, 1, 2), await Units.FindAsync(Friday, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Units.SettleAsync(Friday, Key(orders[0]), Thing, 1, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Units.SettleAsync(Friday, Key(orders[1]), Thing, 1, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Units.ReleaseAsync(Friday, Key(orders[2]), generation: null, SaleEnd.Cancelled, null, None));
        Assert.True(await Units.KeepAsync(Friday, Key(orders[3]), None));
        Assert.Equal(new SaleClaimResult.BuyerLimit(0), await Units.ReserveAsync(Friday, Again(orders[3]), None));
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Friday, Again(orders[2]), None));
    }

    /// <summary>The same request after a loss is answered by its own order, though only that is known of it.</summary>
    [Fact]
    public async Task Repetition_OfARequestWhoseOrderIsThere_FindsItsPlace()
    {
        await OpenAsync();
        var order = Assert.Single(await BuyAsync(requests: 1));
        Flush();
        await SyncAsync();
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Friday, ClaimOf(Key(order)), None));
        Assert.IsType<SaleClaimResult.OtherClaim>(await Units.ReserveAsync(Friday, ClaimOf(Key(order)) with { Quantity = 2 }, None));
    }

    /// <summary>Which of them were used nobody knows any more.</summary>
    [Fact]
    public async Task AdmissionsOfBefore_CountAsUsed()
    {
        await OpenAsync();
        var (before, after) = (ClaimOf(NewKey()), ClaimOf(NewKey()));
        await Units.ReserveAsync(Friday, before, None);
        Flush();
        await SyncAsync();
        Assert.IsType<SaleClaimResult.AdmissionUsed>(await Units.ReserveAsync(Friday, before, None));
        Assert.IsType<SaleClaimResult.AdmissionUsed>(await Units.ReserveAsync(Friday, after, None));
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Friday, after with { AdmittedAt = subject.Clock.GetUtcNow() }, None));
    }

    /// <summary>It was never an order: its message takes the place anew, as long as there is one.</summary>
    [Fact]
    public async Task PlaceWithoutAnOrder_IsTakenAnewWhenItsTurnComes()
    {
        await OpenAsync();
        var (first, second) = (ClaimOf(NewKey()), ClaimOf(NewKey()));
        await Units.ReserveAsync(Friday, first, None);
        await Units.ReserveAsync(Friday, second, None);
        Flush();
        await SyncAsync();
        Assert.Null(await Units.FindHoldAsync(Friday, first.Key, None));
        Assert.Equal(SaleHoldState.Waiting, (await Units.ResumeAsync(Friday, first, None))!.State);
        await BuyAsync(requests: 60);
        var over = await Units.ResumeAsync(Friday, second, None);
        Assert.Equal((SaleHoldState.Released, SaleEnd.OutOfStock), (over!.State, over.End));
        Assert.Equal(new SaleCount(Friday, Quantity, Quantity, 0), await Units.FindAsync(Friday, None));
    }

    [Fact]
    public async Task Rebuild_ThatDiedBetweenAnyTwoCalls_IsBegunAnew()
    {
        await OpenAsync();
        var orders = await BuyAsync(requests: 10);
        for (var seed = 0; seed < 25; seed++)
        {
            if (seed % 5 == 0)
                Flush();
            var crashes = new Crashes(seed) { OfTen = 1 };
            await using var dying = new RedisConnection(server.Options(), crashes.Pipeline());
            await Record.ExceptionAsync(() => SyncAsync(new RedisSaleBooks(dying, Epochs, subject.Clock)));
            Assert.True(await CountOrNothingAsync() is null or { Held: 10, Quantity: Quantity });
        }

        await SyncAsync();
        Assert.Equal(new SaleCount(Friday, Quantity, orders.Count, 0), await Units.FindAsync(Friday, None));
    }

    /// <summary>A server that fails once more while its counters are being built: what was put there is missed before anybody is told that they are whole.</summary>
    [Fact]
    public async Task LostAgainDuringTheRebuild_IsNotTakenForWhole()
    {
        await OpenAsync();
        var orders = await BuyAsync(requests: 6);
        Flush();
        Assert.False(await RebuildAsync(async () =>
        {
            await Task.Yield();
            Flush();
        }));
        await AssertRefusedAsync();
        await SyncAsync();
        Assert.Equal(orders.Count, (await Units.FindAsync(Friday, None))!.Held);
    }

    /// <summary>Whoever slept through the end of the lease is overtaken by the next, wherever it is.</summary>
    [Fact]
    public async Task TwoRebuilds_OnlyTheLaterCounts()
    {
        await OpenAsync();
        var orders = await BuyAsync(requests: 3);
        Flush();
        Assert.False(await RebuildAsync(() => SyncAsync()));
        Assert.Equal(orders.Count, (await Units.FindAsync(Friday, None))!.Held);
        Assert.Equal(new SaleEpoch(Friday, 3, 8, SaleEpochState.Ready), await Epochs.FindAsync(Friday, None));
        Assert.False(await RebuildAsync(() => Task.CompletedTask, fence: 0));
        Assert.Equal(new SaleEpoch(Friday, 3, 8, SaleEpochState.Ready), await Epochs.FindAsync(Friday, None));
        await AssertOnlyOneEpochIsLeftAsync();
    }

    /// <summary>Nobody knows what it has bought, so it keeps as much as it may have.</summary>
    [Fact]
    public async Task Rebuild_GivesAnOrderThatCantBeRead_AsMuchAsItMayHave()
    {
        await OpenAsync(perBuyer: 3);
        var orders = await BuyAsync(requests: 2);
        await subject.Store.WriteAsync(write => write.Execute("UPDATE orders SET document = '{\"' WHERE order_id = $1", orders[0].OrderId.Value));
        Flush();
        await SyncAsync();
        Assert.Equal(4, (await Units.FindAsync(Friday, None))!.Held);
    }

    /// <summary>Half a change: the counters have the new quantity, the terms the old one.</summary>
    [Fact]
    public async Task QuantityThatIsNotTheTerms_IsSetAgain()
    {
        await OpenAsync();
        await BuyAsync(requests: 5);
        await Units.PutAsync(Friday, 99, 1, Fence, None);
        Assert.Equal(1, await SyncAsync());
        Assert.Equal(new SaleCount(Friday, Quantity, 5, 0), await Units.FindAsync(Friday, None));
        Assert.Equal(0, await SyncAsync());
    }

    /// <summary>Negative control: without the check of the epoch, counters that are ended are bought from.</summary>
    [Fact]
    public async Task WithoutTheCheckOfTheEpoch_MoreIsGivenOutThanTheSaleHas()
    {
        await OpenAsync(Without("if redis.call('HGET', KEYS[1], 'open') ~= '1' then return {'EPOCH'} end"));
        var before = await BuyAsync(requests: 10);
        await RebuildAsync(() => BuyAsync(requests: 20));
        Units = new RedisSaleUnits(connection, Epochs, subject.Clock);
        var others = await BuyAsync(requests: 60);
        Assert.True(before.Count + 20 + others.Count > Quantity);
    }

    /// <summary>Negative control: without the check of lost writes, one goes on selling what others hold.</summary>
    [Fact]
    public async Task WithoutTheCheckOfLostWrites_UnitsAreGivenOutTwice()
    {
        await OpenAsync(Without("if tonumber(redis.call('HGET', PART .. 'sessions', ARGV[1]) or '0') < tonumber(ARGV[2]) then", "if false then"));
        using (var admin = server.Admin())
            await admin.GetDatabase().ExecuteAsync("SAVE");
        var lost = await BuyAsync(requests: 20);
        server.Restart();
        await EventuallyConnectedAsync();
        var after = await BuyAsync(requests: 60);
        Assert.True(lost.Count + after.Count > Quantity);
    }
}
