using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Checkout;

/// <summary>A coupon's way through an order: locked, used, given back; and what crashes and rivals make of it.</summary>
public sealed partial class CouponOrderTests : IDisposable
{
    private readonly Shop shop = new();

    public CouponOrderTests() => PutAsync("SPRING", new CouponRequest(PercentOff: 15, Limit: 1)).GetAwaiter().GetResult();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Order_IsCheaper_LineByLine_AndTheCouponIsLocked()
    {
        var order = (await PlaceAsync(Basket(("MUG", 1), ("TEA", 1), ("MUG", 1)))).Value!.Order;

        // 15 % of 29.99, rounded down, is 4.49. By line 1.871…, 0.747… and 1.871…: the unit that rounding leaves goes to the tea, which lost most.
        Assert.Equal([187L, 75L, 187L], order.Lines.Select(line => line.Discount));
        Assert.Equal(new OrderTotals(Items: 2_999, Discount: 449, Shipping: 0, Total: 2_550), order.Totals);
        Assert.Equal("SPRING", order.CouponCode);
        Assert.Equal((1L, 0L), await CountAsync());
    }

    [Fact]
    public async Task Quote_ShowsTheDiscount_AndTakesNothing()
    {
        var commits = shop.Store.Commits;
        var quote = await shop.Use<QuoteOrder>().RunAsync(Basket(("MUG", 2)) with { CouponCode = "spring" }, default);

        Assert.Equal(375, quote.Value!.Totals.Discount);
        Assert.Equal(commits, shop.Store.Commits);
        Assert.Equal((0L, 0L), await CountAsync());
    }

    [Fact]
    public async Task Order_WithACoupon_CostsOneWriteMore()
    {
        var commits = shop.Store.Commits;

        Assert.True((await PlaceAsync(Basket(("MUG", 1)))).Succeeded);

        // Lock; hold; order and event in one; start. In a file store the last two wait for one commit: three awaited.
        Assert.Equal(4, shop.Store.Commits - commits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Crash_AfterAnyCommit_ThenTheSameRequestAgain_IsOneOrderAndOneLock(int commits)
    {
        var died = await shop.RunAndDieAsync(commits, () => PlaceAsync(Basket(("MUG", 2), ("MUG", 1))));

        var again = await PlaceAsync(Basket(("MUG", 2), ("MUG", 1)));

        Assert.True(died);
        Assert.Null(again.Refusal);
        Assert.Single((await shop.Use<IOrderStore>().ListAsync(Ada.UserId, status: null, 10, cursor: null, default)).Items);
        Assert.Equal(3, (await shop.StockAsync(Mug)).Held);
        Assert.Equal((1L, 0L), await CountAsync());
    }

    [Fact]
    public async Task Crash_BeyondTheLastCommit_DoesNotHappen_SoTheTheoryAboveIsComplete() =>
        Assert.False(await shop.RunAndDieAsync(5, () => PlaceAsync(Basket(("MUG", 1)))));

    [Fact]
    public async Task Crash_AfterTheLock_LeavesALockThatTheSweepFreesAfterTwoMinutes()
    {
        await shop.RunAndDieAsync(1, () => PlaceAsync(Basket(("MUG", 1))));

        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(2)));
        Assert.Equal((1L, 0L), await CountAsync());
        Assert.Equal(1, await SweepAfterAsync(TimeSpan.FromSeconds(1)));
        Assert.Equal((0L, 0L), await CountAsync());
    }

