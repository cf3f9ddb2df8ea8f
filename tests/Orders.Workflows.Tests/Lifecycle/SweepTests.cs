using LocalFunctions.Durable;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Lifecycle;

/// <summary>Second looks are bounded, go on where they stopped, and forget what was kept long enough.</summary>
public sealed class SweepTests
{
    [Fact]
    public async Task Processes_AreStartedPieceByPieceUntilAllHaveOne()
    {
        using var world = new World();
        await PlaceAsync(world, orders: 5_000);

        var perRun = new List<int>();
        while (perRun.Count < 10 && await world.Use<SweepProcesses>().RunAsync(world.Process, default) is > 0 and var started)
            perRun.Add(started);

        Assert.Equal([2_000, 2_000, 1_000], perRun);
    }

    [Fact]
    public async Task OverdueOrdersThatCantBeHelped_DontHideThoseBehindThem()
    {
        using var world = new World();
        await PlaceAsync(world, orders: 1_500);
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(1));
        var process = new SelectiveProcess(order => false);
        Assert.Equal(0, await world.Use<SweepOverdueOrders>().RunAsync(process, default));
        Assert.Equal(1_000, process.Asked.Count);

        await world.Use<SweepOverdueOrders>().RunAsync(process, default);

        Assert.Equal(1_500, process.Asked.Distinct().Count());
    }

    [Fact]
    public async Task Histories_ArePurgedAMonthAfterTheirEnd()
    {
        using var world = new World();
        await world.Shop.PlaceAsync();
        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(31));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await world.Shop.InstanceAsync())!.RuntimeStatus);

        await world.Host.AdvanceToAsync(TimeSpan.FromDays(30));
        Assert.Equal(0, await PurgeAsync(world));
        await world.Host.AdvanceToAsync(TimeSpan.FromDays(30) + TimeSpan.FromMinutes(32));
        Assert.Equal(1, await PurgeAsync(world));

        Assert.Null(await world.Shop.InstanceAsync());
    }

    [Fact]
    public async Task HistoriesOfLivesThatGoOn_AreNeverPurged()
    {
        using var world = new World();
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
        await world.Shop.PayAndHearAsync();
        await world.Shop.ComeToAsync(TimeSpan.FromDays(100));

        Assert.Equal(0, await PurgeAsync(world));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await world.Shop.InstanceAsync())!.RuntimeStatus);
    }

    [Fact]
    public async Task InboxRecords_AreForgottenAfterTheirTime()
    {
        using var world = new World();
        await world.Shop.PlaceAsync();
        await world.Shop.PumpAsync();
        Assert.Equal(0, await world.Use<PurgeRecords>().RunAsync(default));

        await world.Host.AdvanceToAsync(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1));

        Assert.Equal(3, await world.Use<PurgeRecords>().RunAsync(default));
    }

    private static Task<int> PurgeAsync(World world) => new PurgeHistories(
        world.Use<IWatermarks>(), world.Policy, world.Host.Clock, NullLogger<PurgeHistories>.Instance).RunAsync(world.Host.Client, default);

    private static async Task PlaceAsync(World world, int orders)
    {
        var process = new SelectiveProcess(_ => true);
        await world.Use<Application.Stock.IStock>().AdjustAsync(World.Mug, new Application.Stock.StockChange.To(orders), "counted", "more", default);
        for (var n = 0; n < orders; n++)
        {
            var basket = new BasketRequest([new LineRequest("MUG", 1)], new AddressRequest("Ada", "1 Main Street", null, "Zürich", null, "8001", "CH"));
            var placed = await world.Use<PlaceOrder>().RunAsync(
                new PlaceOrderCommand(Shop.Ada.UserId, $"key-{n}", basket), process, default);
            Assert.Null(placed.Refusal);
        }
    }

    /// <summary>A process that is away for some orders; remembers for which it was asked.</summary>
    private sealed class SelectiveProcess(Func<OrderRef, bool> answers) : IOrderProcess
    {
        public List<OrderRef> Asked { get; } = [];

        public Task StartAsync(OrderRef order, CancellationToken cancellation) => Task.CompletedTask;

        public Task SignalAsync(OrderRef order, CancellationToken cancellation)
        {
            Asked.Add(order);
            return answers(order) ? Task.CompletedTask : throw new DependencyUnavailableException("The durable task hub");
        }

        public Task<bool> IsAliveAsync(OrderRef order, CancellationToken cancellation) => Task.FromResult(false);

        public Task SignalAsync(CaseRef @case, CancellationToken cancellation) => Task.CompletedTask;

        public Task<bool> IsAliveAsync(CaseRef @case, CancellationToken cancellation) => Task.FromResult(false);
    }
}
