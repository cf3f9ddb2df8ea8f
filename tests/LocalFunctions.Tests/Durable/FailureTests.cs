using LocalFunctions.Durable;

namespace LocalFunctions.Tests.Durable;

public sealed class FailureTests : DurableTest
{
    [Fact]
    public async Task Failure_KeepsTypeMessageAndInnerFailure()
    {
        var failed = await RunAsync(nameof(Samples.Fails));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        var details = failed.FailureDetails!;
        Assert.True(details.IsCausedBy<TaskFailedException>());
        Assert.Equal("Task 'Boom' (#0) failed with an unhandled exception: boom", details.ErrorMessage);
        Assert.True(details.InnerFailure!.IsCausedBy<InvalidOperationException>());
        Assert.False(details.InnerFailure.IsCausedBy<ArgumentException>());
        Assert.True(details.InnerFailure.InnerFailure!.IsCausedBy<ArgumentException>());
    }

    [Fact]
    public async Task RetryPolicy_WaitsWithBackOff_UntilItSucceeds()
    {
        await RunAsync(nameof(Samples.Retries), 3);
        foreach (var (wait, calls) in new[] { (10, 2), (20, 3), (30, 4) })
        {
            await Host.AdvanceAsync(TimeSpan.FromSeconds(wait) - TimeSpan.FromTicks(1));
            Assert.Equal(calls - 1, FlakyCalls);
            await Host.AdvanceAsync(TimeSpan.FromTicks(1));
            Assert.Equal(calls, FlakyCalls);
        }

        Assert.Equal(4, (await ReadAsync()).ReadOutputAs<int>());
    }

    [Fact]
    public async Task RetryPolicy_WhenAttemptsAreUsedUp_FailsAtOnce()
    {
        await RunAsync(nameof(Samples.Retries), 4);
        await Host.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(4, FlakyCalls);
        Assert.Equal("try again", (await ReadAsync()).FailureDetails!.InnerFailure!.ErrorMessage);
    }

    [Fact]
    public async Task RetryPolicy_ForAFailureItDoesNotHandle_DoesNotRetry()
    {
        await RunAsync(nameof(Samples.Retries), 99);
        Assert.Equal(1, FlakyCalls);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await ReadAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task RetryHandler_DecidesAndMayWait()
    {
        await RunAsync(nameof(Samples.RetriesByHandler), 2);
        await Host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, FlakyCalls);
        await Host.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(3, (await ReadAsync()).ReadOutputAs<int>());
    }

    [Fact]
    public async Task RetryHandler_ThatRefuses_LetsTheFailureThrough()
    {
        await RunAsync(nameof(Samples.RetriesByHandler), 7);
        await Host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(3, FlakyCalls);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await ReadAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task Activity_ThatDoesNotExist_FailsWithoutRetryAndIsNamed()
    {
        var failed = await RunAsync(nameof(Samples.CallsUnknown));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Contains("'NoSuchActivity' doesn't exist", failed.FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task Orchestrator_ThatDoesNotExist_IsRefusedAtTheStart()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => Client.ScheduleNewOrchestrationInstanceAsync("Nope"));
        Assert.Contains("'Nope' doesn't exist", refused.Message);
    }

    [Theory]
    [InlineData(nameof(Samples.AwaitsForeign))]
    [InlineData(nameof(Samples.LeavesThread))]
    public async Task Await_OfSomethingThatIsNotDurable_FailsAndSaysSo(string orchestrator)
    {
        var failed = await RunAsync(orchestrator);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Contains("may only await tasks made by its context", failed.FailureDetails!.ErrorMessage);
    }
}
