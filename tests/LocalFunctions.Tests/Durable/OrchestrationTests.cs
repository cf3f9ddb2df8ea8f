using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;

namespace LocalFunctions.Tests.Durable;

public sealed class OrchestrationTests : DurableTest
{
    [Fact]
    public async Task Activities_InAChain_PassTheirResults()
    {
        var done = await RunAsync(nameof(Samples.Chain), "a");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, done.RuntimeStatus);
        Assert.Equal("a!!!", done.ReadOutputAs<string>());
        Assert.Equal("a", done.ReadInputAs<string>());
    }

    [Fact]
    public async Task Input_ComesByGetInputToo() => Assert.Equal(42, (await RunAsync(nameof(Samples.GetsInput), 41)).ReadOutputAs<int>());

    [Fact]
    public async Task Input_OfTheWrongType_FailsTheOrchestration()
    {
        var failed = await RunAsync(nameof(Samples.FanOut), "no number");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Equal("System.Text.Json.JsonException", failed.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task FanOut_JoinsAllResults() => Assert.Equal(338350, (await RunAsync(nameof(Samples.FanOut), 100)).ReadOutputAs<int>());

    [Fact]
    public async Task Timer_FiresAtItsInstant_AndNotBefore()
    {
        await RunAsync(nameof(Samples.Sleeps), TimeSpan.FromDays(30));
        await Host.AdvanceAsync(TimeSpan.FromDays(30) - TimeSpan.FromTicks(1));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await ReadAsync()).RuntimeStatus);
        await Host.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.Equal(new DateTime(2030, 1, 31, 0, 0, 0, DateTimeKind.Utc), (await ReadAsync()).ReadOutputAs<DateTime>());
    }

    [Fact]
    public async Task Timer_InThePast_FiresAtOnce() =>
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await RunAsync(nameof(Samples.Sleeps), TimeSpan.FromDays(-1))).RuntimeStatus);

    [Fact]
    public async Task Deadline_WithoutEvent_Wins()
    {
        await RunAsync(nameof(Samples.EventOrDeadline));
        await Host.AdvanceAsync(TimeSpan.FromMinutes(30));
        Assert.Equal("late", (await ReadAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Event_BeforeTheDeadline_CancelsTheTimer()
    {
        await RunAsync(nameof(Samples.EventOrDeadline));
        await Client.RaiseEventAsync("a", "paid", "yes");
        await Host.RunAsync();
        Assert.Equal("yes", (await ReadAsync()).ReadOutputAs<string>());
        Assert.All(Host.Engine.Sources, source => Assert.Null(source.NextDue));
    }

    [Fact]
    public async Task Event_AfterTheWaitTimedOut_IsKeptForTheNextWait()
    {
        await RunAsync(nameof(Samples.WaitsWithTimeout));
        await Host.AdvanceAsync(TimeSpan.FromMinutes(2));
        await Client.RaiseEventAsync("a", "Paid", "late");
        await Host.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal("second:late", (await ReadAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Event_AfterTheWaitTimedOut_IsLostAsByTheRealSdk_WhenAskedFor()
    {
        NewHost(new DurableOptions { CancelledWaitsTakeEvents = true });
        await RunAsync(nameof(Samples.WaitsWithTimeout));
        await Host.AdvanceAsync(TimeSpan.FromMinutes(2));
        await Client.RaiseEventAsync("a", "Paid", "late");
        await Host.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await ReadAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task Events_BeforeTheWait_AreBufferedInOrder()
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.Collects), new StartOrchestrationOptions("a"));
        await Client.RaiseEventAsync("a", "number", 1);
        await Client.RaiseEventAsync("a", "Number", 2);
        await Host.RunAsync();
        Assert.Equal("1,2", (await ReadAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Event_ForAnotherName_IsNotTaken()
    {
        await RunAsync(nameof(Samples.Collects));
        await Client.RaiseEventAsync("a", "Nomber", 1);
        await Host.RunAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await ReadAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task ContinueAsNew_KeepsUnprocessedEvents_AndClearsTheHistory()
    {
        await RunAsync(nameof(Samples.Counts), 0);
        for (var i = 1; i <= 10; i++)
            await Client.RaiseEventAsync("a", "Add", i);
        await Client.RaiseEventAsync("a", "Add", 0);
        await Host.RunAsync();
        var done = await ReadAsync();
        Assert.Equal(55, done.ReadOutputAs<int>());
        Assert.Equal(55, done.ReadInputAs<int>());
        Assert.Equal("""{"Count":55}""", done.SerializedCustomStatus);
        Assert.Equal(1, Host.Store.Read(session => session.Scalar("SELECT count(*) FROM durable_history")));
    }

    [Fact]
    public async Task ContinueAsNew_ToldNotToKeepEvents_DropsThem()
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.ForgetsEvents), new StartOrchestrationOptions("a"));
        await Client.RaiseEventAsync("a", "Other", "early");
        await Client.RaiseEventAsync("a", "Go", "now");
        await Host.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("none", (await ReadAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task SubOrchestration_GivesItsResult_AndKnowsItsParent()
    {
        var done = await RunAsync(nameof(Samples.Parent), "x");
        Assert.Equal("parent of x! under a", done.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ReadAsync("a-child")).RuntimeStatus);
    }

    [Fact]
    public async Task SubOrchestration_ThatFails_FailsItsParentWithTheCause()
    {
        var failed = await RunAsync(nameof(Samples.Parent), "fail");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Equal("child fails", failed.FailureDetails!.InnerFailure!.ErrorMessage);
    }

    [Fact]
    public async Task SubOrchestration_WithRetry_IsReplacedByTheNextAttempt()
    {
        await RunAsync(nameof(Samples.RetriesChild));
        await Host.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal("flaky 3", (await ReadAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task SubOrchestration_WithTheIdOfALiveInstance_FailsTheCall()
    {
        await RunAsync(nameof(Samples.EventOrDeadline), id: "a-child");
        var failed = await RunAsync(nameof(Samples.Parent), "x");
        Assert.True(failed.FailureDetails!.InnerFailure!.IsCausedBy<OrchestrationAlreadyExistsException>());
    }

    [Fact]
    public async Task SendEvent_ReachesAnotherInstance()
    {
        await RunAsync(nameof(Samples.EventOrDeadline), id: "friend");
        await RunAsync(nameof(Samples.Sends), "friend");
        Assert.Equal("by friend", (await ReadAsync("friend")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Guids_AreTheSameAtEachReplay_AndDiffer()
    {
        var ids = (await RunAsync(nameof(Samples.Identity))).ReadOutputAs<string[]>()!;
        Assert.NotEqual(ids[0], ids[1]);
        Assert.Equal('5', ids[0][14]);
        Host.Restart();
        Assert.Null(Host.Engine.Replay(Host.Engine.ExportHistory("a")!));
    }

    [Theory]
    [InlineData("2.0", "1")]
    [InlineData("1.4", "-1")]
    public async Task Version_OfTheStart_IsSeenByTheCode(string version, string comparedTo15)
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.Identity), new StartOrchestrationOptions("a") { Version = version });
        await Host.RunAsync();
        var seen = (await ReadAsync()).ReadOutputAs<string[]>()!;
        Assert.Equal([version, nameof(Samples.Identity), comparedTo15], seen[2..]);
    }

    [Fact]
    public async Task Version_WhenNoneIsGiven_IsTheDefault()
    {
        NewHost(new DurableOptions { DefaultVersion = "1.5" });
        Assert.Equal(["1.5", nameof(Samples.Identity), "0"], (await RunAsync(nameof(Samples.Identity))).ReadOutputAs<string[]>()![2..]);
    }

    [Fact]
    public async Task ReplaySafeLogger_WritesEachLineOnce()
    {
        await RunAsync(nameof(Samples.Logs));
        Assert.Equal(["before", "after"], Log);
    }

    [Fact]
    public async Task History_ThatGrowsTooLong_FailsAndSaysWhatToDo()
    {
        NewHost(new DurableOptions { MaxHistoryEvents = 50 });
        var failed = await RunAsync(nameof(Samples.Long), 1000);
        Assert.Contains("ContinueAsNew", failed.FailureDetails!.ErrorMessage);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await RunAsync(nameof(Samples.Long), 10, "short")).RuntimeStatus);
    }

    [Fact]
    public async Task Payload_ThatIsTooLarge_IsRefusedAtTheStart()
    {
        NewHost(new DurableOptions { MaxPayloadLength = 100 });
        await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(nameof(Samples.Chain), new string('x', 100)));
    }
}
