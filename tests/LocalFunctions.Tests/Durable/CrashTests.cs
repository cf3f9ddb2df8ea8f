using LocalFunctions.Durable;
using LocalFunctions.Durable.Testing;

namespace LocalFunctions.Tests.Durable;

/// <summary>The outcome of a scenario doesn't depend on where the process is killed.</summary>
public sealed class CrashTests : DurableTest
{
    private static readonly StartOrchestrationOptions A = new StartOrchestrationOptions("a").WithDedupeStatuses(
        OrchestrationRuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Running,
        OrchestrationRuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated);

    [Fact]
    public Task Chain_SurvivesEveryCrash() => SurvivesAsync("\"x!!!\"", StartOnce(nameof(Samples.Chain), "x"));

    [Fact]
    public Task FanOut_SurvivesEveryCrash() => SurvivesAsync("55", StartOnce(nameof(Samples.FanOut), 5));

    [Fact]
    public Task SubOrchestration_SurvivesEveryCrash() => SurvivesAsync("\"parent of x! under a\"", StartOnce(nameof(Samples.Parent), "x"));

    [Fact]
    public Task Deadline_SurvivesEveryCrash() => SurvivesAsync(
        "\"late\"", StartOnce(nameof(Samples.EventOrDeadline)), host => host.AdvanceToAsync(TimeSpan.FromMinutes(30)));

    [Fact]
    public Task Event_SurvivesEveryCrash() => SurvivesAsync(
        "\"yes\"",
        StartOnce(nameof(Samples.EventOrDeadline)),
        host => host.Client.RaiseEventAsync("a", "Paid", "yes"),
        host => host.AdvanceToAsync(TimeSpan.FromHours(1)));

    [Fact]
    public Task ContinueAsNew_SurvivesEveryCrash() => SurvivesAsync(
        "7",
        StartOnce(nameof(Samples.Counts), 0),
        // Raising twice would count twice, as with the real engine; so this step looks first whether it happened.
        async host =>
        {
            await host.RunAsync();
            if ((await host.Client.GetInstanceAsync("a", true))!.SerializedInput == "0")
                await host.Client.RaiseEventAsync("a", "Add", 7);
        },
        host => host.Client.RaiseEventAsync("a", "Add", 0));

    [Fact]
    public Task DelayedStart_SurvivesEveryCrash() => SurvivesAsync(
        "\"x!!!\"",
        Once(host => host.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(Samples.Chain), "x", A with { StartAt = OrchestrationTestHost.Start + TimeSpan.FromDays(3) })),
        host => host.AdvanceToAsync(TimeSpan.FromDays(3)));

    [Fact]
    public Task Termination_SurvivesEveryCrash() => SurvivesAsync(
        "\"stopped\"",
        StartOnce(nameof(Samples.Parent), "wait"),
        host => host.Client.TerminateInstanceAsync("a", new TerminateInstanceOptions("stopped", Recursive: true)));

    [Fact]
    public async Task Activity_WhoseOutcomeWasLost_RunsAgain()
    {
        var effects = 0;
        var test = new CrashTest<int>(
            () =>
            {
                effects = 0;
                return new OrchestrationTestHost().AddOrchestrators(typeof(Samples)).AddActivity<string, string>("Append", text =>
                {
                    effects++;
                    return text + "!";
                });
            },
            [StartOnce(nameof(Samples.Chain), "x")],
            _ => Task.FromResult(effects));
        Assert.Equal(3, (await test.WithoutCrashAsync()).Outcome);
        // The control of the whole harness: each of these crashes did happen, and each repeated exactly the activity that it hit.
        Assert.All(await test.AfterEveryActivityAsync(), run => Assert.Equal((true, 4), (run.Crashed, run.Outcome)));
    }

    /// <summary>The quiet beginning is played once in each run and never killed: each kill of the rest is there, and no other.</summary>
    [Fact]
    public async Task QuietSteps_AreNotKilled_AndAllOfTheOthersAre()
    {
        var begun = 0;
        Func<OrchestrationTestHost, Task>[] steps =
        [
            host =>
            {
                begun++;
                return StartOnce(nameof(Samples.Chain), "x")(host);
            },
            host => host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.Chain), "y", new StartOrchestrationOptions("b")),
        ];
        CrashTest<int> Test(IReadOnlyList<Func<OrchestrationTestHost, Task>> some, int quiet) => new(() => NewHost(), some, _ => Task.FromResult(0), quiet);
        var all = await Test(steps[..1], quiet: 0).AfterEveryActivityAsync();
        begun = 0;

        var runs = await Test([steps[0], Once(steps[1])], quiet: 1).AfterEveryActivityAsync();

        Assert.Equal(all.Select(run => (run.Where, run.Crashed)), runs.Select(run => (run.Where, run.Crashed)));
        Assert.Equal(1 + runs.Count, begun);
    }

    private async Task SurvivesAsync(string output, params Func<OrchestrationTestHost, Task>[] steps)
    {
        var test = new CrashTest<string?>(() => NewHost(), steps, async host => (await host.Client.GetInstanceAsync("a", true))?.SerializedOutput);
        Assert.Equal(output, (await test.WithoutCrashAsync()).Outcome);
        var runs = await test.AfterEveryCommitAsync();
        Assert.All(runs, run => Assert.Equal((run.Where, true, output), (run.Where, run.Crashed, run.Outcome)));
        Assert.All(await test.AfterEveryActivityAsync(), run => Assert.Equal((run.Where, true, output), (run.Where, run.Crashed, run.Outcome)));
    }

    private static Func<OrchestrationTestHost, Task> StartOnce(string name, object? input = null) =>
        Once(host => host.Client.ScheduleNewOrchestrationInstanceAsync(name, input, A));

    private static Func<OrchestrationTestHost, Task> Once(Func<OrchestrationTestHost, Task> start) => async host =>
    {
        try
        {
            await start(host);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The start was durable before the crash; that it is there is success.
        }
    };
}
