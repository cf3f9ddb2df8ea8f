using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Tests.AfterSales;

/// <summary>What a completed case brings back comes once, by its event or by the sweep: units on sale, and the coupon. The order is one mug of ten.</summary>
public sealed class SweepCompletedCasesTests : IDisposable
{
    private static readonly CouponCode Tenner = Id.Parse<CouponCode>("TENNER");

    private readonly Shop shop = new();

    /// <summary>Dropped: the event is a dead letter. Without the sweep the units stay gone and the coupon used, which is what it is for.</summary>
    [Theory]
    [InlineData(false, false, 9L, 10L, 1L)]
    [InlineData(true, false, 10L, 11L, 0L)]
    [InlineData(false, true, 10L, 11L, 0L)]
    [InlineData(true, true, 10L, 11L, 0L)]
    public async Task UnitsAndCoupon_ComeBackOnce(bool byEvent, bool bySweep, long available, long stock, long used)
    {
        await RefundedAsync(await PaidAsync("key-1"));

        if (byEvent)
            await ConsumeAsync(EventTypes.CaseCompleted);
        if (bySweep)
            Assert.Equal((1, 0), (await SweepAsync(), await SweepAsync()));

        Assert.Equal((available, stock, used), await StandAsync());
    }

    [Fact]
    public async Task Sweep_BeforeTheEvent_LeavesNothingToIt()
    {
        await RefundedAsync(await PaidAsync("key-1"));
        await SweepAsync();

        await ConsumeAsync(EventTypes.CaseCompleted);

        Assert.Equal((10L, 11L, 0L), await StandAsync());
    }

    /// <summary>The event of the payment is lost as well: what is put back was sold first, so the sum is right whoever comes first.</summary>
    [Fact]
    public async Task SaleNotBookedYet_IsBookedFirst()
    {
        await RefundedAsync(await PaidAsync("key-1", consume: false));

        await SweepAsync();

        Assert.Equal((10L, 11L, 1L), await shop.StockAsync(Shop.Mug) is var level ? (level.Available, level.Stock, level.Sold) : default);
    }

    [Fact]
    public async Task RefundOfAPart_LeavesTheCouponUsed_AndASecondCompletionIsSeen()
    {
        var order = await PaidAsync("key-1", quantity: 2);
        await RefundedAsync(order, quantity: 1);
        await SweepAsync();
        Assert.Equal((9L, 11L, 1L), await StandAsync());

        await RefundedAsync(order, quantity: 1, "case-2");
        await SweepAsync();

        Assert.Equal((10L, 12L, 0L), await StandAsync());
    }

    /// <summary>A completion is given its event's time; the sweep stays behind it, and later sweeps go on where it stopped.</summary>
    [Fact]
    public async Task Sweep_LooksAQuarterOfAnHourBack_AndAtEachCompletionOnce()
    {
        await RefundedAsync(await PaidAsync("key-1"));
        Assert.Equal(0, await shop.Use<SweepCompletedCases>().RunAsync(default));
        Assert.Equal(1, await SweepAsync());

        await RefundedAsync(await PaidAsync("key-2"));

        Assert.Equal((1, 0), (await SweepAsync(), await SweepAsync()));
    }

    /// <summary>The stock is away for the second of three: the first is done with, the others are looked at by the next run.</summary>
    [Fact]
    public async Task StockAway_GoesOnThereTheNextTime()
    {
        foreach (var key in new[] { "key-1", "key-2", "key-3" })
            await RefundedAsync(await PaidAsync(key));
        shop.Clock.MoveTo(shop.Clock.GetUtcNow().AddHours(1));
        var sweep = new SweepCompletedCases(
            shop.Use<ICompletedCases>(), new AwayOnce(shop.Use<IOrderStore>(), call: 2), shop.Use<PutBackOnSale>(), shop.Use<ICoupons>(), shop.Use<IWatermarks>(),
            new OrderPolicy(), shop.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<SweepCompletedCases>.Instance);

        Assert.Equal((1, 2, 0), (await sweep.RunAsync(default), await sweep.RunAsync(default), await sweep.RunAsync(default)));

        Assert.Equal((10L, 13L, 0L), await StandAsync());
    }

