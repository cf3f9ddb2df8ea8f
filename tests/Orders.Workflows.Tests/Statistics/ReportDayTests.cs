using System.Text;
using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;
using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Application.Statistics;
using Orders.Domain.Statistics;
using Orders.Workflows.Tests.Subjects;

namespace Orders.Workflows.Tests.Statistics;

/// <summary>
/// The report of a day: made undisturbed, and once more for every commit, every activity and every file with the process killed right there. The bytes must
/// not depend on it, nor the live statistics that it puts right.
/// </summary>
public sealed class ReportDayTests
{
    internal static readonly ReportDate Day = new(DateOnly.FromDateTime(OrchestrationTestHost.Start.UtcDateTime));

    internal static readonly Func<World, Task>[] Story =
    [
        world => world.Shop.PlaceAsync(), world => world.Shop.OpenPaymentAsync(), world => world.Shop.PayAndHearAsync(), world => world.Host.AdvanceToAsync(TimeSpan.FromHours(28)),
        ReportAsync,
    ];

    [Fact]
    public async Task AReport_HasTheSameBytes_WheneverTheProcessDies()
    {
        var test = new CrashTest<string>(() => new World().Host, [.. Story.Select(AsStep)], OutcomeAsync);

        var calm = await test.WithoutCrashAsync();

        Assert.Contains("\"placed\":1,\"paid\":1", calm.Outcome);
        Assert.Contains("live: Placed 1, Paid 1, PaidOfPlaced 1, UnitsPlaced 3, UnitsPaid 3, Captures 1", calm.Outcome);
        Assert.All(await test.AfterEveryCommitAsync(), run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        Assert.All(await test.AfterEveryActivityAsync(), run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        var runs = await AfterEveryWriteAsync();
        Assert.All(runs, run => Assert.Equal((run.Where, calm.Outcome), (run.Where, run.Outcome)));
        Assert.True(runs.Count(run => run.Crashed) >= 5, "It was to die after every file: a part's two, the report's two, the check's.");
    }

    [Fact]
    public async Task AReportMadeAgain_IsTheSame_AndCountsNothingTwice()
    {
        using var world = await PlayedAsync();
        var first = await OutcomeAsync(world.Host);
        var repairs = world.Activities.Count(name => name == ReportActivities.RepairStatistics);

        await ReportAsync(world);

        Assert.Equal(first, await OutcomeAsync(world.Host));
        Assert.Equal((1, 1), (repairs, world.Activities.Count(name => name == ReportActivities.RepairStatistics)));
    }

    [Fact]
    public async Task LiveStatisticsThatMissedNothing_AreLeftAlone()
    {
        using var world = new World();
        foreach (var step in Story[..3])
            await step(world);
        await CountedAsync(world);
        await Story[3](world);

        await ReportAsync(world);

        Assert.DoesNotContain(ReportActivities.RepairStatistics, world.Activities);
        Assert.Null(await world.Files.ReadAsync(Day.CheckFile, default));
    }

    /// <summary>A host that was off for long has many days in which nothing happened: each costs two steps.</summary>
    [Fact]
    public async Task AQuietDay_IsPlannedAndReported_AndNothingElse()
    {
        using var world = new World();
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(28));

        await ReportAsync(world);

        Assert.Equal([ReportActivities.PlanReport, ReportActivities.EndReport], world.Activities);
        Assert.NotNull(await world.Files.ReadAsync(Day.Json, default));
    }

    [Fact]
    public async Task TheNight_ReportsOnEveryDaySinceTheLast_AndNoneTwice()
    {
        using var world = new World();
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(26));
        await Payments.Day.RunAsync(world, Day.Date.AddDays(-1));
        Assert.Equal([Day.Date.AddDays(-1)], await NightAsync(world));

        await world.Host.AdvanceToAsync(TimeSpan.FromHours(28));
        Assert.Equal([Day.Date], await NightAsync(world));
        Assert.Equal([], await NightAsync(world));

        await world.Host.AdvanceToAsync(TimeSpan.FromDays(8) + TimeSpan.FromHours(4));
        Assert.Equal(Enumerable.Range(1, 7).Select(Day.Date.AddDays), await NightAsync(world));
        Assert.Equal([], await NightAsync(world));
    }