    [Fact]
    public async Task UsedUp_IsRefused_AndHoldsNothing_AndTheSameRequestIsNotAskedAgain()
    {
        Assert.True((await PlaceAsync(Basket(("MUG", 1)))).Succeeded);

        var other = await PlaceAsync(Basket(("MUG", 1)), "key-2");
        var same = await PlaceAsync(Basket(("MUG", 1)));

        Assert.Equal(new Refusal.CouponNotApplicable("SPRING", CouponProblem.UsedUp), other.Refusal);
        Assert.False(same.Value!.Created);
        Assert.Equal(1, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task UsedUpByOneBuyer_IsThereForAnother()
    {
        await PutAsync("SPRING", new CouponRequest(PercentOff: 15, LimitPerBuyer: 1));
        Assert.True((await PlaceAsync(Basket(("MUG", 1)))).Succeeded);

        Assert.Equal(new Refusal.CouponNotApplicable("SPRING", CouponProblem.UsedUpByBuyer), (await PlaceAsync(Basket(("MUG", 1)), "key-2")).Refusal);
        Assert.True((await shop.PlaceAsync(Basket(("MUG", 1)) with { CouponCode = "SPRING" }, "key-2", Bob)).Succeeded);
    }

    [Fact]
    public async Task TermsThatDontFit_AreRefused_AndLockNothing()
    {
        await PutAsync("DOLLARS", new CouponRequest(AmountOff: 500, Currency: "USD"));
        await PutAsync("BIG", new CouponRequest(AmountOff: 500, Currency: "EUR", MinimumBasket: 1_251));
        await PutAsync("ALL", new CouponRequest(PercentOff: 100));
        await PutAsync("SOON", new CouponRequest(PercentOff: 10, From: "2026-03-01T12:00:01Z"));
        await PutAsync("OVER", new CouponRequest(PercentOff: 10, Until: "2026-03-01T12:00:00Z"));

        foreach (var (code, problem) in new[]
        {
            ("DOLLARS", CouponProblem.OtherCurrency), ("BIG", CouponProblem.BelowMinimum), ("ALL", CouponProblem.NothingToPay), ("SOON", CouponProblem.NotYetValid),
            ("OVER", CouponProblem.Expired), ("no such", CouponProblem.Unknown),
        })
        {
            Assert.Equal(new Refusal.CouponNotApplicable(code, problem), (await shop.PlaceAsync(Basket(("MUG", 1)) with { CouponCode = code })).Refusal);
            Assert.Equal(new Refusal.CouponNotApplicable(code, problem), (await shop.Use<QuoteOrder>().RunAsync(Basket(("MUG", 1)) with { CouponCode = code }, default)).Refusal);
        }

        Assert.Equal(0, (await shop.StockAsync(Mug)).Held);
        Assert.Empty(await shop.Use<ICoupons>().FindDueAsync(DateTimeOffset.MaxValue, 10, default));
    }

    [Fact]
    public async Task OutOfStock_GivesTheCouponBackAtOnce()
    {
        Assert.IsType<Refusal.OutOfStock>((await PlaceAsync(Basket(("MUG", 11)))).Refusal);

        Assert.Equal((0L, 0L), await CountAsync());
        Assert.True((await PlaceAsync(Basket(("MUG", 10)), "key-2")).Succeeded);
    }

    [Fact]
    public async Task OutOfStock_OnALockThatAnotherRequestTook_LeavesItToThatOne()
    {
        await shop.RunAndDieAsync(1, () => PlaceAsync(Basket(("MUG", 11))));

        Assert.IsType<Refusal.OutOfStock>((await PlaceAsync(Basket(("MUG", 11)))).Refusal);

        Assert.Equal((1L, 0L), await CountAsync());
        await SweepAfterAsync(TimeSpan.FromMinutes(3));
        Assert.Equal((0L, 0L), await CountAsync());
    }

    [Fact]
    public async Task OtherRequestWithTheKey_GivesBackItsOwnLock_AndLeavesTheOrdersAlone()
    {
        await shop.RunAndDieAsync(1, () => shop.PlaceAsync(Basket(("MUG", 2))));
        Assert.IsType<Refusal.OtherRequestWithKey>((await PlaceAsync(Basket(("MUG", 3)))).Refusal);
        Assert.Equal((0L, 0L), await CountAsync());

        await shop.RunAndDieAsync(1, () => PlaceAsync(Basket(("MUG", 2)), "key-2"));
        await PutAsync("OTHER", new CouponRequest(PercentOff: 10));
        Assert.IsType<Refusal.OtherRequestWithKey>((await shop.PlaceAsync(Basket(("MUG", 2)) with { CouponCode = "OTHER" }, "key-2")).Refusal);
        Assert.Equal((1L, 0L), await CountAsync());
    }

    [Fact]
    public async Task Paid_IsUsed_Once()
    {
        await PaidAsync();

        await ConsumeTwiceAsync(await EventsAsync());

        Assert.Equal((0L, 1L), await CountAsync());
        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task Cancelled_IsGivenBack_AlsoWhenThePlacingComesAfterwards()
    {
        var order = (await PlaceAsync(Basket(("MUG", 1)))).Value!.Order;
        await shop.Use<CancelOrder>().RunAsync(Ada, order.OrderId, new CancelRequest("changed my mind"), null, default);

        await ConsumeTwiceAsync((await EventsAsync()).Reverse());

        Assert.Equal((0L, 0L), await CountAsync());
        Assert.True((await PlaceAsync(Basket(("MUG", 1)), "key-2")).Succeeded);
    }

    [Fact]
    public async Task Revived_KeepsItsPrice_AndCountsAsUsed_ThoughAnotherHasTakenTheLastOne()
    {
        var order = (await PlaceAsync(Basket(("MUG", 1)))).Value!.Order;
        var payment = await shop.WithAttemptAsync(order);
        shop.Clock.MoveTo(Start.AddMinutes(30));
        await shop.Use<CancelUnpaid>().RunAsync(order.Ref, default);
        var untilThen = await EventsAsync();
        await ConsumeTwiceAsync(untilThen);
        Assert.True((await PlaceAsync(Basket(("MUG", 1)), "key-2")).Succeeded);

        await shop.Use<ApplySettlement>().RunAsync(order.Ref, payment, new Capture(order.Total, shop.Clock.GetUtcNow(), "capture-1"), default);
        var revived = await shop.ReadAsync(order.Ref);
        await ConsumeTwiceAsync(await EventsAsync());
        await ConsumeTwiceAsync(untilThen);

        Assert.Equal((OrderStatus.Paid, order.Totals.Total), (revived.Status, revived.Totals.Total));
        Assert.Equal((1L, 1L), await CountAsync());
    }

    [Fact]
    public async Task Sweep_AsksTheDocument_WhenEventsAreLate()
    {
        var waiting = (await PlaceAsync(Basket(("MUG", 1)))).Value!.Order;
        Assert.Equal(1, await SweepAfterAsync(TimeSpan.FromMinutes(5)));
        Assert.Equal((1L, 0L), await CountAsync());
        Assert.Equal(0, await SweepAfterAsync(TimeSpan.FromMinutes(5)));
        Assert.Equal(OrderStatus.PendingPayment, (await shop.ReadAsync(waiting.Ref)).Status);

        await PutAsync("SPRING", new CouponRequest(PercentOff: 15));
        await PaidAsync("key-2");
        var cancelled = (await PlaceAsync(Basket(("MUG", 1)), "key-3")).Value!.Order;
        await shop.Use<CancelOrder>().RunAsync(Ada, cancelled.OrderId, new CancelRequest("changed my mind"), null, default);
        Assert.Equal((3L, 0L), await CountAsync());
        Assert.Equal(2, await SweepAfterAsync(TimeSpan.FromMinutes(5)));
        Assert.Equal((1L, 1L), await CountAsync());
    }

    [Fact]
    public async Task Consumer_KilledAfterAnyCommit_ComesToTheSame()
    {
        for (var commits = 1; ; commits++)
        {
            using var dying = new CouponOrderTests();
            await dying.PaidAsync();
            var events = await dying.EventsAsync();
            var died = await dying.shop.RunAndDieAsync(commits, () => dying.ConsumeTwiceAsync(events));
            await dying.ConsumeTwiceAsync(events);

            Assert.Equal((commits, (0L, 1L)), (commits, await dying.CountAsync()));
            if (!died)
                break;
        }
    }

    [Fact]
    public async Task Consumer_PassesOverOrdersWithoutACoupon()
    {
        await shop.PlacedAsync(("MUG", 1));
        var placed = Assert.Single(await EventsAsync());

        Assert.Null(await shop.Use<CouponConsumer>().RunAsync(placed, default));

        Assert.False(await shop.Use<IInbox>().HasSeenAsync(CouponConsumer.Name, placed.Id, default));
    }

    private async Task PutAsync(string code, CouponRequest request) => Assert.Null((await shop.Use<PutCoupon>().RunAsync(code, request, default)).Refusal);

    private Task<Result<PlacedOrder>> PlaceAsync(BasketRequest basket, string key = "key-1") => shop.PlaceAsync(basket with { CouponCode = "spring" }, key);

    private async Task<Order> PaidAsync(string key = "key-1", int quantity = 1)
    {
        var order = (await PlaceAsync(Basket(("MUG", quantity)), key)).Value!.Order;
        var payment = await shop.WithAttemptAsync(order, $"pay-{key}");
        await shop.Use<ApplySettlement>().RunAsync(order.Ref, payment, new Capture(order.Total, shop.Clock.GetUtcNow(), "capture-1"), default);
        return order;
    }

    private async Task<(long Locked, long Used)> CountAsync() =>
        await shop.Use<ICoupons>().FindAsync(Id.Parse<CouponCode>("SPRING"), default) is { } count ? (count.Locked, count.Used) : default;

    private Task<int> SweepAfterAsync(TimeSpan time)
    {
        shop.Clock.MoveTo(shop.Clock.GetUtcNow() + time);
        return shop.Use<SweepCoupons>().RunAsync(default);
    }

    private async Task ConsumeTwiceAsync(IEnumerable<OrderEventEnvelope> events)
    {
        foreach (var envelope in events.SelectMany(one => new[] { one, one }))
            Assert.Null(await shop.Use<CouponConsumer>().RunAsync(envelope, default));
    }

    private async Task<IReadOnlyList<OrderEventEnvelope>> EventsAsync() =>
        [.. (await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default)).Select(item => OrderEventEnvelope.Parse(item.Body))];
}
