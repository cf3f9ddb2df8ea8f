using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Stock;

/// <summary>No hold outlives its reason, and none that has one is freed.</summary>
public sealed class SweepHoldsTests : IDisposable
{
    private readonly Shop shop = new();

    [Fact]
    public async Task Hold_WithoutAnOrder_LivesTwoMinutes()
    {
        var nobodys = new HoldKey(new OrderRef(Shop.Ada.UserId, OrderId.Derive(Shop.Ada.UserId, "never placed")), 0);
        await shop.Use<IStock>().ReserveAsync(nobodys, [new StockLine(Shop.Mug, 3)], default);
        await SweepAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((7L, 3L, 0L), await LevelAsync());

        await SweepAfterAsync(TimeSpan.FromSeconds(1));

        Assert.Equal((10L, 0L, 0L), await LevelAsync());
    }

    [Fact]
    public async Task Hold_OfAnOrderThatWaits_IsKept()
    {
        await shop.PlacedAsync(("MUG", 3));

        Assert.Equal(1, await SweepAfterAsync(TimeSpan.FromMinutes(5)));
        Assert.Equal((7L, 3L, 0L), await LevelAsync());
        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task Hold_OfAnOrderThatGoesOnWaiting_IsLookedAtOncePerPatience()
    {
        await shop.PlacedAsync(("MUG", 3));
        Assert.Equal(1, await SweepAfterAsync(TimeSpan.FromMinutes(5)));

        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(40)));
        Assert.Equal(1, await SweepAfterAsync(TimeSpan.FromSeconds(1)));
        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(15)));
        Assert.Equal(1, await SweepAfterAsync(TimeSpan.FromSeconds(1)));
        Assert.Equal((7L, 3L, 0L), await LevelAsync());
    }

    [Fact]
    public async Task KeptHold_OfAPaidOrderWhoseEventIsLost_IsSold()
    {
        var order = await KeptAsync();
        await shop.Use<ApplySettlement>().RunAsync(
            order.Ref, await shop.WithAttemptAsync(order), new Capture(order.Total, shop.Clock.GetUtcNow(), "capture-1"), default);
        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(40)));

        await SweepAfterAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((7L, 0L, 3L), await LevelAsync());
    }

    [Fact]
    public async Task KeptHold_OfACancelledOrderWhoseEventIsLost_IsFreed_AndMarksNobody()
    {
        await RuleAsync();
        var order = await KeptAsync();
        await shop.Use<CancelOrder>().RunAsync(Shop.Ada, order.OrderId, new CancelRequest("changed my mind"), null, default);

        await SweepAfterAsync(TimeSpan.FromMinutes(50));

        Assert.Equal((10L, 0L, 0L), await LevelAsync());
        Assert.Equal(TimeSpan.FromMinutes(30), await NextWindowAsync());
    }

    [Fact]
    public async Task KeptHold_OfAnOrderThatExpiredWhoseEventIsLost_IsFreed_AndMarksItsBuyer()
    {
        await RuleAsync();
        var order = await KeptAsync();
        shop.Clock.MoveTo(order.PayBy);
        Assert.Equal(CancelUnpaidOutcome.Cancelled, await shop.Use<CancelUnpaid>().RunAsync(order.Ref, default));

        await SweepAfterAsync(TimeSpan.FromMinutes(16));

        Assert.Equal((10L, 0L, 0L), await LevelAsync());
        Assert.Equal(TimeSpan.FromMinutes(5), await NextWindowAsync());
    }

    [Fact]
    public async Task UnreadableOrder_IsPassed_AndWhatIsBehindItIsSettled()
    {
        var unreadable = await shop.PlacedAsync(("MUG", 3));
        await shop.Store.WriteAsync(write => write.Execute("UPDATE orders SET document = '{\"' WHERE order_id = $1", unreadable.OrderId.Value));
        await shop.Use<IStock>().ReserveAsync(new HoldKey(new OrderRef(Shop.Ada.UserId, OrderId.Derive(Shop.Ada.UserId, "never placed")), 0), [new StockLine(Shop.Mug, 4)], default);

        Assert.Equal(2, await SweepAfterAsync(TimeSpan.FromMinutes(3)));

        Assert.Equal((7L, 3L, 0L), await LevelAsync());
        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(15)));
        Assert.Equal(1, await SweepAfterAsync(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Hold_OfAPaidOrderWhoseEventIsLate_IsSold()
    {
        await shop.PaidAsync(("MUG", 3));

        await SweepAfterAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((7L, 0L, 3L), await LevelAsync());
    }

    [Fact]
    public async Task Hold_OfACancelledOrderWhoseEventIsLate_IsFreed()
    {
        var order = await shop.PlacedAsync(("MUG", 3));
        await shop.Use<CancelOrder>().RunAsync(Shop.Ada, order.OrderId, new CancelRequest("changed my mind"), null, default);

        await SweepAfterAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((10L, 0L, 0L), await LevelAsync());
    }

    [Fact]
    public async Task Hold_OfARevivalThatDidNotHappen_IsFreed()
    {
        var order = await shop.PlacedAsync(("MUG", 3));
        await SweepAfterAsync(TimeSpan.FromMinutes(5));
        await shop.Use<IStock>().ReserveAsync(new HoldKey(order.Ref, 1), StockLines.Of(order), default);

        await SweepAfterAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((7L, 3L, 0L), await LevelAsync());
    }

    public void Dispose() => shop.Dispose();

    /// <summary>An order of three mugs whose hold the inventory has kept.</summary>
    private async Task<Order> KeptAsync()
    {
        var order = await shop.PlacedAsync(("MUG", 3));
        foreach (var item in await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default))
            Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(OrderEventEnvelope.Parse(item.Body), default));
        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(5)));
        return order;
    }

    private Task<StockLevel?> RuleAsync() => shop.Use<IStock>().PutRulesAsync(
        Shop.Mug, new StockRules(UnpaidBeforeShortWindow: 1, ShortPaymentWindow: TimeSpan.FromMinutes(5)), default);

    private async Task<TimeSpan> NextWindowAsync()
    {
        var placed = await shop.PlaceAsync(Shop.Basket(("MUG", 1)), "the next one");
        return placed.Value!.Order.PayBy - placed.Value.Order.PlacedAt;
    }

    private Task<int> SweepAfterAsync(TimeSpan time)
    {
        shop.Clock.MoveTo(shop.Clock.GetUtcNow() + time);
        return shop.Use<SweepHolds>().RunAsync(default);
    }

    private async Task<(long, long, long)> LevelAsync() =>
        await shop.StockAsync(Shop.Mug) is var level ? (level.Available, level.Held, level.Sold) : default;
}
