using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Checkout;

/// <summary>Crashes and lost messages between a buyer's request in a sale and its order.</summary>
public sealed class SaleOrderCrashTests : IDisposable
{
    private readonly SaleStand stand = new();

    public void Dispose() => stand.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Crash_AfterAnyCommitOfARequest_ThenTheSameAgain_IsOneTicketAndOnePlace(int commits)
    {
        var request = stand.Request(Ada);
        Assert.True(await stand.Shop.RunAndDieAsync(commits, () => stand.OrderAsync(request)));

        var again = await stand.OrderAsync(request);

        Assert.Equal(request.Ticket, again.Value);
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
        await stand.WorkOffAsync(request);
        Assert.Equal(TicketStatus.Ordered, await stand.StatusAsync(request));
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
    }

    [Fact]
    public async Task Crash_BeyondTheLastCommitOfARequest_DoesNotHappen_SoTheTheoryAboveIsComplete() =>
        Assert.False(await stand.Shop.RunAndDieAsync(3, () => stand.OrderAsync(stand.Request(Ada))));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Crash_AfterAnyCommitOfTheConsumer_ThenTheMessageAgain_IsOneOrder(int commits)
    {
        var request = stand.Request(Ada);
        await stand.OrderAsync(request);
        await stand.Shop.RunAndDieAsync(commits, () => stand.WorkOffAsync(request));

        await stand.WorkOffAsync(request);
        await stand.WorkOffAsync(request);

        Assert.Equal(TicketStatus.Ordered, await stand.StatusAsync(request));
        Assert.Single((await stand.Shop.Use<IOrderStore>().ListAsync(Ada.UserId, status: null, 10, cursor: null, default)).Items);
        Assert.Equal(new StockLevel(Mug, Available: 9, Held: 1, Sold: 0, Stock: 10), await stand.Shop.StockAsync(Mug));
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
        Assert.Equal(SaleHoldState.Kept, (await stand.HoldAsync(request))!.State);
    }

    [Fact]
    public async Task Crash_BeyondTheLastCommitOfTheConsumer_DoesNotHappen_SoTheTheoryAboveIsComplete()
    {
        var request = stand.Request(Ada);
        await stand.OrderAsync(request);
        Assert.False(await stand.Shop.RunAndDieAsync(7, () => stand.WorkOffAsync(request)));
    }

    [Fact]
    public async Task Place_WhoseMessageWasNeverSent_IsGivenBack_AfterTwoMinutes()
    {
        var request = stand.Request(Ada);
        await stand.Shop.RunAndDieAsync(1, () => stand.OrderAsync(request));

        Assert.Equal(0, await stand.SweepAfterAsync(TimeSpan.FromMinutes(2)));
        Assert.Equal(1, await stand.SweepAfterAsync(TimeSpan.FromSeconds(1)));

        await stand.UnitsAreAsync(left: 5, held: 0, sold: 0);
        Assert.Equal(TicketStatus.Failed, await stand.StatusAsync(request));
    }

    [Fact]
    public async Task Place_WhoseMessageWaits_IsLeftAlone_HoweverLongTheQueueIs_AndOneThatLostItsOwnIsNot()
    {
        var (lost, waiting) = (stand.Request(Ada), stand.Request(Bob));
        await stand.Shop.RunAndDieAsync(1, () => stand.OrderAsync(lost));
        stand.Move(TimeSpan.FromMinutes(3));
        await stand.OrderAsync(stand.Request(Bob));

        Assert.Equal(1, await stand.SweepAfterAsync(TimeSpan.FromHours(1)));
        Assert.Equal(0, await stand.SweepAfterAsync(TimeSpan.FromHours(1)));

        Assert.Equal((TicketStatus.Failed, TicketStatus.Queued), (await stand.StatusAsync(lost), await stand.StatusAsync(waiting)));
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
    }

    [Fact]
    public async Task Message_ThatComesAfterItsPlaceWasGivenBack_OrdersNothing()
    {
        var request = stand.Request(Ada);
        await stand.Shop.RunAndDieAsync(1, () => stand.OrderAsync(request));
        await stand.SweepAfterAsync(TimeSpan.FromMinutes(3));

        await stand.WorkOffAsync(request);

        Assert.Equal(TicketStatus.Failed, await stand.StatusAsync(request));
        Assert.Empty((await stand.Shop.Use<IOrderStore>().ListAsync(Ada.UserId, status: null, 10, cursor: null, default)).Items);
        Assert.Equal(10, (await stand.Shop.StockAsync(Mug)).Available);
        Assert.Equal(request.Ticket, (await stand.OrderAsync(request)).Value);
        await stand.UnitsAreAsync(left: 5, held: 0, sold: 0);
    }

