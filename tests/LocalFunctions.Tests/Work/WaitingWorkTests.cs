using LocalFunctions.Storage;
using LocalFunctions.Time;
using LocalFunctions.Work;

namespace LocalFunctions.Tests.Work;

/// <summary>Work that pauses on the host's clock: an advance takes the end of the pause for a due time and does not sit it out.</summary>
public sealed class WaitingWorkTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly LocalStore store = LocalStore.OpenMemory();
    private readonly LocalClock clock = new(Start);
    private readonly CancellationTokenSource stopping = new();

    [Fact]
    public async Task AdvancePastPauses_EndsThemInTheirOrder()
    {
        var (machine, source) = Run(2, async item =>
        {
            await Task.Delay(TimeSpan.FromHours(item), clock);
            await Task.Delay(TimeSpan.FromMinutes(30), clock);
        });

        await machine.AdvanceAsync(TimeSpan.FromHours(4)).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal([(1, 90), (2, 150)], source.Ended.Select(end => (end.Item, (int)(end.At - Start).TotalMinutes)));
    }

    [Fact]
    public async Task AdvanceThatEndsBeforeAPause_LeavesItForLater()
    {
        var (machine, source) = Run(1, _ => Task.Delay(TimeSpan.FromHours(1), clock));
        // On a busy machine it could begin after the clock has moved.
        while (clock.Waits.Count == 0)
            await Task.Delay(1);

        await machine.AdvanceAsync(TimeSpan.FromMinutes(59)).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Empty(source.Ended);

        await machine.AdvanceAsync(TimeSpan.FromMinutes(1)).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Single(source.Ended);
    }

    [Fact]
    public async Task WorkThatWaitsForSomethingElse_IsWaitedFor_ThoughOtherWorkPauses()
    {
        var (machine, source) = Run(2, item => item == 1 ? Task.Delay(TimeSpan.FromMilliseconds(200)) : Task.Delay(TimeSpan.FromHours(1), clock));

        await machine.AdvanceAsync(TimeSpan.FromDays(1)).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal([1, 2], source.Ended.Select(end => end.Item));
        Assert.InRange(source.Ended[0].At, Start, Start + TimeSpan.FromMinutes(1));
    }

    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
        store.Dispose();
    }

    private (TimeMachine Machine, Items Source) Run(int count, Func<int, Task> work)
    {
        var source = new Items(count, clock, work);
        source.Start(stopping.Token);
        return (new TimeMachine(clock, store, [source]), source);
    }

    /// <summary>Items 1, 2, … which all may run at once.</summary>
    private sealed class Items(int count, LocalClock clock, Func<int, Task> work) : WorkSource<int>("items", count, clock)
    {
        private readonly LocalClock time = clock;
        private readonly int most = count;
        private readonly Lock gate = new();
        private readonly List<(int, DateTimeOffset)> ended = [];
        private int taken;

        public IReadOnlyList<(int Item, DateTimeOffset At)> Ended
        {
            get
            {
                lock (gate)
                    return [.. ended];
            }
        }

        public override DateTimeOffset? NextDue => null;

        protected override bool HasReady() => Volatile.Read(ref taken) < most;

        protected override bool TryTake(Random? chance, out int item)
        {
            item = taken + 1;
            if (taken == most)
                return false;
            Volatile.Write(ref taken, item);
            return true;
        }

        protected override async Task RunAsync(int item, CancellationToken stopping)
        {
            await work(item);
            lock (gate)
                ended.Add((item, time.GetUtcNow()));
        }

        protected override void OnFault(int item, Exception fault) => throw new InvalidOperationException("An item failed.", fault);
    }
}
