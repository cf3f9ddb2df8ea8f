using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;

namespace LocalFunctions.Tests.Durable;

/// <summary>Answers and turns that belong to something that is over change nothing.</summary>
public sealed class StaleAnswerTests : DurableTest
{
    [Fact]
    public async Task Answer_ForTheExecutionBefore_IsNotTakenForThisOnes()
    {
        // Old and new activity have the same number, and the seed decides which is answered first.
        for (var seed = 0; seed < 20; seed++)
        {
            var host = NewHost(seed: seed);
            await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.LeavesWorkBehind), "old", new StartOrchestrationOptions("a"));
            await host.RunAsync();
            Assert.Equal("new!", (await host.Client.GetInstanceAsync("a", true))!.ReadOutputAs<string>());
        }
    }

    [Fact]
    public async Task Timer_OfTheExecutionBefore_DoesNotFire()
    {
        await RunAsync(nameof(Samples.LeavesTimerBehind), 0);
        await Host.AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await ReadAsync()).RuntimeStatus);
        await Host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ReadAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task Turn_WhoseInstanceWasReplacedMeanwhile_LeavesNoTrace()
    {
        Samples.OnTurn = () =>
        {
            Samples.OnTurn = null;
            Host.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(Samples.Collects), null, new StartOrchestrationOptions("a").WithDedupeStatuses()).GetAwaiter().GetResult();
        };
        var replaced = await RunAsync(nameof(Samples.CallsBack));
        Assert.Equal((nameof(Samples.Collects), OrchestrationRuntimeStatus.Running), (replaced.Name, replaced.RuntimeStatus));
        Assert.Equal(0, Host.ActivitiesRun);
        Assert.Equal(1, Host.Engine.Counts.Live);
    }

    [Fact]
    public async Task Activity_OfATerminatedInstance_RunsAndItsAnswerIsDropped()
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.Chain), "x", new StartOrchestrationOptions("a"));
        await Client.TerminateInstanceAsync("a", "stopped");
        await Host.RunAsync();
        Assert.Equal("stopped", (await ReadAsync()).ReadOutputAs<string>());
        Assert.Equal(1, Host.ActivitiesRun);
    }

    [Fact]
    public async Task Termination_InTheTurnThatBeginsAChild_ReachesTheChild()
    {
        Samples.Script = context => context.Parent is null
            ? context.CallSubOrchestratorAsync(nameof(Samples.Rewindable))
            : context.WaitForExternalEvent<string>("never");
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.Rewindable), null, new StartOrchestrationOptions("a"));
        await Client.TerminateInstanceAsync("a", new TerminateInstanceOptions("stopped", Recursive: true));
        await Host.RunAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await ReadAsync()).RuntimeStatus);
        Assert.Equal(new DurableCounts(Live: 0, Completed: 0, Failed: 0, Terminated: 2), Host.Engine.Counts);
    }
}
