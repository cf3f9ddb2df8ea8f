using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Workflows.AfterSales;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.AfterSales;

/// <summary>The process of a case can be lost, stuck, or never begun, in any state of its case: the sweep makes up for it.</summary>
public sealed class CaseRestartTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>States with a deadline, and how the case goes on by itself when it has passed.</summary>
    public static TheoryData<int, int, string> Waits => new()
    {
        { 1, 2 * 24 * 60, "AwaitingGoods" },
        { 2, 14 * 24 * 60, "Lapsed" },
        { 3, 14 * 24 * 60, "AwaitingPayment" },
        { 4, 3 * 24 * 60, "Completed" },
    };

    private static readonly Func<World, Task>[] Life =
    [
        world => world.Desk.OpenAsync("exchange", new CaseLineRequest("TEA", 1, ReplacementSku: "MUG")),
        world => world.Desk.ApproveAsync(),
        world => world.Desk.SendBackAsync(),
        world => world.Desk.ReceiveAsync(),
    ];

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task ProcessLostInAnyState_IsStartedAgainByTheSweepAndGoesOn(int stepsBefore, int minutes, string after)
    {
        using var world = await AtAsync(stepsBefore);
        await world.Host.Client.TerminateInstanceAsync(CaseDesk.Case().CaseId.Value, output: "lost");
        await world.Host.RunAsync();
        await world.Host.Client.PurgeInstanceAsync(CaseDesk.Case().CaseId.Value);
        Assert.Null(await world.Desk.InstanceAsync());

        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(minutes) + Minute + TimeSpan.FromSeconds(1));
        await SweepAsync(world);

        Assert.Equal(after, await StatusAsync(world));
    }

    /// <summary>Long before its deadline: what it could do now must not wait for that.</summary>
    [Fact]
    public async Task ProcessLostBeforeItsDeadline_IsStartedAgainByTheRoundOfOpenOrders()
    {
        using var world = await AtAsync(1);
        await world.Host.Client.TerminateInstanceAsync(CaseDesk.Case().CaseId.Value, output: "lost");
        await world.Host.RunAsync();
        await world.Host.Client.PurgeInstanceAsync(CaseDesk.Case().CaseId.Value);

        Assert.Equal(1, await world.Use<SweepProcesses>().RunAsync(world.Process, default));
        Assert.Equal(0, await world.Use<SweepProcesses>().RunAsync(world.Process, default));

        Assert.NotNull(await world.Desk.InstanceAsync());
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task StuckProcess_IsNotNeededAtAnyDeadline(int stepsBefore, int minutes, string after)
    {
        using var world = await AtAsync(stepsBefore);
        await world.Host.Client.SuspendInstanceAsync(CaseDesk.Case().CaseId.Value, "stuck");
        var before = await StatusAsync(world);
        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(minutes + 4));
        await world.Use<SweepOverdueOrders>().RunAsync(world.Process, default);
        Assert.Equal(before, await StatusAsync(world));

        // What falls back is refunded by a later round, some minutes after that fell due.
        foreach (var round in new[] { 5, 11 })
        {
            await world.Shop.ComeToAsync(TimeSpan.FromMinutes(minutes + round));
            await world.Use<SweepOverdueOrders>().RunAsync(world.Process, default);
            await world.Shop.PumpAsync();
        }

        Assert.Equal(after, await StatusAsync(world));
    }

    [Fact]
    public async Task SignalsAreAllLost_TheSweepBeginsTheProcess()
    {
        using var world = await AtAsync(0);
        await world.Desk.OpenAsync("refund", new CaseLineRequest("TEA", 1));
        foreach (var item in await world.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default))
            await world.Use<IOutbox>().DeleteAsync(item, default);
        Assert.Null(await world.Desk.InstanceAsync());

        await world.Shop.ComeToAsync(TimeSpan.FromDays(2) + 2 * Minute);
        Assert.Equal("InReview", await StatusAsync(world));
        await SweepAsync(world);

        Assert.Equal("Completed", await StatusAsync(world));
    }

    [Fact]
    public async Task ProviderAway_IsAskedAgainUntilItAnswers()
    {
        using var world = await AtAsync(0);
        world.Provider.CallsThatFail = 5;
        await world.Desk.OpenAsync("refund");
        await world.Shop.PumpAsync();
        Assert.Equal("Refunding", await StatusAsync(world));

        await world.Shop.ComeToAsync(TimeSpan.FromMinutes(10));

        Assert.Equal("Completed", await StatusAsync(world));
        Assert.Equal(Shop.Total, world.Provider.Refunded);
    }

    [Fact]
    public async Task ProviderAwayForHours_FailsTheProcessAndTheSweepStartsItAgain()
    {
        using var world = await AtAsync(0);
        world.Provider.CallsThatFail = int.MaxValue;
        await world.Desk.OpenAsync("refund");
        await world.Shop.PumpAsync();
        await world.Shop.ComeToAsync(TimeSpan.FromHours(1));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await world.Desk.InstanceAsync())!.RuntimeStatus);
        Assert.Equal(StepRetry.MostAttempts, world.Activities.Count(name => name == CaseActivities.RefundCase));

        world.Provider.CallsThatFail = 0;
        await SweepAsync(world);

        Assert.Equal("Completed", await StatusAsync(world));
        Assert.Equal(Shop.Total, world.Provider.Refunded);
    }

    /// <summary>Its looks grow rarer, its history begins anew, and the sweep does not hurry it.</summary>
    [Fact]
    public async Task RefundPendingForWeeks_CostsFewLooks()
    {
        using var world = await AtAsync(0);
        world.Provider.LeavesRefundsPending = true;
        await world.Desk.OpenAsync("refund");
        await world.Shop.PumpAsync();
        for (var day = 1; day <= 30; day++)
        {
            await world.Shop.ComeToAsync(TimeSpan.FromDays(day));
            await world.Use<SweepOverdueOrders>().RunAsync(world.Process, default);
            await world.Shop.PumpAsync();
        }

        Assert.InRange(world.Activities.Count(name => name == CaseActivities.LookAtCase), 30, 120);
        Assert.InRange(world.Host.Engine.ExportHistory(CaseDesk.Case().CaseId.Value)!.Length, 0, 100_000);
        await world.Desk.DecideRefundAsync(RefundStatus.Succeeded);
        await world.Shop.PumpAsync();
        Assert.Equal("Completed", await StatusAsync(world));
    }

    [Fact]
    public async Task Withdrawn_ItsProcessEndsAtOnce_AndIsPurgedLikeAnOrders()
    {
        using var world = await AtAsync(1);
        await world.Desk.WithdrawAsync();
        await world.Shop.PumpAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await world.Desk.InstanceAsync())!.RuntimeStatus);

        await world.Host.AdvanceToAsync(TimeSpan.FromDays(31));
        await new PurgeHistories(world.Use<IWatermarks>(), world.Policy, world.Host.Clock, NullLogger<PurgeHistories>.Instance).RunAsync(world.Host.Client, default);

        Assert.Null(await world.Desk.InstanceAsync());
    }

    /// <summary>The narrowest moment: the case ends after the look has read it and before its answer is home.</summary>
    [Fact]
    public async Task SignalWhileItLooks_IsNotLost()
    {
        using var host = new OrchestrationTestHost().AddOrchestrators(typeof(AfterSale));
        var (looks, process) = (0, new DurableOrderProcess(host.Client));
        host.AddAsyncActivity<CaseRef, CaseLook>(CaseActivities.LookAtCase, async @case =>
        {
            if (++looks > 1)
                return new CaseLook(CaseNeed.Nothing);
            var seen = new CaseLook(CaseNeed.Review, OrchestrationTestHost.Start.AddDays(2));
            await process.SignalAsync(@case, default);
            return seen;
        });

        await process.SignalAsync(CaseDesk.Case(), default);
        await host.RunAsync();

        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task LinesWithoutACase_AreAccepted()
    {
        using var world = new World();
        await PaidAsync(world);
        await world.Desk.OpenAsync("refund", new CaseLineRequest("TEA", 1));

        await world.Shop.PumpAsync();

        Assert.IsType<OrderState.PendingShipment>(Assert.IsType<OrderState.AfterSale>((await world.Shop.ReadAsync()).State).Beneath);
        await world.Shop.ShipAsync("s-1", ("MUG", 1));
    }

    [Fact]
    public async Task LinesWithoutACase_WhoseProcessIsLost_AreAcceptedByTheSweep()
    {
        using var world = new World();
        await PaidAsync(world);
        await world.Desk.OpenAsync("refund", new CaseLineRequest("TEA", 1));
        await world.Host.Client.TerminateInstanceAsync(Shop.Order.OrderId.Value, output: "lost");
        await world.Host.RunAsync();
        await world.Host.Client.PurgeInstanceAsync(Shop.Order.OrderId.Value);
        await world.Host.AdvanceToAsync(2 * Minute);

        await world.Use<SweepOverdueOrders>().RunAsync(world.Process, default);
        await world.Host.RunAsync();

        Assert.IsType<OrderState.PendingShipment>(Assert.IsType<OrderState.AfterSale>((await world.Shop.ReadAsync()).State).Beneath);
    }

    /// <summary>Nothing is accepted of which nothing is to be shipped, as things stand; after a rejection it is.</summary>
    [Fact]
    public async Task AllLinesInACase_AreAcceptedWhenItIsRejected()
    {
        using var world = new World(new OrderPolicy { AfterSales = new AfterSalePolicy { ApproveUnshippedInFull = false } });
        await PaidAsync(world);
        await world.Desk.OpenAsync("refund");
        await world.Shop.PumpAsync();
        Assert.IsType<OrderState.Paid>(Assert.IsType<OrderState.AfterSale>((await world.Shop.ReadAsync()).State).Beneath);

        await world.Desk.RejectAsync();
        await world.Shop.PumpAsync();

        Assert.Equal(OrderStatus.PendingShipment, (await world.Shop.ReadAsync()).Status);
    }

    private static async Task<World> AtAsync(int steps)
    {
        var world = new World(new OrderPolicy { ReceiptWindow = TimeSpan.FromDays(60) });
        await PaidAsync(world);
        await world.Shop.PumpAsync();
        if (steps > 0)
            await world.Shop.ShipAsync("s-1");
        foreach (var step in Life[..steps])
        {
            await step(world);
            await world.Shop.PumpAsync();
        }

        return world;
    }

    /// <summary>A process that begins after its deadline waits a second before it believes that.</summary>
    private static async Task SweepAsync(World world)
    {
        await world.Use<SweepOverdueOrders>().RunAsync(world.Process, default);
        await world.Host.RunAsync();
        await world.Host.AdvanceToAsync(world.Host.Clock.GetUtcNow() - OrchestrationTestHost.Start + TimeSpan.FromSeconds(2));
        await world.Shop.PumpAsync();
    }

    private static async Task PaidAsync(World world)
    {
        await world.Shop.PlaceAsync();
        await world.Shop.OpenPaymentAsync();
        await world.Shop.PayAndHearAsync();
    }

    private static async Task<string> StatusAsync(World world) => (await world.Shop.ReadAsync()).Cases[0].Status.ToString();
}
