using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Embedded.Events;

namespace Orders.Application.Tests.Events;

/// <summary>Consumers take every event at least once, sometimes twice and sometimes out of order, and give it one effect.</summary>
public sealed class ConsumerTests : IDisposable
{
    private readonly Shop shop = new();

    [Fact]
    public async Task Inventory_TurnsHeldIntoSold_Once()
    {
        await shop.PaidAsync(("MUG", 1), ("TEA", 2));

        foreach (var envelope in await EventsAsync())
        {
            await InventoryAsync(envelope);
            await InventoryAsync(envelope);
        }

        Assert.Equal((9L, 0L, 1L), await LevelAsync(Shop.Mug));
        Assert.Equal((8L, 0L, 2L), await LevelAsync(Shop.Tea));
    }

    [Fact]
    public async Task Inventory_FreesWhatACancelledOrderHeld_AlsoWhenThePlacingComesAfterwards()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        await shop.Use<CancelOrder>().RunAsync(Shop.Ada, order.OrderId, new CancelRequest("changed my mind"), null, default);

        foreach (var envelope in (await EventsAsync()).Reverse())
            await InventoryAsync(envelope);

        Assert.Equal((10L, 0L, 0L), await LevelAsync(Shop.Mug));
    }

    [Fact]
    public async Task Inventory_PaidBeforePlaced_IsSold()
    {
        await shop.PaidAsync(("MUG", 1));

        foreach (var envelope in (await EventsAsync()).Reverse())
            await InventoryAsync(envelope);

        Assert.Equal((9L, 0L, 1L), await LevelAsync(Shop.Mug));
    }

    [Fact]
    public async Task Inventory_WithoutTheUnits_IsRejectedAndTakenOnceTheyAreThere()
    {
        var order = await shop.PaidAsync(("MUG", 10));
        await shop.Use<IStock>().ReleaseAsync(new HoldKey(order.Ref, 0), generation: null, default);
        await shop.PlaceAsync(Shop.Basket(("MUG", 1)), "key-2", Shop.Bob);
        var paid = (await EventsAsync()).Single(envelope => envelope.Type == EventTypes.Paid);

        Assert.Equal("StockNothingHeld", (await shop.Use<InventoryConsumer>().RunAsync(paid, default))?.Reason);
        await shop.Use<AdjustStock>().RunAsync(Shop.Merchant, "MUG", new StockAdjustmentRequest(Delta: 1, SetTo: null, "found one"), "more", default);
        Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(paid, default));

        Assert.Equal((0L, 1L, 10L), await LevelAsync(Shop.Mug));
    }

    [Fact]
    public async Task Inventory_KilledAfterAnyCommit_ComesToTheSame()
    {
        for (var commits = 1; ; commits++)
        {
            using var dying = new ConsumerTests();
            await dying.shop.PaidAsync(("MUG", 1));
            var events = await dying.EventsAsync();
            var died = await dying.shop.RunAndDieAsync(commits, () => dying.AllAsync(events));
            await dying.AllAsync(events);

            Assert.Equal((commits, (9L, 0L, 1L)), (commits, await dying.LevelAsync(Shop.Mug)));
            Assert.Equal(2, (await dying.shop.Use<SqliteNotifier>().FindAsync(events[0].Data.OrderId, default)).Count);
            if (!died)
                break;
        }
    }

    [Fact]
    public async Task Notification_TellsOncePerEvent()
    {
        var order = await shop.PaidAsync(("MUG", 1), ("TEA", 2));
        foreach (var envelope in await EventsAsync())
        {
            Assert.Null(await shop.Use<NotificationConsumer>().RunAsync(envelope, default));
            Assert.Null(await shop.Use<NotificationConsumer>().RunAsync(envelope, default));
        }

        var texts = (await shop.Use<SqliteNotifier>().FindAsync(order.OrderId, default)).Select(told => told.Text);
        Assert.Equal(
            [
                $"We have your order {order.OrderId}. Please pay 22.48 EUR by 2026-03-01 12:30 UTC.",
                $"Your order {order.OrderId} is paid: 22.48 EUR. Thank you.",
            ],
            texts);
    }

    [Theory]
    [InlineData(1_999, "EUR", "19.99 EUR")]
    [InlineData(5, "USD", "0.05 USD")]
    [InlineData(1_999, "JPY", "1999 JPY")]
    [InlineData(1_999, "KWD", "1.999 KWD")]
    public void Money_IsWrittenWithItsCurrencysDecimals(long amount, string currency, string text) =>
        Assert.Equal(text, MoneyText.Of(new Money(amount, Id.Parse<Currency>(currency))));

    [Fact]
    public async Task Lifecycle_StartsALostProcessAndRepeatsSignals()
    {
        await shop.PaidAsync(("MUG", 1));
        var events = await EventsAsync();
        var process = new CountingProcess();

        foreach (var envelope in events)
            await shop.Use<LifecycleConsumer>().RunAsync(envelope, process, default);
        Assert.Equal(("start", "signal"), (process.Calls[0], process.Calls[1]));
        Assert.Equal(2, process.Calls.Count);

        foreach (var envelope in events)
            await shop.Use<LifecycleConsumer>().RunAsync(envelope, process, default);
        Assert.Equal(2, process.Calls.Count);
    }

    [Fact]
    public async Task Lifecycle_OfAClosedOrder_StartsNoProcessAnew()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        await shop.Use<CancelOrder>().RunAsync(Shop.Ada, order.OrderId, new CancelRequest("changed my mind"), null, default);
        var cancelled = (await EventsAsync())[^1];

        var gone = new CountingProcess();
        await shop.Use<LifecycleConsumer>().RunAsync(cancelled, gone, default);
        Assert.Empty(gone.Calls);
    }

    public void Dispose() => shop.Dispose();

    private async Task AllAsync(IReadOnlyList<OrderEventEnvelope> events)
    {
        foreach (var envelope in events)
        {
            await InventoryAsync(envelope);
            Assert.Null(await shop.Use<NotificationConsumer>().RunAsync(envelope, default));
        }
    }

    private async Task InventoryAsync(OrderEventEnvelope envelope) => Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(envelope, default));

    private async Task<(long, long, long)> LevelAsync(Sku sku) =>
        await shop.StockAsync(sku) is var level ? (level.Available, level.Held, level.Sold) : default;

    private async Task<IReadOnlyList<OrderEventEnvelope>> EventsAsync() =>
        [.. (await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default)).Select(item => OrderEventEnvelope.Parse(item.Body))];

    /// <summary>Writes down what it is told; alive once it was started.</summary>
    private sealed class CountingProcess : IOrderProcess
    {
        public List<string> Calls { get; } = [];

        public Task StartAsync(OrderRef order, CancellationToken cancellation)
        {
            Calls.Add("start");
            return Task.CompletedTask;
        }

        public Task SignalAsync(OrderRef order, CancellationToken cancellation)
        {
            Calls.Add("signal");
            return Task.CompletedTask;
        }

        public Task<bool> IsAliveAsync(OrderRef order, CancellationToken cancellation) => Task.FromResult(Calls.Count > 0);
    }
}
