using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Durable.Testing;

namespace LocalFunctions.Tests.Durable;

public sealed class ClientTests : DurableTest
{
    private const OrchestrationRuntimeStatus Pending = OrchestrationRuntimeStatus.Pending;
    private const OrchestrationRuntimeStatus Running = OrchestrationRuntimeStatus.Running;
    private const OrchestrationRuntimeStatus Suspended = OrchestrationRuntimeStatus.Suspended;
    private const OrchestrationRuntimeStatus Completed = OrchestrationRuntimeStatus.Completed;
    private const OrchestrationRuntimeStatus Failed = OrchestrationRuntimeStatus.Failed;
    private const OrchestrationRuntimeStatus Terminated = OrchestrationRuntimeStatus.Terminated;

    [Fact]
    public async Task Start_WithDedupeOfLiveStatuses_RefusesALiveInstance()
    {
        await RunAsync(nameof(Samples.EventOrDeadline));
        var refused = await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => StartAsync(Pending, Running, Suspended));
        Assert.Equal("An Orchestration instance with the ID a already exists.", refused.Message);
        Assert.Equal(nameof(Samples.EventOrDeadline), (await ReadAsync()).Name);
    }

    [Fact]
    public async Task Start_WithDedupeOfLiveStatuses_ReplacesAnEndedInstance()
    {
        await RunAsync(nameof(Samples.Fails));
        await StartAsync(Pending, Running, Suspended);
        await Host.RunAsync();
        var done = await ReadAsync();
        Assert.Equal((nameof(Samples.Chain), Completed, null), (done.Name, done.RuntimeStatus, done.FailureDetails));
        Assert.Equal(new DurableCounts(Live: 0, Completed: 1, Failed: 0, Terminated: 0), Host.Engine.Counts);
    }

    [Fact]
    public async Task Start_WithoutDedupe_RefusesALiveInstanceAndReplacesAnEndedOne()
    {
        await RunAsync(nameof(Samples.EventOrDeadline));
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => RunAsync(nameof(Samples.Chain), "x"));
        await Host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal("x!!!", (await RunAsync(nameof(Samples.Chain), "x")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Start_WithEmptyDedupe_ReplacesALiveInstance_AndItsTimerFiresForNobody()
    {
        await RunAsync(nameof(Samples.EventOrDeadline));
        await StartAsync();
        await Host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal("x!!!", (await ReadAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Start_WithDedupeOfTerminatedButNotOfLive_IsContradictory() =>
        await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(Terminated, Running));

    [Theory]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("")]
    [InlineData("@a")]
    public async Task Start_WithAnIdThatAzureRefuses_IsRefused(string id) =>
        await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(nameof(Samples.Chain), "x", id));

    [Fact]
    public async Task Start_Later_StaysPendingUntilThen()
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(Samples.Chain), "x", new StartOrchestrationOptions("a", OrchestrationTestHost.Start.AddHours(1)));
        await Host.AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Equal(Pending, (await ReadAsync()).RuntimeStatus);
        await Host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Completed, (await ReadAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task RaiseEvent_BeforeADelayedStart_IsKept()
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(Samples.EventOrDeadline), null, new StartOrchestrationOptions("a", OrchestrationTestHost.Start.AddHours(1)));
        await Client.RaiseEventAsync("a", "Paid", "early");
        await Host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal("early", (await ReadAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task RaiseEvent_ToNobodyOrToAnEndedInstance_IsDropped()
    {
        await Client.RaiseEventAsync("nobody", "Paid", 1);
        await RunAsync(nameof(Samples.Chain), "x");
        await Client.RaiseEventAsync("a", "Paid", 1);
        await Host.RunAsync();
        Assert.Equal("x!!!", (await ReadAsync()).ReadOutputAs<string>());
        Assert.Equal(0, Host.Store.Read(session => session.Scalar("SELECT count(*) FROM durable_inbox")));
    }

    [Fact]
    public async Task Terminate_EndsWithTheOutput_AndLeavesChildren()
    {
        await RunAsync(nameof(Samples.Parent), "wait");
        await Client.TerminateInstanceAsync("a", "stopped");
        await Host.RunAsync();
        Assert.Equal((Terminated, "stopped"), ((await ReadAsync()).RuntimeStatus, (await ReadAsync()).ReadOutputAs<string>()));
        Assert.Equal(Running, (await ReadAsync("a-child")).RuntimeStatus);
    }

    [Fact]
    public async Task Terminate_Recursively_EndsChildrenToo()
    {
        await RunAsync(nameof(Samples.Parent), "wait");
        await Client.TerminateInstanceAsync("a", new TerminateInstanceOptions("stopped", Recursive: true));
        await Host.RunAsync();
        Assert.Equal(Terminated, (await ReadAsync("a-child")).RuntimeStatus);
    }

    [Fact]
    public async Task Terminate_OfAChild_FailsTheParentsCall()
    {
        await RunAsync(nameof(Samples.Parent), "wait");
        await Client.TerminateInstanceAsync("a-child");
        await Host.RunAsync();
        Assert.Contains("was terminated", (await ReadAsync()).FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task Suspend_HoldsEventsAndTimers_UntilResume()
    {
        await RunAsync(nameof(Samples.Collects));
        await Client.SuspendInstanceAsync("a", "for a test");
        await Client.RaiseEventAsync("a", "Number", 1);
        await Client.RaiseEventAsync("a", "Number", 2);
        await Host.RunAsync();
        Assert.Equal(Suspended, (await ReadAsync()).RuntimeStatus);
        Host.Restart();
        await Client.ResumeInstanceAsync("a");
        await Host.RunAsync();
        Assert.Equal("1,2", (await ReadAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Rewind_RunsTheFailedActivityAgain_AndOnlyThat()
    {
        Samples.Script = async context =>
        {
            await context.CallActivityAsync("Append", "once");
            await context.CallActivityAsync("Flaky", 1);
        };
        Assert.Equal(Failed, (await RunAsync(nameof(Samples.Rewindable))).RuntimeStatus);
        var before = Host.ActivitiesRun;
        await Client.RewindInstanceAsync("a", "try again");
        await Host.RunAsync();
        var done = await ReadAsync();
        Assert.Equal((Completed, null), (done.RuntimeStatus, done.FailureDetails));
        Assert.Equal((1, 2), (Host.ActivitiesRun - before, FlakyCalls));
        Assert.Equal(new DurableCounts(Live: 0, Completed: 1, Failed: 0, Terminated: 0), Host.Engine.Counts);
    }

    [Fact]
    public async Task Rewind_OfAFailedChild_ReachesIntoTheChild()
    {
        Samples.Script = async context =>
        {
            if (context.Parent is null)
                await context.CallSubOrchestratorAsync(nameof(Samples.Rewindable), null, new SubOrchestrationOptions(instanceId: "child"));
            else
                await context.CallActivityAsync("Flaky", 1);
        };
        Assert.Equal(Failed, (await RunAsync(nameof(Samples.Rewindable))).RuntimeStatus);
        await Client.RewindInstanceAsync("a", "try again");
        await Host.RunAsync();
        Assert.Equal((Completed, Completed), ((await ReadAsync()).RuntimeStatus, (await ReadAsync("child")).RuntimeStatus));
    }

    [Fact]
    public async Task Rewind_OfWhatHasNotFailed_IsRefused()
    {
        await RunAsync(nameof(Samples.Chain), "x");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Client.RewindInstanceAsync("a", "why"));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.RewindInstanceAsync("nobody", "why"));
    }

    [Fact]
    public async Task Restart_BeginsAgainWithTheSameInput_UnderTheSameOrANewId()
    {
        await RunAsync(nameof(Samples.Chain), "x");
        Assert.Equal("a", await Client.RestartAsync("a"));
        Assert.Equal(Pending, (await ReadAsync()).RuntimeStatus);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Client.RestartAsync("a"));
        var copy = await Client.RestartAsync("a", restartWithNewInstanceId: true);
        await Host.RunAsync();
        Assert.Equal(("x!!!", "x!!!"), ((await ReadAsync()).ReadOutputAs<string>(), (await ReadAsync(copy)).ReadOutputAs<string>()));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.RestartAsync("nobody"));
    }

    [Fact]
    public async Task Query_FiltersByStatusPrefixAndTime_PageByPage()
    {
        for (var i = 0; i < 5; i++)
            await RunAsync(nameof(Samples.Chain), "x", $"done-{i}");
        await Host.AdvanceAsync(TimeSpan.FromHours(1));
        for (var i = 0; i < 5; i++)
            await RunAsync(nameof(Samples.EventOrDeadline), id: $"live-{i}");

        Assert.Equal(10, (await FindAsync(new OrchestrationQuery(PageSize: 3))).Count);
        Assert.Equal(5, (await FindAsync(new OrchestrationQuery(Statuses: [Completed], PageSize: 2))).Count);
        Assert.Equal(5, (await FindAsync(new OrchestrationQuery(InstanceIdPrefix: "live-"))).Count);
        Assert.Equal(5, (await FindAsync(new OrchestrationQuery(CreatedTo: OrchestrationTestHost.Start))).Count);
        Assert.Empty(await FindAsync(new OrchestrationQuery(Statuses: [Failed])));
        Assert.Throws<InvalidOperationException>(() => FindAsync(new OrchestrationQuery()).Result[0].ReadInputAs<string>());
        var pages = Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: 4)).AsPages();
        Assert.Equal([4, 4, 2], await pages.Select(page => page.Values.Count).ToListAsync());
    }

    [Fact]
    public async Task Purge_RemovesAnEndedInstance_AndKeepsALiveOne()
    {
        await RunAsync(nameof(Samples.Chain), "x", "done");
        await RunAsync(nameof(Samples.EventOrDeadline), id: "live");
        Assert.Equal(1, (await Client.PurgeInstanceAsync("done")).PurgedInstanceCount);
        Assert.Equal(0, (await Client.PurgeInstanceAsync("live")).PurgedInstanceCount);
        Assert.Equal(0, (await Client.PurgeInstanceAsync("done")).PurgedInstanceCount);
        Assert.Null(await Client.GetInstanceAsync("done"));
        Assert.Equal(1, Host.Engine.Counts.Live);
    }

    [Fact]
    public async Task Purge_Recursively_RemovesChildren()
    {
        await RunAsync(nameof(Samples.Parent), "x");
        Assert.Equal(2, (await Client.PurgeInstanceAsync("a", new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);
        Assert.Empty(await FindAsync(new OrchestrationQuery()));
        foreach (var table in new[] { "history", "inbox", "timers", "activities" })
            Assert.Equal(0, Host.Store.Read(session => session.Scalar($"SELECT count(*) FROM durable_{table}")));
    }

    [Fact]
    public async Task Purge_ByFilter_TakesOnlyWhatIsOldAndEnded()
    {
        await RunAsync(nameof(Samples.Chain), "x", "old");
        await RunAsync(nameof(Samples.Fails), id: "old-failed");
        await RunAsync(nameof(Samples.Counts), 0, "old-live");
        await Host.AdvanceAsync(TimeSpan.FromDays(31));
        await RunAsync(nameof(Samples.Chain), "x", "new");
        var purged = await Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(CreatedTo: Host.Clock.GetUtcNow().AddDays(-30), Statuses: [Completed]));
        Assert.Equal((1, true), (purged.PurgedInstanceCount, purged.IsComplete));
        Assert.Equal(["old-failed", "old-live", "new"], (await FindAsync(new OrchestrationQuery())).Select(one => one.InstanceId));
        Assert.Equal(new DurableCounts(Live: 1, Completed: 1, Failed: 1, Terminated: 0), Host.Engine.Counts);
    }

    [Fact]
    public async Task Tags_AreKept()
    {
        var options = new StartOrchestrationOptions("a") { Tags = new Dictionary<string, string> { ["order"] = "7" } };
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.Chain), "x", options);
        Assert.Equal("7", (await ReadAsync()).Tags["order"]);
    }

    private Task StartAsync(params OrchestrationRuntimeStatus[] dedupe) => Client.ScheduleNewOrchestrationInstanceAsync(
        nameof(Samples.Chain), "x", new StartOrchestrationOptions("a").WithDedupeStatuses(dedupe));

    private async Task<List<OrchestrationMetadata>> FindAsync(OrchestrationQuery query) =>
        await Client.GetAllInstancesAsync(query).ToListAsync();
}
