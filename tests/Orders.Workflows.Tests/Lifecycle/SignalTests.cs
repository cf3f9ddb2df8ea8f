using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Lifecycle;

/// <summary>Signals say "look", so they may come early, late, doubled, in any order, in masses; none may be lost.</summary>
public sealed class SignalTests
{
    [Fact]
    public async Task Storm_CostsOneLookAndTheHistoryStaysBounded()
    {
        using var world = new World();
        await world.Shop.PlaceAsync();
        await world.Shop.PumpAsync();
        var before = world.Activities.Count;

        for (var signal = 0; signal < 1_000; signal++)
            await world.Process.SignalAsync(Shop.Order, default);
        await world.Host.RunAsync();

        Assert.InRange(world.Activities.Count - before, 1, 20);
        Assert.InRange(world.Host.Engine.ExportHistory(Shop.Order.OrderId.Value)!.Length, 0, 1_000_000);
        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(30));
        Assert.Equal("PendingPayment Cancelled closed", (await Outcome.ReadAsync(world.Host)).States);
    }

    [Fact]
    public async Task SteadySignals_BeginNewHistories()
    {
        using var world = new World();
        await world.Shop.PlaceAsync();
        await world.Shop.PumpAsync();
        for (var signal = 0; signal < 300; signal++)
        {
            await world.Process.SignalAsync(Shop.Order, default);
            await world.Host.RunAsync();
        }

        Assert.InRange(world.Host.Engine.ExportHistory(Shop.Order.OrderId.Value)!.Length, 0, 100_000);
        await world.Shop.OpenPaymentAsync();
        await world.Shop.PayAndHearAsync();
        await world.Shop.PumpAsync();
        Assert.Equal("PendingPayment Paid PendingShipment", (await Outcome.ReadAsync(world.Host)).States);
    }

    /// <summary>The document changes after the look has read it and before its answer is home: the narrowest moment.</summary>
    [Fact]
    public async Task SignalWhileItLooks_IsNotLost()
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(OrderLifecycle));
        var (looks, process) = (0, new DurableOrderProcess(host.Client));
        host.AddAsyncActivity<OrderRef, OrderLook>(OrderActivities.LookAtOrder, async order =>
        {
            if (++looks > 1)
                return new OrderLook(OrderNeed.Nothing);
            var seen = new OrderLook(OrderNeed.Payment, OrchestrationTestHost.Start.AddMinutes(30));
            await process.SignalAsync(order, default);
            return seen;
        });

        await process.StartAsync(Shop.Order, default);
        await host.RunAsync();

        Assert.Equal(2, looks);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.Client.GetInstanceAsync(Shop.Order.OrderId.Value))!.RuntimeStatus);
    }

    /// <summary>The document changes after the last look that found nothing to do, and before the end.</summary>
    [Fact]
    public async Task SignalWhileItEnds_IsNotLost()
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(OrderLifecycle));
        var (looks, refunds, process) = (0, 0, new DurableOrderProcess(host.Client));
        host.AddAsyncActivity<OrderRef, OrderLook>(OrderActivities.LookAtOrder, async order =>
        {
            if (++looks > 1)
                return new OrderLook(refunds == 0 ? OrderNeed.Refund : OrderNeed.Nothing);
            await process.SignalAsync(order, default);
            return new OrderLook(OrderNeed.Nothing);
        });
        host.AddActivity<OrderRef, OrderLook>(OrderActivities.RefundOwed, _ =>
        {
            refunds++;
            return new OrderLook(OrderNeed.Nothing);
        });

        await process.StartAsync(Shop.Order, default);
        await host.RunAsync();

        Assert.Equal(1, refunds);
    }

    [Fact]
    public async Task DoubledEvents_HaveOneEffect()
    {
        using var world = new World();
        foreach (var step in new Func<Shop, Task>[]
        {
            shop => shop.PlaceAsync(), shop => shop.OpenPaymentAsync(), shop => shop.PayAndHearAsync(money: Shop.Euros(3_000)), shop => shop.ShipAsync("s-1"),
            shop => shop.ConfirmReceiptAsync(),
        })
        {
            await step(world.Shop);
            await world.Shop.PumpAsync(times: 3);
        }

        var outcome = await Outcome.ReadAsync(world.Host);
        Assert.Equal("PendingPayment Paid PendingShipment Shipped Completed", outcome.States);
        Assert.Equal(("paid 3000 refunded 752; outside 3000 752", "9+0+1, 8+0+2"), (outcome.Money, outcome.Stock));
    }

    /// <summary>All events of a life, delivered long after it in a random order and as if none had been seen.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task OldEventsInAnyOrder_ChangeNothing(int seed)
    {
        using var world = new World();
        var events = new List<OrderEventEnvelope>();
        foreach (var step in new Func<Shop, Task>[]
        {
            shop => shop.PlaceAsync(), shop => shop.OpenPaymentAsync(), shop => shop.ComeToAsync(TimeSpan.FromMinutes(30)), shop => shop.PayAndHearAsync(),
            shop => shop.ShipAsync("s-1"), shop => shop.ConfirmReceiptAsync(), shop => shop.ComeToAsync(TimeSpan.FromDays(17)),
        })
        {
            await step(world.Shop);
            events.AddRange((await world.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default)).Select(item => OrderEventEnvelope.Parse(item.Body)));
            await world.Shop.PumpAsync();
        }

        var before = await Outcome.ReadAsync(world.Host);
        Assert.Equal(("PendingPayment Cancelled Paid PendingShipment Shipped Completed closed", "9+0+1, 8+0+2"), (before.States, before.Stock));
        await world.Use<IInbox>().PurgeAsync(DateTimeOffset.MaxValue, 1_000, default);

        var shuffled = events.ToArray();
        new Random(seed).Shuffle(shuffled);
        foreach (var envelope in shuffled)
            await world.Shop.DeliverAsync(envelope);
        await world.Shop.PumpAsync();

        Assert.Equal(before, await Outcome.ReadAsync(world.Host));
    }

    [Fact]
    public async Task WithoutAutomaticAcceptance_ItWaitsForTheMerchant()
    {
        using var world = new World(new OrderPolicy { AcceptAutomatically = false });
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
        await world.Shop.PayAndHearAsync();
        await world.Shop.ComeToAsync(TimeSpan.FromDays(30));
        Assert.Equal("PendingPayment Paid", (await Outcome.ReadAsync(world.Host)).States);
        Assert.Equal(0, await world.Use<SweepOverdueOrders>().RunAsync(world.Process, default));

        await world.Shop.AcceptAsync();
        await world.Shop.PumpAsync();

        Assert.Equal("PendingPayment Paid PendingShipment", (await Outcome.ReadAsync(world.Host)).States);
    }

    [Fact]
    public async Task RefundThatIsRefusedForGood_IsKeptAsFailedAndTheOrderIsOver()
    {
        using var world = new World(provider: new OutsideProvider { RefusesRefunds = true });
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
        await world.Shop.CancelAsync();
        await world.Shop.PayAndHearAsync();
        await world.Shop.PumpAsync();

        var outcome = await Outcome.ReadAsync(world.Host);
        Assert.Equal(
            ("PendingPayment Cancelled closed", "Settled 0 Late 2248 Failed", OrchestrationRuntimeStatus.Completed),
            (outcome.States, outcome.Payments, outcome.Process));
    }
}
