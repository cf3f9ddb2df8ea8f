using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;

namespace LocalFunctions.Tests.Durable;

/// <summary>What a rewound orchestration waits for comes, whatever happened between its failure and the rewind.</summary>
public sealed class RewindTests : DurableTest
{
    private static readonly SubOrchestrationOptions Child = new(instanceId: "child");

    [Fact]
    public async Task FanOut_WhoseFailureWasToldBeforeTheOthersAnswers_RunsTheFailedOneAgain()
    {
        // The seed decides when the failure is told: at first, in between or at last.
        for (var seed = 0; seed < 20; seed++)
        {
            var (calls, squares) = (0, 0);
            var host = NewHost(seed: seed)
                .AddActivity<int, int>("Flaky", _ => ++calls > 1 ? calls : throw new TimeoutException("try again"))
                .AddActivity<int, int>("Square", number => number * ++squares);
            Samples.Script = context => Task.WhenAll(
                context.CallActivityAsync<int>("Flaky", 1), context.CallActivityAsync<int>("Square", 2), context.CallActivityAsync<int>("Square", 3));
            await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.Rewindable), null, new StartOrchestrationOptions("a"));
            await host.RunAsync();
            await host.Client.RewindInstanceAsync("a", "try again");
            await host.RunAsync();

            Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.Client.GetInstanceAsync("a"))!.RuntimeStatus);
            Assert.Equal((2, 2), (calls, squares));
        }
    }

    [Fact]
    public async Task FailureThatTheCodeHandled_StaysHandled()
    {
        Samples.Script = async context =>
        {
            await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync("Boom"));
            await context.CallActivityAsync("Append", "instead");
            await context.CallActivityAsync("Flaky", 1);
        };
        await RunAsync(nameof(Samples.Rewindable));
        var before = Host.ActivitiesRun;
        await Client.RewindInstanceAsync("a", "try again");
        await Host.RunAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ReadAsync()).RuntimeStatus);
        Assert.Equal(1, Host.ActivitiesRun - before);
    }

    [Fact]
    public async Task ChildThatCompletedAfterItsParentFailed_AnswersTheRewoundParent()
    {
        Samples.Script = async context =>
        {
            if (context.Parent is null)
            {
                var child = context.CallSubOrchestratorAsync<string>(nameof(Samples.Rewindable), null, Child);
                await context.CallActivityAsync("Flaky", 1);
                Assert.Equal("done", await child);
            }
            else
            {
                await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            }
        };
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await RunAsync(nameof(Samples.Rewindable))).RuntimeStatus);
        await Host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ReadAsync("child")).RuntimeStatus);
        await Client.RewindInstanceAsync("a", "try again");
        await Host.RunAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ReadAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task ChildThatWasTerminated_FailsTheRewoundParentAgain()
    {
        Samples.Script = context => context.Parent is null
            ? context.CallSubOrchestratorAsync(nameof(Samples.Rewindable), null, Child)
            : context.WaitForExternalEvent<string>("never");
        await RunAsync(nameof(Samples.Rewindable));
        await Client.TerminateInstanceAsync("child");
        await Host.RunAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await ReadAsync()).RuntimeStatus);
        await Client.RewindInstanceAsync("a", "try again");
        await Host.RunAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await ReadAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task ChildThatWasPurged_RunsAnew()
    {
        var runs = 0;
        Samples.Script = context => context.Parent is null
            ? context.CallSubOrchestratorAsync(nameof(Samples.Rewindable), null, Child)
            : ++runs == 1 ? throw new TimeoutException("try again") : Task.CompletedTask;
        await RunAsync(nameof(Samples.Rewindable));
        await Client.PurgeInstanceAsync("child");
        await Client.RewindInstanceAsync("a", "try again");
        await Host.RunAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ReadAsync()).RuntimeStatus);
        Assert.Equal(new DurableCounts(Live: 0, Completed: 2, Failed: 0, Terminated: 0), Host.Engine.Counts);
    }

    [Fact]
    public async Task ChildThatTheFailedTurnBegan_IsTheSameCallsChildAfterTheRewind()
    {
        var runs = 0;
        Samples.Script = async context =>
        {
            if (context.Parent is not null)
            {
                runs += context.IsReplaying ? 0 : 1;
                await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                return;
            }

            var child = Task.FromResult("");
            try
            {
                await context.CallActivityAsync("Flaky", 1);
            }
            finally
            {
                child = context.CallSubOrchestratorAsync<string>(nameof(Samples.Rewindable), null, Child);
            }

            await child;
        };
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await RunAsync(nameof(Samples.Rewindable))).RuntimeStatus);
        await Client.RewindInstanceAsync("a", "try again");
        await Host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ReadAsync()).RuntimeStatus);
        Assert.Equal(1, runs);
    }
}
