using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.AfterSales;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Domain.Lifecycle;

namespace Orders.Contracts.Tests.Redis;

/// <content>What a rebuild finds in the orders, and how it keeps its lease.</content>
public sealed partial class StockFailoverTests
{
    /// <summary>Its hold was lost with its movement, and nobody could sell it meanwhile: only the order knows of it.</summary>
    [Fact]
    public async Task Rebuild_KnowsWhatWasPaidWhileTheCountersWereAway()
    {
        await OpenAsync();
        var paid = await BuyAsync(requests: 3);
        Flush();
        for (var n = 0; n < paid.Count; n++)
            paid[n] = await SaveAsync(Paid(paid[n]));
        paid[0] = await SaveAsync(Accepted(paid[0]));
        await SyncAsync();
        await AssertCountedAsync(held: 6);
        var after = await BuyAsync(requests: 60);
        Assert.Equal(Stocked, 2 * (paid.Count + after.Count));

        // Each is sold once: two by their events, which come at last, and by the sweep the one whose event never does.
        foreach (var order in paid.Take(2))
            Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Key(order), StockLines.Of(order), None));
        await Sweep().RunAsync(None);
        Assert.Equal(HoldOutcome.AlreadyDone, await Stock.CommitAsync(Key(paid[2]), StockLines.Of(paid[2]), None));
        await AssertAllCanBePaidAsync(after);
    }

    private SweepHolds Sweep()
    {
        var (orders, policy) = (subject.Port<IOrderStore>(), new OrderPolicy());
        var changes = new OrderChanges(orders, subject.Clock);
        var approve = new ApproveCase(new OrderAccess(orders), orders, changes, Stock, policy, subject.Clock);
        var refund = new RefundUnavailable(changes, approve, subject.Clock, NullLogger<RefundUnavailable>.Instance);
        return new SweepHolds(Stock, orders, refund, policy, subject.Clock, NullLogger<SweepHolds>.Instance);
    }

    /// <summary>What cannot be read is held if the ledger knows it, and keeps nobody else waiting.</summary>
    [Fact]
    public async Task Rebuild_PassesAnOrderThatCantBeRead()
    {
        await OpenAsync();
        var orders = await BuyAsync(requests: 2);
        await SyncAsync();
        await subject.Store.WriteAsync(write => write.Execute("UPDATE orders SET document = '{\"' WHERE order_id = $1", orders[0].OrderId.Value));
        Flush();
        await SyncAsync();
        await AssertCountedAsync(held: 4);
    }

    /// <summary>Nine minutes, with the timer's next runs in the middle of it.</summary>
    [Fact]
    public async Task Rebuild_LongerThanItsLease_IsLeftAloneAndEnds()
    {
        await OpenAsync();
        var orders = await BuyAsync(requests: 3);
        Flush();
        var slow = new SlowOrders(subject.Port<IOrderStore>(), async () =>
        {
            subject.Clock.MoveTo(subject.Clock.GetUtcNow().AddMinutes(3));
            await SyncAsync();
        });
        await SyncAsync(orders: slow);
        Assert.Equal(3, slow.Pages);
        Assert.Equal(new StockEpoch(2, Ready: true), await Ledger.FindEpochAsync(None));
        await AssertCountedAsync(held: 2 * orders.Count);
    }

    /// <summary>A run that slept through its lease's end has been replaced: it reads no further.</summary>
    [Fact]
    public async Task Rebuild_WhoseLeaseIsLost_Stops()
    {
        await OpenAsync();
        var orders = await BuyAsync(requests: 3);
        Flush();
        var slow = new SlowOrders(subject.Port<IOrderStore>(), async () =>
        {
            subject.Clock.MoveTo(subject.Clock.GetUtcNow().AddMinutes(6));
            await SyncAsync();
        });
        await SyncAsync(orders: slow);
        Assert.Equal(1, slow.Pages);
        Assert.Equal(new StockEpoch(3, Ready: true), await Ledger.FindEpochAsync(None));
        await AssertCountedAsync(held: 2 * orders.Count);
    }
}
