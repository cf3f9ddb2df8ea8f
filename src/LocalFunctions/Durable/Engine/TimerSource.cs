using LocalFunctions.Storage;
using LocalFunctions.Work;

namespace LocalFunctions.Durable.Engine;

/// <summary>A due timer; task -1 is the delayed start of its instance.</summary>
internal readonly record struct DueTimer(long Instance, int Task);

/// <summary>
/// Durable timers. Only the earliest due time is in memory; the index knows the rest, so sleeping timers cost nothing. What is due
/// together becomes messages in one commit.
/// </summary>
internal sealed class TimerSource(
    LocalStore store, TimeProvider clock, Func<IReadOnlyList<DueTimer>, Task> fire, Action<Exception, string> report)
    : WorkSource<IReadOnlyList<DueTimer>>("durable timers", concurrency: 1, clock)
{
    private const int MostAtOnce = 500;

    private readonly TimeProvider time = clock;
    private readonly Lock gate = new();
    private DateTimeOffset? earliest;
    private bool isKnown;
    private volatile bool isPaused;

    public override DateTimeOffset? NextDue
    {
        get
        {
            lock (gate)
                return Earliest() is { } due && due > time.GetUtcNow() ? due : null;
        }
    }

    /// <summary>A timer was committed.</summary>
    public void Added(DateTimeOffset due)
    {
        lock (gate)
        {
            if (isKnown && due >= earliest)
                return;
            if (isKnown)
                earliest = due;
        }

        // The loop sleeps until what was the earliest.
        Wake();
    }

    /// <summary>Timers were deleted; the earliest may be among them.</summary>
    public void Removed()
    {
        lock (gate)
            isKnown = false;
    }

    protected override bool HasReady()
    {
        lock (gate)
            return Earliest() <= time.GetUtcNow();
    }

    protected override bool TryTake(Random? chance, out IReadOnlyList<DueTimer> item)
    {
        item = [];
        // While a batch is being fired its rows are still there; the loop runs one at a time, so nothing is taken twice.
        if (isPaused || !HasReady())
            return false;
        item = store.Read(session => session.Query(
            "SELECT instance, task FROM durable_timers WHERE due <= $1 ORDER BY due, instance, task LIMIT $2",
            row => new DueTimer(row.GetInt64(0), row.GetInt32(1)), time.GetUtcNow(), MostAtOnce));
        if (chance is not null && item.Count > 1)
            item = [item[chance.Next(item.Count)]];
        if (item.Count > 0)
            return true;
        Removed();
        return false;
    }

    protected override async Task RunAsync(IReadOnlyList<DueTimer> item, CancellationToken stopping)
    {
        await fire(item).ConfigureAwait(false);
        Removed();
    }

    protected override void OnFault(IReadOnlyList<DueTimer> item, Exception fault)
    {
        report(fault, "durable timers");
        if (fault is StoreCrashedException)
            return;
        isPaused = true;
        FaultPause.Then(() =>
        {
            isPaused = false;
            Wake();
        });
    }

    private DateTimeOffset? Earliest()
    {
        if (!isKnown)
        {
            earliest = store.Read(session => session.First(
                "SELECT due FROM durable_timers ORDER BY due LIMIT 1", row => (DateTimeOffset?)row.GetInstant(0)));
            isKnown = true;
        }

        return earliest;
    }
}
