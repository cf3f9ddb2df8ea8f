using LocalFunctions.Storage;
using LocalFunctions.Work;

namespace LocalFunctions.Durable.Engine;

/// <summary>A scheduled activity. Its row is deleted in the commit that tells its outcome, so a crash before that runs it again.</summary>
internal sealed record ActivityItem(long Seq, long Instance, long Generation, int Task, string Name, string InstanceId, string? Input, string? Trace = null);

/// <summary>Scheduled activities, oldest first, a bounded number of them in memory.</summary>
internal sealed class ActivitySource(
    LocalStore store, DurableOptions options, Func<ActivityItem, CancellationToken, Task> runActivity, Action<Exception, string> report)
    : WorkSource<ActivityItem>("activities", options.MaxConcurrentActivities)
{
    private readonly Lock gate = new();
    private readonly ReadyQueue<ActivityItem> ready = new();
    private readonly HashSet<long> known = [];
    private long readUpTo;
    private bool isBehind = true;
    private int faulted;

    public override DateTimeOffset? NextDue => null;

    /// <summary>An activity was committed.</summary>
    public void Add(ActivityItem item)
    {
        lock (gate)
        {
            if (isBehind || ready.Count >= options.MaxReadyInMemory)
            {
                // Commits of several threads may be announced out of order.
                readUpTo = isBehind ? Math.Min(readUpTo, item.Seq - 1) : item.Seq - 1;
                isBehind = true;
                return;
            }

            Queue(item);
        }

        Wake();
    }

    protected override bool HasReady()
    {
        lock (gate)
            return ready.Count > 0 || faulted > 0 || (isBehind && Refill());
    }

    protected override bool TryTake(Random? chance, out ActivityItem item)
    {
        lock (gate)
        {
            if (ready.Count == 0 && isBehind)
                Refill();
            return ready.TryTake(chance, out item);
        }
    }

    protected override async Task RunAsync(ActivityItem item, CancellationToken stopping)
    {
        await runActivity(item, stopping).ConfigureAwait(false);
        lock (gate)
            known.Remove(item.Seq);
    }

    protected override void OnFault(ActivityItem item, Exception fault)
    {
        report(fault, $"activity {item.Name}");
        if (fault is StoreCrashedException)
            return;
        lock (gate)
            faulted++;
        FaultPause.Then(() =>
        {
            lock (gate)
            {
                faulted--;
                ready.Add(item);
            }

            Wake();
        });
    }

    private bool Refill()
    {
        var page = store.Read(session => session.Query(
            "SELECT seq, instance, generation, task, name, instance_id, input, trace FROM durable_activities WHERE seq > $1 ORDER BY seq LIMIT $2",
            row => new ActivityItem(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt32(3), row.GetString(4), row.GetString(5), row.GetStringOrNull(6),
                row.GetStringOrNull(7)),
            readUpTo, options.MaxReadyInMemory));
        foreach (var item in page)
        {
            readUpTo = item.Seq;
            Queue(item);
        }

        isBehind = page.Count == options.MaxReadyInMemory;
        return ready.Count > 0;
    }

    /// <summary>Queues what is neither queued nor running: a row may be both announced and read.</summary>
    private void Queue(ActivityItem item)
    {
        if (known.Add(item.Seq))
            ready.Add(item);
    }
}
