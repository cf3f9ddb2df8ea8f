using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using LocalFunctions.Tests.Messaging;
using LocalFunctions.Time;

namespace LocalFunctions.Tests.Timers;

public sealed partial class TimerTests
{
    private static readonly DateTimeOffset Start = SteppedHost.Start;

    [Fact]
    public async Task IdleYear_WithATimerEveryMinute_IsNoStepAndOneRun()
    {
        using var host = new SteppedHost();
        var app = new EveryMinute();
        var machine = host.Run(app);

        var result = await machine.AdvanceAsync(TimeSpan.FromDays(365));

        Assert.Equal((0, 1), (result.Steps, result.Ran));
        Assert.Equal(Start.AddDays(365), result.Now);
        Assert.True(Assert.Single(app.Runs).IsPastDue);
    }

    [Fact]
    public async Task Timer_RidesAlongWhereTheClockStops()
    {
        using var host = new SteppedHost(new MessagingTopology().Queue("work"));
        var at = new List<double>();
        var app = new EveryMinute { OnRun = () => at.Add((host.Clock.GetUtcNow() - Start).TotalMinutes) };
        var machine = host.Run(app);
        foreach (var minutes in new[] { 10, 20, 20, 30 })
            await host.Bus.ScheduleAsync("work", Start.AddMinutes(minutes), new ServiceBusMessage("x"));

        var result = await machine.AdvanceAsync(TimeSpan.FromMinutes(40));

        Assert.Equal(3, result.Steps);
        Assert.Equal([10, 20, 30, 40], at);
    }

    [Fact]
    public async Task Timer_ThatIsNotDue_DoesNotRun()
    {
        using var host = new SteppedHost();
        var app = new Nightly();
        var machine = host.Run(app);

        await machine.AdvanceAsync(TimeSpan.FromHours(16));
        Assert.Empty(app.Runs);
        await machine.AdvanceAsync(TimeSpan.FromHours(1));

        var run = Assert.Single(app.Runs);
        Assert.False(run.IsPastDue);
        Assert.Equal(Start.Date.AddDays(1).AddHours(2), run.ScheduleStatus!.Next);
    }

    [Fact]
    public async Task MissedWhileTheHostWasDown_IsCaughtUpOnce()
    {
        using var store = LocalStore.OpenMemory();
        var first = new Nightly();
        using (var host = new SteppedHost(store: store, clock: new LocalClock(Start, frozen: true)))
            await host.Run(first).AdvanceAsync(TimeSpan.FromHours(17));
        Assert.Single(first.Runs);

        var second = new Nightly();
        using var later = new SteppedHost(store: store, clock: new LocalClock(Start.AddDays(5), frozen: true));
        var machine = later.Run(second);
        await machine.AdvanceAsync(TimeSpan.Zero);
        await machine.AdvanceAsync(TimeSpan.FromMinutes(1));

        var run = Assert.Single(second.Runs);
        Assert.True(run.IsPastDue);
        Assert.Equal(Start.AddHours(17).UtcDateTime, run.ScheduleStatus!.Last);
    }

    [Fact]
    public async Task CutShortByTheHostsStop_IsCaughtUpToo()
    {
        using var store = LocalStore.OpenMemory();
        using var stop = new CancellationTokenSource();
        using (var host = new SteppedHost(store: store, clock: new LocalClock(Start, frozen: true)))
        {
            var machine = host.Run(new CutShort { Stop = stop });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => machine.AdvanceAsync(TimeSpan.FromHours(17), stop.Token));
        }

