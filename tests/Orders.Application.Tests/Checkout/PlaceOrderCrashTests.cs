using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Checkout;

/// <summary>Crashes, lost answers and rivals in the middle of placing an order.</summary>
public sealed class PlaceOrderCrashTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Crash_AfterAnyCommit_ThenTheSameRequestAgain_IsOneOrderAndOneHold(int commits)
    {
        var died = await shop.RunAndDieAsync(commits, () => shop.PlaceAsync(Basket(("MUG", 2), ("MUG", 1))));

        var again = await shop.PlaceAsync(Basket(("MUG", 2), ("MUG", 1)));

        Assert.True(died);
        Assert.Null(again.Refusal);
        Assert.Single((await shop.Use<IOrderStore>().ListAsync(Ada.UserId, status: null, 10, cursor: null, default)).Items);
        Assert.Equal(new StockLevel(Mug, Available: 7, Held: 3, Sold: 0, Stock: 10), await shop.StockAsync(Mug));
    }

    [Fact]
    public async Task Crash_BeyondTheLastCommit_DoesNotHappen_SoTheTheoryAboveIsComplete() =>
        Assert.False(await shop.RunAndDieAsync(4, () => shop.PlaceAsync(Basket(("MUG", 1)))));

    [Fact]
    public async Task Crash_AfterTheHold_LeavesAHoldThatTheSweepFinds()
    {
        await shop.RunAndDieAsync(1, () => shop.PlaceAsync(Basket(("MUG", 2))));

        var aged = Assert.Single(await shop.Use<IStock>().FindDueAsync(DateTimeOffset.MaxValue, limit: 10, default));

        Assert.Equal(new PlaceOrderCommand(Ada.UserId, "key-1", Basket(("MUG", 2))).Order, aged.Key.Order);
    }

    [Fact]
    public async Task Crash_AfterTheHold_ThenAnotherRequestWithTheKey_IsRefused_AndTheHoldIsLeftToTheSweep()
    {
        await shop.RunAndDieAsync(1, () => shop.PlaceAsync(Basket(("MUG", 2))));

        var other = await shop.PlaceAsync(Basket(("MUG", 3)));

        Assert.IsType<Refusal.OtherRequestWithKey>(other.Refusal);
        Assert.Equal(2, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task Create_OfWhichTheAnswerIsLost_KeepsTheHold_BecauseTheOrderIsThere()
    {
        var orders = new OrdersThatFail(shop.Use<IOrderStore>()) { AfterCreate = () => throw new DependencyUnavailableException("orders") };

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => PlaceOn(orders));

        Assert.Equal(1, (await shop.StockAsync(Mug)).Held);
        Assert.False((await shop.PlaceAsync(Basket(("MUG", 1)))).Value!.Created);
    }

    [Fact]
    public async Task Create_ThatIsRefusedForGood_GivesTheHoldBack()
    {
        var orders = new OrdersThatFail(shop.Use<IOrderStore>()) { BeforeCreate = () => throw new InvalidOperationException("too large") };

        await Assert.ThrowsAsync<InvalidOperationException>(() => PlaceOn(orders));

        Assert.Equal(0, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task Create_ThatBreaksAfterItsWrite_KeepsTheHold_BecauseTheOrderIsThere()
    {
        var orders = new OrdersThatFail(shop.Use<IOrderStore>()) { AfterCreate = () => throw new InvalidOperationException("a bug") };

        await Assert.ThrowsAsync<InvalidOperationException>(() => PlaceOn(orders));

        Assert.Equal(1, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task Rival_WithTheSameKey_WhoWasFaster_IsAnswered_AndHisHoldStays()
    {
        var orders = new OrdersThatFail(shop.Use<IOrderStore>())
        {
            BeforeCreate = () => shop.PlaceAsync(Basket(("MUG", 1))).GetAwaiter().GetResult(),
        };

        var answer = await PlaceOn(orders);

        Assert.False(answer.Value!.Created);
        Assert.Equal(1, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task Rival_WhoseOrderWasCancelledMeanwhile_GetsNoHoldBackFromUs()
    {
        var orders = new OrdersThatFail(shop.Use<IOrderStore>())
        {
            BeforeCreate = () =>
            {
                var order = shop.PlaceAsync(Basket(("MUG", 1))).GetAwaiter().GetResult().Value!.Order;
                shop.Use<CancelOrder>().RunAsync(Ada, order.OrderId, new CancelRequest("no"), expectedVersion: null, default).GetAwaiter().GetResult();
            },
        };

        var answer = await PlaceOn(orders);

        Assert.Equal(OrderStatus.Cancelled, answer.Value!.Order.Status);
        Assert.Equal(0, (await shop.StockAsync(Mug)).Held);
    }

    private Task<Result<PlacedOrder>> PlaceOn(IOrderStore orders)
    {
        var place = new PlaceOrder(
            orders, new OrderChanges(orders, shop.Clock), shop.Use<BasketPricing>(), shop.Use<CouponLocks>(), shop.Use<BuyerChecks>(), shop.Use<IStock>(), new OrderPolicy(), shop.Clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<PlaceOrder>.Instance);
        return place.RunAsync(new PlaceOrderCommand(Ada.UserId, "key-1", Basket(("MUG", 1))), shop.Process, default);
    }

    /// <summary>The embedded store with something happening right before or after an order is created.</summary>
    private sealed class OrdersThatFail(IOrderStore inner) : IOrderStore
    {
        public Action? BeforeCreate { get; init; }

        public Action? AfterCreate { get; init; }

        public async Task<Order?> CreateAsync(Order order, Application.Events.OutboxItem outboxItem, CancellationToken cancellation)
        {
            BeforeCreate?.Invoke();
            var other = await inner.CreateAsync(order, outboxItem, cancellation);
            AfterCreate?.Invoke();
            return other;
        }

        public Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) => inner.FindAsync(order, cancellation);

        public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => inner.LocateAsync(orderId, cancellation);

        public Task<bool> SaveAsync(Order order, Application.Events.OutboxItem outboxItem, CancellationToken cancellation) =>
            inner.SaveAsync(order, outboxItem, cancellation);

        public Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation) =>
            inner.ListAsync(user, status, limit, cursor, cancellation);

        public Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation) =>
            inner.FindOverdueAsync(before, limit, cursor, cancellation);

        public Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation) =>
            inner.ListOfSaleAsync(sale, limit, cursor, cancellation);

        public Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation) =>
            inner.ListAllAsync(limit, cursor, cancellation);

        public Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation) =>
            inner.ListOpenAsync(limit, cursor, cancellation);
    }
}
