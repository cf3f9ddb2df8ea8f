using LocalFunctions.Time;

namespace LocalFunctions.Tests.Work;

public sealed class LocalClockTests
{
    [Fact]
    public async Task Timer_WhoseEndAMoveBroughtNear_EndsInTheRealTimeThatIsLeft()
    {
        var clock = new LocalClock();
        var pause = Task.Delay(TimeSpan.FromHours(1), clock);

        clock.MoveTo(clock.GetUtcNow() + TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(200));
        Assert.False(pause.IsCompleted);

        await pause.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, clock.Waits.Count);
    }

    [Fact]
    public async Task Timer_ThatAMovePasses_EndsAtOnce()
    {
        var clock = new LocalClock();
        var pause = Task.Delay(TimeSpan.FromHours(1), clock);

        Assert.Equal(1, clock.Waits.Count);
        clock.MoveTo(clock.Waits.First!.Value);

        await pause.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((0, null), clock.Waits);
    }
}