    [Fact]
    public async Task Exchanged_AndGivenBack_ComesBackUnderTheExchangesOwnHold()
    {
        var exchange = await shop.OpenedAsync(await shop.ShippedAsync(("MUG", 1)), "exchange");
        await ConsumeAsync(EventTypes.Paid);
        exchange = await ReceivedAsync((await shop.ApproveAsync(exchange)).Value!);
        exchange = await shop.ApplyAsync(exchange, new CaseEvent.ReplacementSent(Now, new CaseParcel("DHL", "2", Now)));
        var back = await ReceivedAsync((await shop.ApproveAsync(await shop.OpenedAsync(exchange.Order, "return", "case-2"))).Value!);
        await shop.Use<RefundCase>().RunAsync(new CaseRef(back.Order.Ref, back.Case.CaseId), default);

        await SweepAsync();

        // Two were sold, and both came back.
        Assert.Equal((10L, 12L, 2L), await shop.StockAsync(Shop.Mug) is var level ? (level.Available, level.Stock, level.Sold) : default);
    }

    public void Dispose() => shop.Dispose();

    private DateTimeOffset Now => shop.Clock.GetUtcNow();

    private async Task<Order> PaidAsync(string key, int quantity = 1, bool consume = true)
    {
        await shop.Use<ICoupons>().PutAsync(
            new Coupon(Tenner, new CouponDiscount.Percent(10), Currency: null, MinimumBasket: 0, Limit: null, LimitPerBuyer: null, From: null, Until: null), default);
        var placed = (await shop.PlaceAsync(Shop.Basket(("MUG", quantity)) with { CouponCode = Tenner.Value }, key)).Value!.Order;
        var payment = await shop.WithAttemptAsync(placed);
        await shop.Use<ApplySettlement>().RunAsync(placed.Ref, payment, new Capture(placed.Total, Now, "capture-1"), default);
        if (consume)
            await ConsumeAsync(EventTypes.Placed, EventTypes.Paid);
        return await shop.ReadAsync(placed.Ref);
    }

    private async Task RefundedAsync(Order order, int quantity = 1, string key = "case-1")
    {
        var opened = await shop.OpenedAsync(order, "refund", key, ("MUG", quantity));
        await shop.ApproveAsync(opened);
        await shop.Use<RefundCase>().RunAsync(new CaseRef(order.Ref, opened.Case.CaseId), default);
        Assert.Equal(CaseStatus.Completed, (await shop.ReadAsync(order.Ref)).FindCase(opened.Case.CaseId)!.Status);
    }

    private Task<CaseInOrder> ReceivedAsync(CaseInOrder approved) => shop.ApplyAsync(
        approved, new CaseEvent.GoodsReceived(Now, new Dictionary<string, int>(), Units.None, Now.AddDays(3), Now.AddDays(14), ByDeadline: false));

    private async Task<int> SweepAsync()
    {
        shop.Clock.MoveTo(Now.AddMinutes(16));
        return await shop.Use<SweepCompletedCases>().RunAsync(default);
    }

    private async Task ConsumeAsync(params string[] types)
    {
        foreach (var item in await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default))
        {
            if (OrderEventEnvelope.Parse(item.Body) is var envelope && !types.Contains(envelope.Type))
                continue;
            Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(envelope, default));
            Assert.Null(await shop.Use<CouponConsumer>().RunAsync(envelope, default));
        }
    }

    /// <summary>Available, stock, uses of the coupon.</summary>
    private async Task<(long, long, long)> StandAsync()
    {
        var level = await shop.StockAsync(Shop.Mug);
        return (level.Available, level.Stock, (await shop.Use<ICoupons>().FindAsync(Tenner, default))!.Used);
    }

    /// <summary>A store that is away at one reading.</summary>
    private sealed class AwayOnce(IOrderStore inner, int call) : IOrderStore
    {
        private int calls;

        public Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) =>
            ++calls == call ? throw new DependencyUnavailableException("orders") : inner.FindAsync(order, cancellation);

        public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
