using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Durable.Testing;

namespace LocalFunctions.Tests.Durable;

public sealed class WaitTests : DurableTest
{
    private const OrchestrationRuntimeStatus Running = OrchestrationRuntimeStatus.Running;

    [Fact]
    public async Task Wait_ForStartAndCompletion_CompletesWithTheChange()
    {
        var started = Client.WaitForInstanceStartAsync("a");
        var ended = Client.WaitForInstanceCompletionAsync("a", getInputsAndOutputs: true);
        await RunAsync(nameof(Samples.EventOrDeadline));
        Assert.Equal(Running, (await started).RuntimeStatus);
        Assert.False(ended.IsCompleted);
        await Host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal("late", (await ended).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Wait_ThatIsCancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        var wait = Client.WaitForInstanceCompletionAsync("nobody", cancelled.Token);
        cancelled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task Wait_ThatIsOver_IsForgotten()
    {
        await RunAsync(nameof(Samples.Chain), "x");
        await Client.WaitForInstanceCompletionAsync("a");
        using var cancelled = new CancellationTokenSource();
        var one = Client.WaitForInstanceCompletionAsync("nobody", cancelled.Token);
        var other = Client.WaitForInstanceStartAsync("nobody", cancelled.Token);
        Assert.Equal(1, Host.Engine.Waiters.Count);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        Assert.Equal(0, Host.Engine.Waiters.Count);
    }
}
