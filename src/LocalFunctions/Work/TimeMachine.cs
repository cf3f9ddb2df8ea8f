using System.Globalization;
using LocalFunctions.Storage;
using LocalFunctions.Time;

namespace LocalFunctions.Work;

/// <summary>What an advance did.</summary>
/// <param name="Now">The host's time afterwards.</param>
/// <param name="Ran">Work items that ran meanwhile.</param>
/// <param name="Steps">Due times at which the clock stopped.</param>
public sealed record AdvanceResult(DateTimeOffset Now, long Ran, long Steps);

/// <summary>
/// Moves the host's clock from due time to due time, in order and never past one, and lets all that fell due run to its end before
/// the next step. What is read after an advance is final.
/// </summary>
public sealed class TimeMachine
{
    private const string Setting = "clock.moved";

    /// <summary>So many looks, a millisecond apart, that see nothing move are believed: what runs waits on the clock.</summary>
    private const int StillLooks = 10;

    private readonly LocalClock clock;
    private readonly LocalStore store;
    private readonly IReadOnlyList<IWorkSource> sources;
    private readonly Random? chance;
    private readonly SemaphoreSlim one = new(1, 1);

    /// <param name="clock">The host's clock. It is put where the store remembers it at once: time never goes back over a restart.</param>
    /// <param name="store">Remembers how far the clock was moved.</param>
    /// <param name="sources">All that works by itself.</param>
    /// <param name="chance">Not null: a stepped host, whose sources run one item at a time in an order drawn from this.</param>
    public TimeMachine(LocalClock clock, LocalStore store, IReadOnlyList<IWorkSource> sources, Random? chance = null)
    {
        this.clock = clock;
        this.store = store;
        this.sources = sources;
        this.chance = chance;
        var moved = store.Read(s => s.First("SELECT value FROM local_settings WHERE name = $1", r => r.GetString(0), Setting));
        if (moved is not null && TimeSpan.FromTicks(long.Parse(moved, CultureInfo.InvariantCulture)) is var before && before > clock.Moved)
            clock.MoveTo(clock.GetUtcNow() + (before - clock.Moved));
    }

    /// <summary>Whether anything runs or could run now.</summary>
    public bool IsBusy => sources.Any(source => source.IsBusy);

    /// <summary>Moves the clock by <paramref name="by"/>, which may be zero: then it only waits for what is due now.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative or goes past the year 9999.</exception>
    public async Task<AdvanceResult> AdvanceAsync(TimeSpan by, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by, DateTimeOffset.MaxValue - clock.GetUtcNow() - TimeSpan.FromDays(366));
        await one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var ran = sources.Sum(source => source.Ran);
            var steps = 0L;
            var target = clock.GetUtcNow() + by;
            while (await NextDueAsync(cancellation).ConfigureAwait(false) is { } due && due <= target)
            {
                await MoveToAsync(due).ConfigureAwait(false);
                steps++;
            }

            await MoveToAsync(target).ConfigureAwait(false);
            await WhenIdleAsync(cancellation).ConfigureAwait(false);
            return new AdvanceResult(clock.GetUtcNow(), sources.Sum(source => source.Ran) - ran, steps);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>
    /// Stepped hosts only: lets time pass within whatever is running, as it does for a process that hangs. Nothing runs; what fell due is late.
    /// </summary>
    public Task PassAsync(TimeSpan by) => chance is null
        ? throw new InvalidOperationException("Only a stepped host stands still while something runs.")
        : MoveToAsync(clock.GetUtcNow() + by);

    /// <summary>
    /// Completes when nothing is running and nothing could run at this instant. A hand-over from one source to another always commits
    /// or counts as run, so a look at all of them that saw neither move saw one moment. On a clock that runs, work that waits on the clock
    /// itself (a pause before the next try) holds nobody up: its wait is a due time like others.
    /// </summary>
    public async Task WhenIdleAsync(CancellationToken cancellation = default)
    {
        var (last, still) = (Moment(), 0);
        while (still < StillLooks)
        {
            cancellation.ThrowIfCancellationRequested();
            if (chance is not null && await RunAnyAsync(chance, cancellation).ConfigureAwait(false))
                continue;
            var before = Moment();
            if (!IsBusy && before == Moment())
                return;
            if (chance is null)
                await Task.Delay(1, cancellation).ConfigureAwait(false);
            else
                await Task.Yield();
            still = OnlyWaits && last == Moment() ? still + 1 : 0;
            last = Moment();
        }
    }

    /// <summary>Stepped hosts only: runs one item of any source.</summary>
    public async Task<bool> RunAnyAsync(Random draw, CancellationToken cancellation = default)
    {
        var first = draw.Next(sources.Count);
        for (var i = 0; i < sources.Count; i++)
        {
            if (await sources[(first + i) % sources.Count].RunOneAsync(draw, cancellation).ConfigureAwait(false))
                return true;
        }

        return false;
    }

    private (long Commits, long Ran) Moment() => (store.Commits, sources.Sum(source => source.Ran));

    /// <summary>Whether everything that runs waits on the clock, and nothing else could be started. A frozen clock's waits end in real time.</summary>
    private bool OnlyWaits =>
        !clock.IsFrozen && sources.Sum(source => source.OnlyRunning ?? int.MaxValue / 2L) <= clock.Waits.Count;

    /// <summary>The earliest due time once all is idle. Idle before and after the look: an instant that passed between is busy and no longer due.</summary>
    private async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await WhenIdleAsync(cancellation).ConfigureAwait(false);
            var due = sources.Min(source => source.NextDue);
            if (!clock.IsFrozen && clock.Waits.First is { } wait && !(due < wait))
                due = wait;
            if (!IsBusy || OnlyWaits)
                return due;
        }
    }

    private async Task MoveToAsync(DateTimeOffset instant)
    {
        var moved = clock.Moved + (instant - clock.GetUtcNow());
        if (moved > clock.Moved)
        {
            await store.WriteAsync(transaction => transaction.Execute(
                "INSERT INTO local_settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
                Setting, moved.Ticks.ToString(CultureInfo.InvariantCulture))).ConfigureAwait(false);
            clock.MoveTo(instant);
        }

        foreach (var source in sources)
            source.Wake();
    }
}
