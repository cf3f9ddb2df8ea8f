using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;

namespace LocalFunctions.Tests.Durable;

public sealed class TimerSourceTests : DurableTest
{
    [Fact]
    public async Task TimersThatCannotBeFired_AreTriedAgainAfterAPauseAndNotWithoutEnd()
    {
        Samples.Script = context => context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
        await RunAsync(nameof(Samples.Rewindable));
        await Host.Store.WriteAsync(transaction => transaction.Execute(
            "CREATE TRIGGER full BEFORE DELETE ON durable_timers BEGIN SELECT RAISE(ABORT, 'full'); END"));
        Host.Clock.MoveTo(Host.Clock.GetUtcNow() + TimeSpan.FromMinutes(1));
        var timers = Host.Engine.Sources.OfType<TimerSource>().Single();

        Assert.True(await timers.RunOneAsync(new Random(1), CancellationToken.None));
        Assert.False(await timers.RunOneAsync(new Random(1), CancellationToken.None));
        Assert.True(timers.IsBusy);
        await Host.Store.WriteAsync(transaction => transaction.Execute("DROP TRIGGER full"));
        await Host.RunAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await ReadAsync()).RuntimeStatus);
    }
}