        var app = new CutShort();
        using var later = new SteppedHost(store: store, clock: new LocalClock(Start.AddHours(18), frozen: true));
        await later.Run(app).AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(1, app.Finished);
    }

    [Fact]
    public async Task MissedBeforeItsFirstRun_IsCaughtUpToo()
    {
        using var store = LocalStore.OpenMemory();
        using (var host = new SteppedHost(store: store, clock: new LocalClock(Start, frozen: true)))
            await host.Run(new Nightly()).AdvanceAsync(TimeSpan.Zero);

        var app = new Nightly();
        using var later = new SteppedHost(store: store, clock: new LocalClock(Start.AddDays(1), frozen: true));
        await later.Run(app).AdvanceAsync(TimeSpan.Zero);

        Assert.True(Assert.Single(app.Runs).IsPastDue);
    }

    [Fact]
    public async Task Unmonitored_CatchesNothingUp()
    {
        using var store = LocalStore.OpenMemory();
        using (var host = new SteppedHost(store: store, clock: new LocalClock(Start, frozen: true)))
            await host.Run(new Forgetful()).AdvanceAsync(TimeSpan.Zero);

        var app = new Forgetful();
        using var later = new SteppedHost(store: store, clock: new LocalClock(Start.AddDays(5), frozen: true));
        var machine = later.Run(app);
        await machine.AdvanceAsync(TimeSpan.Zero);
        Assert.Empty(app.Runs);
        await machine.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Null(Assert.Single(app.Runs).ScheduleStatus);
    }

    [Fact]
    public async Task RunOnStartup_RunsAtEachStart()
    {
        using var store = LocalStore.OpenMemory();
        for (var start = 0; start < 2; start++)
        {
            var app = new AtStart();
            using var host = new SteppedHost(store: store, clock: new LocalClock(Start, frozen: true));
            await host.Run(app).AdvanceAsync(TimeSpan.Zero);
            Assert.False(Assert.Single(app.Runs).IsPastDue);
        }
    }

    [Fact]
    public async Task FailedRun_IsOverUntilTheNextOccurrence()
    {
        using var host = new SteppedHost();
        var app = new EveryMinute { OnRun = () => throw new InvalidOperationException() };
        var machine = host.Run(app);

        await machine.AdvanceAsync(TimeSpan.FromMinutes(1));
        await machine.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.Single(app.Runs);
        await machine.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(2, app.Runs.Count);
    }

    [Fact]
    public async Task FailedRun_WithARetryAttribute_RunsAgainAfterItsWait()
    {
        using var host = new SteppedHost();
        var app = new Retried(failures: 2);
        var machine = host.Run(app);
        await machine.AdvanceAsync(TimeSpan.FromHours(1));

        var result = await machine.AdvanceAsync(TimeSpan.FromSeconds(25));

        Assert.Equal(2, result.Steps);
        Assert.Equal(3, app.Runs.Count);
    }

    [Fact]
    public async Task StartedByItself_RunsWhenRealTimeReachesItsOccurrenceAndNeverTwiceAtOnce()
    {
        using var store = LocalStore.OpenMemory();
        using var host = new SteppedHost(store: store, clock: new LocalClock());
        var (running, overlapped, ran) = (0, false, 0);
        host.Run(new EverySecond
        {
            OnRun = async () =>
            {
                overlapped |= Interlocked.Increment(ref running) > 1;
                await Task.Delay(5);
                Interlocked.Decrement(ref running);
                Interlocked.Increment(ref ran);
            },
        });
        using var stop = new CancellationTokenSource();
        var sources = host.Families.SelectMany(family => family.Sources).ToList();
        sources.ForEach(source => source.Start(stop.Token));

        await Eventually.Is(() => Volatile.Read(ref ran) >= 2);
        await stop.CancelAsync();
        await Task.WhenAll(sources.Select(source => source.StoppedAsync()));

        Assert.False(overlapped);
    }

    [Fact]
    public void BadTimers_AreRefused()
    {
        using var host = new SteppedHost(settings: new Dictionary<string, string?> { ["Bad"] = "now and then" });

        Assert.Equal(4, host.Check(new Bad()).Count);
        Assert.Empty(host.Check(new Retried(failures: 0)));
    }

    [Fact]
    public async Task Schedule_MayBeASetting()
    {
        using var host = new SteppedHost(settings: new Dictionary<string, string?> { ["Sweep"] = "00:10:00" });
        var app = new BySetting();
        var machine = host.Run(app);

        await machine.AdvanceAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(0, app.Runs);
        await machine.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, app.Runs);
    }
}
