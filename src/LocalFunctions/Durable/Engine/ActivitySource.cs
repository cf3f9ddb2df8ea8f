using LocalFunctions.Storage;
using LocalFunctions.Work;

namespace LocalFunctions.Durable.Engine;

/// <summary>A scheduled activity. Its row is deleted in the commit that tells its outcome, so a crash before that runs it again.</summary>
internal sealed record ActivityItem(long Seq, long Instance, long Generation, int Task, string Name, string InstanceId, string? Input);

/// <summary>Scheduled activities, oldest first, a bounded number of them in memory.</summary>
internal sealed class ActivitySource(
    LocalStore store, DurableOptions options, Func<ActivityItem, CancellationToken, Task> runActivity, Action<Exception, string> report)
    : WorkSource<ActivityItem>("activities", options.MaxConcurrentActivities)
{
    private readonly Lock gate = new();
    private readonly ReadyQueue<ActivityItem> ready = new();
    private long readUpTo;
    private bool isBehind = true;
    private int faulted;

    public override DateTimeOffset? NextDue => null;

    /// <summary>An activity was committed.</summary>
    public void Add(ActivityItem item)
    {
        lock (gate)
        {
            // A refill between the commit and this call has read it already.
            if (isBehind || item.Seq <= readUpTo)
                return;
            if (ready.Count >= options.MaxReadyInMemory)
            {
                isBehind = true;
                readUpTo = item.Seq - 1;
                return;
            }

            ready.Add(item);
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

    protected override Task RunAsync(ActivityItem item, CancellationToken stopping) => runActivity(item, stopping);

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
            "SELECT seq, instance, generation, task, name, instance_id, input FROM durable_activities WHERE seq > $1 ORDER BY seq LIMIT $2",
            row => new ActivityItem(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt32(3), row.GetString(4), row.GetString(5), row.GetStringOrNull(6)),
            readUpTo, options.MaxReadyInMemory));
        foreach (var item in page)
        {
            readUpTo = item.Seq;
            ready.Add(item);
        }

        isBehind = page.Count == options.MaxReadyInMemory;
        return ready.Count > 0;
    }
}
