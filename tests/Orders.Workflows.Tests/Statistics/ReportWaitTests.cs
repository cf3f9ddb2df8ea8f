using System.Text.Json.Nodes;
using LocalFunctions.Durable.Testing;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Application.Statistics;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Statistics;

/// <summary>A report sums the day's reconciliation up, so it waits for it, and says nothing of one that is not completed.</summary>
public sealed class ReportWaitTests
{
    private static readonly TimeSpan Night = TimeSpan.FromHours(28);
    private static readonly DateTimeOffset Patience = OrchestrationTestHost.Start + Night + TimeSpan.FromHours(6);

    [Fact]
    public async Task AReport_WaitsForTheReconciliation_AndIsMadeWhenThatIsCompleted()
    {
        using var world = await BegunAsync();
        await world.Host.AdvanceToAsync(Night + TimeSpan.FromHours(2) + TimeSpan.FromMinutes(1));
        Assert.Null(await world.Files.ReadAsync(ReportDayTests.Day.Json, default));

        await Payments.Day.RunAsync(world);

        Assert.Equal(("completed", 1), await ReconciliationAsync(world));
    }

    /// <summary>The second layer: nobody told the report.</summary>
    [Fact]
    public async Task AReportThatWasNotTold_LooksByItself()
    {
        using var world = await BegunAsync();
        var ended = new ReconciliationReport(
            ReportDayTests.Day.Date, ReconciliationStatus.Completed, world.Host.Clock.GetUtcNow(), world.Host.Clock.GetUtcNow(), [], []);
        await world.Use<IReconciliations>().PutReportAsync(ended, default);
        await world.Host.RunAsync();
        Assert.Null(await world.Files.ReadAsync(ReportDayTests.Day.Json, default));

        await world.Host.AdvanceAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(("completed", 0), await ReconciliationAsync(world));
    }

    /// <summary>As after a night in which the host was off: both are started at the same instant.</summary>
    [Fact]
    public async Task AReportThatIsStartedWithTheReconciliation_IsMadeAtOnce()
    {
        using var world = await PaidAsync();
        await world.ReportProcess.StartAsync(ReportDayTests.Day.Date, Patience, default);
        await Payments.Day.RunAsync(world);

        Assert.Equal(("completed", 1), await ReconciliationAsync(world));
    }

    [Fact]
    public async Task AReconciliationThatDoesNotCome_IsWaitedForUntilThen_AndNoLonger()
    {
        using var world = await BegunAsync();
        await world.Host.AdvanceToAsync(Night + TimeSpan.FromHours(6) - TimeSpan.FromTicks(1));
        Assert.Null(await world.Files.ReadAsync(ReportDayTests.Day.Json, default));

        await world.Host.AdvanceToAsync(Night + TimeSpan.FromHours(6));

        Assert.Equal(("notRun", 0), await ReconciliationAsync(world));
        Assert.Equal(36, world.Activities.Count(name => name == ReportActivities.LookAtReconciliation));
    }

    /// <summary>A new shop's first night may report on the day before the first that is reconciled.</summary>
    [Fact]
    public async Task AReconciliationThatNobodyOwes_IsNotWaitedFor()
    {
        using var world = await PaidAsync();
        await world.Use<IWatermarks>().SetAsync("reconciled-through", ReportDayTests.Day.Text, default);
        await StartAsync(world);

        Assert.Equal(("notRun", 0), await ReconciliationAsync(world));
    }

    [Fact]
    public async Task AReconciliationThatIsThere_IsNotWaitedFor()
    {
        using var world = await PaidAsync();
        await Payments.Day.RunAsync(world);
        await StartAsync(world);

        Assert.Equal(("completed", 1), await ReconciliationAsync(world));
        Assert.Single(world.Activities, ReportActivities.LookAtReconciliation);
    }

    /// <summary>What it has come to in the middle is another thing a minute later, and a report made again would have other bytes.</summary>
    [Fact]
    public async Task AReconciliationThatIsUnderWay_IsNoneYet()
    {
        using var world = await PaidAsync();
        var begun = new ReconciliationReport(ReportDayTests.Day.Date, ReconciliationStatus.Running, world.Host.Clock.GetUtcNow(), null, [], []);
        await Payments.Day.RunAsync(world);
        await world.Use<IReconciliations>().PutReportAsync(begun, default);
        await world.ReportProcess.StartAsync(ReportDayTests.Day.Date, reconciledBy: null, default);
        await world.Host.RunAsync();

        Assert.Equal(("notRun", 0), await ReconciliationAsync(world));
    }

