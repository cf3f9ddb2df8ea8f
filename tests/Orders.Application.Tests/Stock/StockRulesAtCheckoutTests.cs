using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.Stock;

/// <summary>What the rules of a SKU do to an order and to the next one.</summary>
public sealed class StockRulesAtCheckoutTests : IDisposable
{
    private static readonly StockRules ShortAfterOne = new(UnpaidBeforeShortWindow: 1, ShortPaymentWindow: TimeSpan.FromMinutes(5));

    private readonly Shop shop = new();

    [Fact]
    public async Task Order_BeyondTheCap_IsRefused_UntilTheOtherIsPaid()
    {
        await shop.Use<IStock>().PutRulesAsync(Shop.Mug, new StockRules(HoldCapPerUser: 2), default);
        var order = await shop.PlacedAsync(("MUG", 2));

        Assert.Equal(new Refusal.HoldLimit(Shop.Mug, 2), (await shop.PlaceAsync(Shop.Basket(("MUG", 1)), "key-2")).Refusal);
        Assert.Null((await shop.PlaceAsync(Shop.Basket(("MUG", 2)))).Refusal);
        Assert.Null((await shop.PlaceAsync(Shop.Basket(("MUG", 2)), "key-1", Shop.Bob)).Refusal);
        await shop.Use<ApplySettlement>().RunAsync(
            order.Ref, await shop.WithAttemptAsync(order), new Capture(order.Total, shop.Clock.GetUtcNow(), "capture-1"), default);
        await ConsumeAsync();

        Assert.Null((await shop.PlaceAsync(Shop.Basket(("MUG", 2)), "key-2")).Refusal);
    }

    [Fact]
    public async Task Cap_GivesTheCouponBack()
    {
        await shop.Use<PutCoupon>().RunAsync("TEN", new CouponRequest(PercentOff: 10), default);
        await shop.Use<IStock>().PutRulesAsync(Shop.Mug, new StockRules(HoldCapPerUser: 1), default);

        Assert.IsType<Refusal.HoldLimit>((await shop.PlaceAsync(Shop.Basket(("MUG", 2)) with { CouponCode = "TEN" })).Refusal);

        Assert.Equal(0, (await shop.Use<PutCoupon>().RunAsync("TEN", new CouponRequest(PercentOff: 10), default)).Value!.Locked);
    }

    [Fact]
    public async Task Backorder_IsSoldToWhoeverPays()
    {
        await shop.Use<IStock>().PutRulesAsync(Shop.Mug, new StockRules(Backorder: 5), default);
        await shop.PaidAsync(("MUG", 14));
        await ConsumeAsync();

        Assert.Equal((-4L, 14L), (await shop.StockAsync(Shop.Mug) is var level ? (level.Available, level.Sold) : default));
        Assert.Equal(new Refusal.OutOfStock(Shop.Mug, 1), (await shop.PlaceAsync(Shop.Basket(("MUG", 2)), "key-2")).Refusal);
    }

    [Fact]
    public async Task OrderAfterAnUnpaidOne_MustBePaidSooner_OfThatSkuAndBuyerOnly()
    {
        await shop.Use<IStock>().PutRulesAsync(Shop.Mug, ShortAfterOne, default);
        await ExpireAsync(await shop.PlacedAsync(("MUG", 1), ("TEA", 1)));

        Assert.Equal(TimeSpan.FromMinutes(5), await WindowAsync("key-2", Shop.Ada, "TEA", "MUG"));
        Assert.Equal(TimeSpan.FromMinutes(30), await WindowAsync("key-3", Shop.Ada, "TEA"));
        Assert.Equal(TimeSpan.FromMinutes(30), await WindowAsync("key-1", Shop.Bob, "MUG"));
    }

    [Fact]
    public async Task CancelledOrder_CountsAgainstNobody()
    {
        await shop.Use<IStock>().PutRulesAsync(Shop.Mug, ShortAfterOne, default);
        var order = await shop.PlacedAsync(("MUG", 1));
        await shop.Use<CancelOrder>().RunAsync(Shop.Ada, order.OrderId, new CancelRequest("changed my mind"), null, default);
        await ConsumeAsync();

        Assert.Equal(TimeSpan.FromMinutes(30), await WindowAsync("key-2", Shop.Ada, "MUG"));
    }

    [Fact]
    public async Task ShortWindow_NeverLengthensTheShops()
    {
        await shop.Use<IStock>().PutRulesAsync(Shop.Mug, ShortAfterOne with { ShortPaymentWindow = TimeSpan.FromHours(2) }, default);
        await ExpireAsync(await shop.PlacedAsync(("MUG", 1)));

        Assert.Equal(TimeSpan.FromMinutes(30), await WindowAsync("key-2", Shop.Ada, "MUG"));
    }

    [Fact]
    public async Task Marks_ArePurgedAfterTheLookBack()
    {
        await shop.Use<IStock>().PutRulesAsync(Shop.Mug, ShortAfterOne, default);
        await ExpireAsync(await shop.PlacedAsync(("MUG", 1)));
        Assert.Equal(1, shop.Store.Read(session => session.Scalar("SELECT COUNT(*) FROM stock_unpaid")));

        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddHours(25));
        await shop.Use<PurgeRecords>().RunAsync(default);

        Assert.Equal(0, shop.Store.Read(session => session.Scalar("SELECT COUNT(*) FROM stock_unpaid")));
    }

    [Fact]
    public async Task Expiry_KilledAfterAnyCommit_MarksOnce()
    {
        for (var commits = 1; ; commits++)
        {
            using var dying = new StockRulesAtCheckoutTests();
            await dying.shop.Use<IStock>().PutRulesAsync(Shop.Mug, ShortAfterOne with { UnpaidBeforeShortWindow = 2 }, default);
            var order = await dying.shop.PlacedAsync(("MUG", 1));
            dying.shop.Clock.MoveTo(order.PayBy);
            var died = await dying.shop.RunAndDieAsync(commits, () => dying.ExpireAsync(order));
            await dying.ExpireAsync(order);

            Assert.Equal(TimeSpan.FromMinutes(30), await dying.WindowAsync("key-2", Shop.Ada, "MUG"));
            Assert.Equal(1, dying.shop.Store.Read(session => session.Scalar("SELECT COUNT(*) FROM stock_unpaid")));
            if (!died)
                break;
        }
    }

    public void Dispose() => shop.Dispose();

    private async Task ExpireAsync(Order order)
    {
        shop.Clock.MoveTo(order.PayBy);
        await shop.Use<CancelUnpaid>().RunAsync(order.Ref, default);
        await ConsumeAsync();
    }

    private async Task ConsumeAsync()
    {
        foreach (var item in await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default))
            Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(OrderEventEnvelope.Parse(item.Body), default));
    }

    private async Task<TimeSpan> WindowAsync(string key, Access.Caller buyer, params string[] skus)
    {
        var placed = await shop.PlaceAsync(Shop.Basket([.. skus.Select(sku => (sku, 1))]), key, buyer);
        Assert.Null(placed.Refusal);
        return placed.Value!.Order.PayBy - placed.Value.Order.PlacedAt;
    }
}
