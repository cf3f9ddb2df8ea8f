using LocalFunctions.Durable;
using Orders.Application.Lifecycle;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Lifecycle;

/// <summary>The orchestration can be lost and started again at any time, in any state of its order.</summary>
public sealed class RestartTests
{
    private static readonly Func<Shop, Task>[] Life =
    [
        shop => shop.PlaceAsync(),
        shop => shop.OpenPaymentAsync(),
        shop => shop.PayAndHearAsync(),
        shop => shop.ShipAsync("s-1", ("TEA", 2)),
        shop => shop.ShipAsync("s-2"),
        shop => shop.ComeToAsync(TimeSpan.FromDays(11)),
        shop => shop.ComeToAsync(TimeSpan.FromDays(26)),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task ProcessLostInAnyState_IsStartedAgainByTheSweepAndGoesOn(int stepsBefore)
    {
        using var world = new World();
        await PlayAsync(world, Life[..stepsBefore]);
        await world.Host.Client.TerminateInstanceAsync(Shop.Order.OrderId.Value, output: "lost");
        await world.Host.RunAsync();
        await world.Host.Client.PurgeInstanceAsync(Shop.Order.OrderId.Value);
        Assert.Null(await world.Shop.InstanceAsync());

        Assert.Equal(1, await world.Use<SweepProcesses>().RunAsync(world.Process, default));
        await PlayAsync(world, Life[stepsBefore..]);

        var outcome = await Outcome.ReadAsync(world.Host);
        Assert.Equal("PendingPayment Paid PendingShipment Shipped Completed closed", outcome.States);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, outcome.Process);
    }

    [Fact]
    public async Task LostProcess_IsNotNeededAtThePaymentDeadline()
    {
        using var world = new World();
        await PlayAsync(world, Life[..2]);
        await world.Host.Client.SuspendInstanceAsync(Shop.Order.OrderId.Value, "stuck");
        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(34));
        await world.Use<SweepOverdueOrders>().RunAsync(world.Process, default);
        Assert.Equal("PendingPayment", (await Outcome.ReadAsync(world.Host)).States);

        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(35));
        await world.Use<SweepOverdueOrders>().RunAsync(world.Process, default);
        await world.Shop.PumpAsync();

        var outcome = await Outcome.ReadAsync(world.Host);
        Assert.Equal(("PendingPayment Cancelled closed", "10+0+0, 10+0+0"), (outcome.States, outcome.Stock));
    }

    [Fact]
    public async Task ProviderAway_IsAskedAgainUntilItAnswers()
    {
        using var world = new World();
        await PlayAsync(world, Life[..2]);
        world.Shop.Pay();
        world.Provider.CallsThatFail = 5;

        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(31));
        Assert.Equal("PendingPayment", (await Outcome.ReadAsync(world.Host)).States);
        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(40));

        Assert.Equal("PendingPayment Paid PendingShipment", (await Outcome.ReadAsync(world.Host)).States);
    }

    [Fact]
    public async Task ProviderAwayForHours_FailsTheProcessAndTheSweepStartsItAgain()
    {
        using var world = new World();
        await PlayAsync(world, Life[..2]);
        world.Provider.CallsThatFail = int.MaxValue;
        await world.Shop.ComeToAsync(TimeSpan.FromHours(3));
        Assert.Equal(("PendingPayment", OrchestrationRuntimeStatus.Failed), await StateAsync(world));
        Assert.Equal(StepRetry.MostAttempts, world.Activities.Count(name => name == OrderActivities.CancelUnpaid));

        world.Provider.CallsThatFail = 0;
        await world.Use<SweepProcesses>().RunAsync(world.Process, default);
        await world.Shop.ComeToAsync(TimeSpan.FromHours(4));

        Assert.Equal(("PendingPayment Cancelled closed", OrchestrationRuntimeStatus.Completed), await StateAsync(world));
    }

    [Fact]
    public async Task StartBeforeItsDocument_WaitsForIt()
    {
        using var world = new World();
        await world.Process.StartAsync(Shop.Order, default);
        await world.Shop.ComeToAsync(TimeSpan.FromSeconds(10));
        await world.Shop.PlaceAsync();
        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(31));

        Assert.Equal("PendingPayment Cancelled closed", (await Outcome.ReadAsync(world.Host)).States);
    }

    [Fact]
    public async Task StartWithoutADocument_EndsAfterTwoMinutes()
    {
        using var world = new World();
        await world.Process.StartAsync(Shop.Order, default);
        await world.Host.AdvanceToAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await world.Shop.InstanceAsync())!.RuntimeStatus);

        await world.Host.AdvanceToAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await world.Shop.InstanceAsync())!.RuntimeStatus);
    }

    [Fact]
    public async Task Start_WhenOneIsAlive_ReplacesNothing()
    {
        using var world = new World();
        await PlayAsync(world, Life[..1]);
        var before = await world.Shop.InstanceAsync();

        await world.Process.StartAsync(Shop.Order, default);
        await world.Process.StartAsync(Shop.Order, default);
        await world.Host.RunAsync();

        Assert.Equal(before!.CreatedAt, (await world.Shop.InstanceAsync())!.CreatedAt);
        Assert.Single(world.Activities, OrderActivities.LookAtOrder);
    }

    private static async Task<(string, OrchestrationRuntimeStatus?)> StateAsync(World world) =>
        (await Outcome.ReadAsync(world.Host)) is var outcome ? (outcome.States, outcome.Process) : default;

    private static async Task PlayAsync(World world, params Func<Shop, Task>[] steps)
    {
        foreach (var step in steps)
        {
            await step(world.Shop);
            await world.Shop.PumpAsync();
        }
    }
}
