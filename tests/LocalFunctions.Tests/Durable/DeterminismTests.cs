using LocalFunctions.Durable;

namespace LocalFunctions.Tests.Durable;

public sealed class DeterminismTests : DurableTest
{
    private static readonly Func<TaskOrchestrationContext, Task> Original = async context =>
    {
        await context.CallActivityAsync("Append", "one");
        await context.WaitForExternalEvent<string>("Go");
        await context.CallActivityAsync("Append", "two");
    };

    [Fact]
    public async Task SameCode_AfterARestart_GoesOn()
    {
        await BeginAsync();
        await GoOnWithAsync(Original);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ReadAsync()).RuntimeStatus);
    }

    [Fact]
    public Task AnotherActivity_IsNamed() => RefusesAsync(
        async context =>
        {
            await context.CallActivityAsync("Square", 1);
            await context.WaitForExternalEvent<string>("Go");
        },
        "in turn 1 the history has activity 'Append' (#0), but the code now has activity 'Square' (#0)");

    [Fact]
    public Task AnActivityThatIsGone_IsNamed() => RefusesAsync(
        context => context.WaitForExternalEvent<string>("Go"),
        "in turn 1 the history has activity 'Append' (#0), but the code now has nothing more");

    [Fact]
    public Task AnAddedTimer_IsNamed() => RefusesAsync(
        async context =>
        {
            await context.CallActivityAsync("Append", "one");
            await context.WaitForExternalEvent<string>("Go", TimeSpan.FromDays(1));
        },
        "in turn 2 the history has nothing more, but the code now has a timer (#1)");

    [Fact]
    public Task AnEarlierEnd_IsNamed() => RefusesAsync(
        context => context.CallActivityAsync("Append", "one"),
        "in turn 2 the history has nothing more, but the code now has the end");

    [Fact]
    public async Task RecordedHistory_IsReplayedAgainstTodaysCode()
    {
        await BeginAsync();
        await Client.RaiseEventAsync("a", "Go", "now");
        await Host.RunAsync();
        var recorded = Host.Engine.ExportHistory("a")!;

        var today = NewHost();
        Assert.Null(today.Engine.Replay(recorded));
        Samples.Changes = async context =>
        {
            await context.CallActivityAsync("Append", "one");
            await context.CallActivityAsync("Append", "two");
        };
        Assert.Contains("in turn 2", today.Engine.Replay(recorded));
    }

    private async Task BeginAsync()
    {
        Samples.Changes = Original;
        await RunAsync(nameof(Samples.Changing));
    }

    private async Task GoOnWithAsync(Func<TaskOrchestrationContext, Task> code)
    {
        Samples.Changes = code;
        Host.Restart();
        await Client.RaiseEventAsync("a", "Go", "now");
        await Host.RunAsync();
    }

    private async Task RefusesAsync(Func<TaskOrchestrationContext, Task> code, string message)
    {
        await BeginAsync();
        await GoOnWithAsync(code);
        var failed = await ReadAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Contains(message, failed.FailureDetails!.ErrorMessage);
    }
}