    [Fact]
    public async Task ASecondStart_OfAReportUnderWay_IsNoError()
    {
        using var world = new World();
        await world.Host.AdvanceToAsync(TimeSpan.FromHours(28));
        await world.ReportProcess.StartAsync(Day.Date, reconciledBy: null, default);
        await world.ReportProcess.StartAsync(Day.Date, reconciledBy: null, default);
        await world.Host.RunAsync();

        Assert.Single(world.Activities, ReportActivities.PlanReport);
    }

    /// <summary>A new shop whose first night comes late: nobody has said yet through which day there are reports.</summary>
    [Fact]
    public async Task TheFirstNight_BeginsWithTheFirstDayOnWhichAnythingHappened()
    {
        using var world = new World();
        foreach (var step in Story[..3])
            await step(world);
        await CountedAsync(world);
        await world.Host.AdvanceToAsync(TimeSpan.FromDays(4) + TimeSpan.FromHours(4));

        Assert.Equal(Enumerable.Range(0, 4).Select(Day.Date.AddDays), await NightAsync(world));
    }

    internal static async Task<World> PlayedAsync()
    {
        var world = new World();
        foreach (var step in Story)
            await step(world);
        return world;
    }

    /// <summary>The live statistics have heard of the order.</summary>
    internal static async Task CountedAsync(World world)
    {
        var order = await world.Shop.ReadAsync();
        await world.Use<IStatistics>().CountAsync([new CountedOrder(order.OrderId, CountableFacts.Of(OrderFacts.Of(order), Day.From))], eventAt: null, Day.From, default);
    }

    internal static string Instance => ReportDay.InstanceOf(Day.Date);

    /// <summary>The reconciliation first, as the schedules have it.</summary>
    private static async Task<IReadOnlyList<DateOnly>> NightAsync(World world)
    {
        await world.Use<StartReconciliations>().RunAsync(world.ReconciliationProcess, default);
        await world.Host.RunAsync();
        var started = await world.Use<StartReports>().RunAsync(world.ReportProcess, default);
        await world.Host.RunAsync();
        return started;
    }

    private static async Task ReportAsync(World world)
    {
        try
        {
            await world.ReportProcess.StartAsync(Day.Date, reconciledBy: null, default);
            await world.Host.RunAsync();
        }
        catch (DependencyUnavailableException) when (world.Host.Store.HasCrashed)
        {
            throw new StoreCrashedException();
        }
    }

    /// <summary>Every public file of the day, and the day's live totals.</summary>
    internal static async Task<string> OutcomeAsync(OrchestrationTestHost host)
    {
        var world = World.Of(host);
        var text = new StringBuilder();
        foreach (var name in new[] { Day.Json, Day.Csv }.Concat((await world.Files.ListAsync(Day.Facts, default)).Select(file => file.Name)))
            text.Append(name).Append(' ').AppendLine(Encoding.UTF8.GetString((await world.Files.ReadAsync(name, default))!));
        var live = await world.Use<IStatistics>().ReadAsync(StatScope.Total, new StatSpan(StatGrain.Day, Day.From, Day.Until), default);
        return text.Append("live: ").Append(Tally.Sum(live.Select(bucket => bucket.Tally))).ToString();
    }

    private static async Task<IReadOnlyList<CrashRun<string>>> AfterEveryWriteAsync()
    {
        var runs = new List<CrashRun<string>>();
        for (var n = 1; runs.Count == 0 || runs[^1].Crashed; n++)
        {
            var at = n;
            var test = new CrashTest<string>(() => DyingAt(at), [.. Story.Select(AsStep)], OutcomeAsync);
            runs.Add(await test.WithoutCrashAsync() with { Where = $"after file {n}" });
        }

        return runs;
    }

    private static OrchestrationTestHost DyingAt(int write)
    {
        var world = new World();
        world.Files.AfterWrite = done =>
        {
            if (done == write)
                world.Host.Store.CrashAfter(0);
        };
        return world.Host;
    }

    private static Func<OrchestrationTestHost, Task> AsStep(Func<World, Task> step) => async host =>
    {
        await step(World.Of(host));
        await World.Of(host).Shop.PumpAsync();
    };
}