    /// <summary>One that ended before the day did has not seen all of it.</summary>
    [Fact]
    public async Task AReconciliationFromBeforeTheDayWasOver_IsNone()
    {
        using var world = new World();
        foreach (var step in ReportDayTests.Story[..3])
            await step(world);
        await Payments.Day.RunAsync(world);
        await world.Host.AdvanceToAsync(Night);
        await StartAsync(world);
        Assert.Null(await world.Files.ReadAsync(ReportDayTests.Day.Json, default));
        await world.Host.AdvanceToAsync(Night + TimeSpan.FromHours(6));

        Assert.Equal(("notRun", 0), await ReconciliationAsync(world));
    }

    [Fact]
    public async Task AReportThatIsAskedFor_WaitsOnlyForAReconciliationThatIsUnderWay()
    {
        using var world = await PaidAsync();
        await RerunAsync(world);
        Assert.Equal(("notRun", 0), await ReconciliationAsync(world));

        var begun = new ReconciliationReport(ReportDayTests.Day.Date, ReconciliationStatus.Running, world.Host.Clock.GetUtcNow(), null, [], []);
        await world.Use<IReconciliations>().PutReportAsync(begun, default);
        await RerunAsync(world);
        Assert.Equal(("notRun", 0), await ReconciliationAsync(world));
        await Payments.Day.RunAsync(world);

        Assert.Equal(("completed", 1), await ReconciliationAsync(world));
    }

    [Fact]
    public async Task AReportThatWaits_HasTheSameBytes_WheneverTheProcessDies()
    {
        var test = new CrashTest<string>(
            () => BegunBeforehand(),
            [
                host => StartAsync(World.Of(host)), host => host.AdvanceToAsync(Night + TimeSpan.FromMinutes(25)), host => ReconcileOnceAsync(World.Of(host)),
                // Who was killed between completing and telling is not asked to tell: the report looks by itself.
                host => host.AdvanceToAsync(Night + TimeSpan.FromMinutes(40)),
            ],
            ReportDayTests.OutcomeAsync);

        var calm = await test.WithoutCrashAsync();

        Assert.Contains("\"status\":\"completed\"", calm.Outcome, StringComparison.Ordinal);
        Assert.All(await test.AfterEveryCommitAsync(), run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        Assert.All(await test.AfterEveryActivityAsync(), run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
    }

    /// <summary>Who got no answer and finds the day completed leaves it: a run that is begun anew is none yet, and the report may look at that very instant.</summary>
    private static async Task ReconcileOnceAsync(World world)
    {
        if (await Payments.Day.ReportAsync(world) is not { Status: ReconciliationStatus.Completed })
            await Payments.Day.RunAsync(world);
    }

    /// <summary>A report that looked in vain twice, and was told then.</summary>
    internal static async Task<World> PlayedAsync()
    {
        var world = await BegunAsync();
        await world.Host.AdvanceToAsync(Night + TimeSpan.FromMinutes(15));
        await Payments.Day.RunAsync(world);
        return world;
    }

    private static OrchestrationTestHost BegunBeforehand() => PaidAsync().GetAwaiter().GetResult().Host;

    /// <summary>An order was paid, the statement has a capture that is nobody's, and the night has come.</summary>
    private static async Task<World> PaidAsync()
    {
        var provider = new OutsideProvider();
        provider.Lines.AddRange([Payments.Day.Capture("capture-1"), Payments.Day.Nobodys("nobody's")]);
        var world = new World(provider: provider);
        foreach (var step in ReportDayTests.Story[..3])
        {
            await step(world);
            await world.Shop.PumpAsync();
        }

        await world.Host.AdvanceToAsync(Night);
        return world;
    }

    private static async Task<World> BegunAsync()
    {
        var world = await PaidAsync();
        await StartAsync(world);
        return world;
    }

    private static Task StartAsync(World world) => world.Shop.DoAsync(async () =>
    {
        await world.ReportProcess.StartAsync(ReportDayTests.Day.Date, Patience, default);
        await world.Host.RunAsync();
    });

    private static async Task RerunAsync(World world)
    {
        Assert.Null((await world.Use<RerunReport>().RunAsync(ReportDayTests.Day.Text, world.ReportProcess, default)).Refusal);
        await world.Host.RunAsync();
    }

    /// <summary>How the report says the reconciliation to be, and how many differences it tells of.</summary>
    private static async Task<(string Status, int Differences)> ReconciliationAsync(World world)
    {
        var report = JsonNode.Parse(await world.Files.ReadAsync(ReportDayTests.Day.Json, default))!["reconciliation"]!;
        return ((string)report["status"]!, report["differences"]!.AsArray().Sum(of => (int)of!["count"]!));
    }
}