    [Fact]
    public async Task Place_GivenBackWhileItsOrderIsWritten_CallsTheOrderOff()
    {
        var request = stand.Request(Ada);
        await stand.OrderAsync(request);

        await stand.WorkOffAsync(request, beforeKeep: () => stand.Shop.Use<ISaleUnits>().ReleaseAsync(
            SaleStand.Friday, new HoldKey(request.Order, 0), generation: null, SaleEnd.Failed, "swept", default));

        Assert.Equal(OrderStatus.Cancelled, (await stand.Shop.ReadAsync(request.Order)).Status);
        await stand.UnitsAreAsync(left: 5, held: 0, sold: 0);
    }

    [Fact]
    public async Task Sweep_FindsWhatBecameOfTheOrder_WhenNobodyElseSaid()
    {
        var requests = new[] { stand.Request(Ada), stand.Request(Bob), stand.Request(Merchant) };
        foreach (var request in requests)
        {
            await stand.OrderAsync(request);
            // Dies before it can keep the place.
            await stand.Shop.RunAndDieAsync(3, () => stand.WorkOffAsync(request));
        }

        await stand.PayAsync(await stand.Shop.ReadAsync(requests[1].Order));
        await stand.Shop.Use<CancelOrder>().RunAsync(Merchant, requests[2].Order.OrderId, new CancelRequest("no"), expectedVersion: null, default);
        await stand.EmptyQueueAsync();
        Assert.Equal(3, await stand.SweepAfterAsync(TimeSpan.FromMinutes(3)));

        await stand.UnitsAreAsync(left: 3, held: 1, sold: 1);
        Assert.Equal(0, await stand.SweepAfterAsync(TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public async Task KeptPlaces_WhoseEventsAreLost_AreSettledByTheReconciler_OnceTheirDeadlineIsWellPast()
    {
        var requests = new[] { stand.Request(Ada), stand.Request(Bob), stand.Request(Merchant) };
        foreach (var request in requests)
        {
            await stand.OrderAsync(request);
            await stand.WorkOffAsync(request);
        }

        await stand.PayAsync(await stand.Shop.ReadAsync(requests[1].Order));
        await stand.Shop.Use<CancelOrder>().RunAsync(Merchant, requests[2].Order.OrderId, new CancelRequest("no"), expectedVersion: null, default);
        Assert.Equal(0, await ReconcileAfterAsync(TimeSpan.FromMinutes(45)));
        await stand.UnitsAreAsync(left: 2, held: 3, sold: 0);

        Assert.Equal(2, await ReconcileAfterAsync(TimeSpan.FromSeconds(1)));
        await stand.UnitsAreAsync(left: 3, held: 1, sold: 1);
        Assert.Equal(0, await ReconcileAfterAsync(TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task Sweep_PassesAnUnreadableOrder_AndSettlesWhatIsBehindIt()
    {
        var (unreadable, lost) = (stand.Request(Ada), stand.Request(Bob));
        await stand.OrderAsync(unreadable);
        await stand.Shop.RunAndDieAsync(3, () => stand.WorkOffAsync(unreadable));
        await stand.SpoilAsync(unreadable);
        stand.Move(TimeSpan.FromSeconds(1));
        Assert.Null((await stand.OrderAsync(lost)).Refusal);
        await stand.EmptyQueueAsync();

        Assert.Equal(2, await stand.SweepAfterAsync(TimeSpan.FromMinutes(3)));

        Assert.Equal((SaleHoldState.Waiting, SaleHoldState.Released), ((await stand.HoldAsync(unreadable))!.State, (await stand.HoldAsync(lost))!.State));
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
        Assert.Equal(0, await stand.SweepAfterAsync(TimeSpan.FromMinutes(2)));
        Assert.Equal(1, await stand.SweepAfterAsync(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Reconciler_PassesAnUnreadableOrder_AndSettlesTheOthers()
    {
        var requests = new[] { stand.Request(Ada), stand.Request(Bob), stand.Request(Merchant) };
        foreach (var (request, buyer) in requests.Zip([Ada, Bob, Merchant]))
        {
            await stand.OrderAsync(request);
            await stand.WorkOffAsync(request);
            await stand.Shop.Use<CancelOrder>().RunAsync(buyer, request.Order.OrderId, new CancelRequest("no"), expectedVersion: null, default);
        }

        await stand.SpoilAsync(requests[0]);

        Assert.Equal(2, await ReconcileAfterAsync(TimeSpan.FromMinutes(46)));
        Assert.Equal(SaleHoldState.Kept, (await stand.HoldAsync(requests[0]))!.State);
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
        Assert.Equal(0, await ReconcileAfterAsync(TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task Reconciler_LeavesTheWorkToWhoeverHasTheLease()
    {
        var request = stand.Request(Ada);
        await stand.OrderAsync(request);
        await stand.WorkOffAsync(request);
        await stand.Shop.Use<CancelOrder>().RunAsync(Ada, request.Order.OrderId, new CancelRequest("no"), expectedVersion: null, default);
        stand.Move(TimeSpan.FromMinutes(46));
        var lease = await stand.Shop.Use<ILeases>().TryTakeAsync("reconcile-sale-units", TimeSpan.FromMinutes(4), default);

        Assert.Equal(0, await stand.Shop.Use<ReconcileSaleUnits>().RunAsync(default));
        await stand.Shop.Use<ILeases>().ReleaseAsync(lease!, default);
        Assert.Equal(1, await stand.Shop.Use<ReconcileSaleUnits>().RunAsync(default));
    }

    /// <summary>Nine minutes, one sale every three: the timer's next run in the middle of it finds the lease taken.</summary>
    [Fact]
    public async Task Reconciler_LongerThanItsLease_RenewsIt_AndStopsWhenItIsLost()
    {
        foreach (var sale in new[] { "saturday", "sunday" })
            await stand.Shop.Use<PutFlashSale>().RunAsync(sale, new FlashSaleRequest(["MUG"], 5, "2026-03-01T11:00:00Z", "2026-03-09T12:00:00Z"), default);
        Assert.Equal([false, false, false], await RunSlowlyAsync(TimeSpan.FromMinutes(3)));
        Assert.Equal([true], await RunSlowlyAsync(TimeSpan.FromMinutes(5)));

        // Whether the lease could be taken by another, at each look at a sale, which takes so long.
        async Task<List<bool>> RunSlowlyAsync(TimeSpan each)
        {
            var free = new List<bool>();
            var slow = new SaleStand.Interrupted(stand.Shop.Use<ISaleUnits>(), beforeList: async () =>
            {
                stand.Move(each);
                free.Add(await stand.Shop.Use<ILeases>().TryTakeAsync("reconcile-sale-units", TimeSpan.FromMinutes(4), default) is not null);
            });
            await new ReconcileSaleUnits(
                stand.Shop.Use<ISales>(), slow, stand.Shop.Use<IOrderStore>(), stand.Shop.Use<ILeases>(), stand.Shop.Use<SaleGate>(), new OrderPolicy(),
                stand.Shop.Clock, NullLogger<ReconcileSaleUnits>.Instance).RunAsync(default);
            return free;
        }
    }

    [Fact]
    public async Task SaleThatIsLongOver_IsForgotten_AndStaysSo()
    {
        var request = stand.Request(Ada);
        await stand.OrderAsync(request);
        await stand.WorkOffAsync(request);
        await stand.PayAsync(await stand.Shop.ReadAsync(request.Order));
        await ReconcileAfterAsync(TimeSpan.FromHours(1));
        await stand.UnitsAreAsync(left: 4, held: 0, sold: 1);
        stand.Shop.Clock.MoveTo(DateTimeOffset.Parse("2026-04-13T11:59:59Z", CultureInfo.InvariantCulture));
        Assert.Equal(0, await stand.Shop.Use<ForgetSales>().RunAsync(default));

        stand.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await stand.Shop.Use<ForgetSales>().RunAsync(default));

        Assert.Null(await stand.Shop.Use<ISaleUnits>().FindAsync(SaleStand.Friday, default));
        Assert.Equal(TicketStatus.Ordered, await stand.StatusAsync(request));
        var same = new FlashSaleRequest(["MUG"], Quantity: 5, "2026-03-01T11:00:00Z", "2026-03-09T12:00:00Z", PerUser: 2);
        Assert.Null((await stand.Shop.Use<PutFlashSale>().RunAsync("friday", same, default)).Refusal);
        Assert.Equal(0, await stand.Shop.Use<SyncSaleUnits>().RunAsync(default));
        Assert.Null(await stand.Shop.Use<ISaleUnits>().FindAsync(SaleStand.Friday, default));
    }

    [Fact]
    public async Task Change_OfASale_WaitsForWhoeverChangesItJustNow()
    {
        var lease = await stand.Shop.Use<ILeases>().TryTakeAsync("sale-friday", TimeSpan.FromSeconds(30), default);
        var terms = new FlashSaleRequest(["MUG"], Quantity: 6, "2026-03-01T11:00:00Z", "2026-03-09T12:00:00Z", PerUser: 2);

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => stand.Shop.Use<PutFlashSale>().RunAsync("friday", terms, default));
        await stand.Shop.Use<ILeases>().ReleaseAsync(lease!, default);
        Assert.Null((await stand.Shop.Use<PutFlashSale>().RunAsync("friday", terms, default)).Refusal);
        Assert.NotNull(await stand.Shop.Use<ILeases>().TryTakeAsync("sale-friday", TimeSpan.FromSeconds(30), default));
    }

    private Task<int> ReconcileAfterAsync(TimeSpan time)
    {
        stand.Move(time);
        return stand.Shop.Use<ReconcileSaleUnits>().RunAsync(default);
    }
}
