using LocalFunctions.Storage;
using LocalFunctions.Time;
using LocalFunctions.Work;

namespace LocalFunctions.Tests.Work;

/// <summary>An instant can pass between two looks at a running clock. Then it is neither due nor seen as ready by the first look.</summary>
public sealed class PassingInstantTests
{
    [Fact]
    public async Task InstantThatPassesWhileTheLoopGoesToSleep_IsNotSleptOver()
    {
        using var stopping = new CancellationTokenSource();
        var source = new PassesWhileLookedAt();
        source.Start(stopping.Token);

        await source.HasRun.WaitAsync(TimeSpan.FromSeconds(10));

        await stopping.CancelAsync();
        await source.StoppedAsync();
    }

    [Fact]
    public async Task InstantThatPassesWhileAnAdvanceLooksForTheNext_RunsBeforeTheClockMoves()
    {
        using var store = LocalStore.OpenMemory();
        var clock = new LocalClock(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), frozen: true);
        var source = new PassesBetweenIdleAndDue(clock);

        await new TimeMachine(clock, store, [source]).AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), source.RanAt);
    }

    /// <summary>Looks twice when started; at the second look its instant passes right after the attempt to take.</summary>
    private sealed class PassesWhileLookedAt() : WorkSource<int>("test", concurrency: 1, TimeProvider.System)
    {
        private readonly TaskCompletionSource hasRun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int looks;
        private bool passed;
        private bool taken;

        public Task HasRun => hasRun.Task;

        public override DateTimeOffset? NextDue
        {
            get
            {
                passed |= looks >= 2;
                return null;
            }
        }

        protected override bool HasReady() => passed && !taken;

        protected override bool TryTake(Random? chance, out int item)
        {
            item = 0;
            looks++;
            if (!HasReady())
                return false;
            return taken = true;
        }

        protected override Task RunAsync(int item, CancellationToken stopping)
        {
            hasRun.TrySetResult();
            return Task.CompletedTask;
        }

        protected override void OnFault(int item, Exception fault) => hasRun.TrySetException(fault);
    }

    /// <summary>Idle at the first look, ready as soon as it is asked when it will be, and run by the next look.</summary>
    private sealed class PassesBetweenIdleAndDue(TimeProvider clock) : IWorkSource
    {
        private bool passed;

        public DateTimeOffset? RanAt { get; private set; }

        public string Name => "test";

        public bool IsBusy
        {
            get
            {
                if (!passed || RanAt is not null)
                    return false;
                RanAt = clock.GetUtcNow();
                return true;
            }
        }

        public long Ran => RanAt is null ? 0 : 1;

        public DateTimeOffset? NextDue
        {
            get
            {
                passed = true;
                return null;
            }
        }

        public void Wake()
        {
        }

        public void Start(CancellationToken stopping)
        {
        }

        public Task StoppedAsync() => Task.CompletedTask;

        public Task<bool> RunOneAsync(Random chance, CancellationToken stopping) => Task.FromResult(false);
    }
}
