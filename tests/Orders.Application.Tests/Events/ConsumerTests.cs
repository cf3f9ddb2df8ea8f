using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
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

    [Fact]
    public async Task Lifecycle_OfACase_BeginsItsProcess_AndTellsTheOrdersOfItsEnd()
    {
        var order = await shop.ShippedAsync(("MUG", 1));
        var process = new CountingProcess();
        var opened = await shop.OpenedAsync(order, "return");

        await shop.Use<LifecycleConsumer>().RunAsync((await EventsAsync())[^1], process, default);
        Assert.Equal(["signal case"], process.Calls);
        await shop.WithdrawAsync(opened);
        await shop.Use<LifecycleConsumer>().RunAsync((await EventsAsync())[^1], process, default);
        Assert.Equal(["signal case", "signal", "signal case"], process.Calls);
    }

    [Fact]
    public async Task Lifecycle_OfACaseThatIsOver_BeginsNoProcessAnew()
    {
        var order = await shop.ShippedAsync(("MUG", 1));
        await shop.WithdrawAsync(await shop.OpenedAsync(order, "return"));
        var gone = new CountingProcess();

        await shop.Use<LifecycleConsumer>().RunAsync((await EventsAsync())[^1], gone, default);

        Assert.Equal(["signal"], gone.Calls);
        await shop.Use<LifecycleConsumer>().RunAsync((await EventsAsync())[^2], gone, default);
        Assert.Equal(["signal"], gone.Calls);
    }

    [Fact]
    public async Task Lifecycle_OfMoneyThatWentBack_WakesTheCasesThatAreOpen()
    {
        var order = await shop.PaidAsync(("MUG", 1), ("TEA", 2));
        await shop.OpenedAsync(order, "refund");
        var process = new CountingProcess();

        // Other money of the order: what goes back for the case itself is told by the case's own events.
        var told = (await EventsAsync()).Single(e => e.Type == EventTypes.CaseOpened);
        var refunded = told with { Id = told.Id + "-other", Type = EventTypes.Refunded, Data = told.Data with { AboutCase = null } };
        await shop.Use<LifecycleConsumer>().RunAsync(refunded, process, default);

        Assert.Equal(["signal case"], process.Calls);
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

        public Task SignalAsync(CaseRef @case, CancellationToken cancellation)
        {
            Calls.Add("signal case");
            return Task.CompletedTask;
        }

        public Task<bool> IsAliveAsync(CaseRef @case, CancellationToken cancellation) => Task.FromResult(Calls.Contains("signal case"));
    }
}
