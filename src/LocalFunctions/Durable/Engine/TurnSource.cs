using LocalFunctions.Storage;
using LocalFunctions.Work;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// Instances whose inbox has something, in the order in which it came; one turn of an instance at a time. What doesn't fit into
/// memory is found in the inbox table again, from a position that only moves forward.
/// </summary>
internal sealed class TurnSource(
    LocalStore store, DurableOptions options, Func<long, Task<bool>> runTurn, Func<DurableCounts> count, Action<Exception, string> report)
    : WorkSource<long>("orchestration turns", options.MaxConcurrentTurns)
{
    private readonly Lock gate = new();
    private readonly ReadyQueue<long> ready = new();
    private readonly HashSet<long> queued = [];
    private readonly HashSet<long> running = [];
    private readonly HashSet<long> again = [];
    private long readUpTo;
    private bool isBehind = true;
    private int faulted;

    public override DateTimeOffset? NextDue => null;

    /// <summary>A message was committed: look at its instance.</summary>
    public void Add(long instance, long message)
    {
        lock (gate)
        {
            if (running.Contains(instance))
            {
                again.Add(instance);
                return;
            }

            if (isBehind || ready.Count >= options.MaxReadyInMemory)
            {
                // Commits of several threads may be announced out of order; reading one twice does no harm.
                readUpTo = isBehind ? Math.Min(readUpTo, message - 1) : message - 1;
                isBehind = true;
                return;
            }

            Queue(instance);
        }

        Wake();
    }

    public override IReadOnlyDictionary<string, long> Counts()
    {
        var counts = count();
        return new Dictionary<string, long>
        {
            ["running orchestrations"] = counts.Live,
            ["completed orchestrations"] = counts.Completed,
            ["failed orchestrations"] = counts.Failed,
            ["terminated orchestrations"] = counts.Terminated,
        };
    }

    protected override bool HasReady()
    {
        lock (gate)
            return ready.Count > 0 || faulted > 0 || (isBehind && Refill());
    }

    protected override bool TryTake(Random? chance, out long item)
    {
        lock (gate)
        {
            if (ready.Count == 0 && isBehind)
                Refill();
            if (!ready.TryTake(chance, out item))
                return false;
            queued.Remove(item);
            running.Add(item);
            return true;
        }
    }

    protected override async Task RunAsync(long item, CancellationToken stopping)
    {
        var hasMore = await runTurn(item).ConfigureAwait(false);
        lock (gate)
        {
            running.Remove(item);
            if (again.Remove(item) || hasMore)
                Queue(item);
        }
    }

    /// <summary>Takes an instance out of turn, for as long as nothing waits for it. <see cref="End"/> must follow.</summary>
    public bool TryBegin(long instance)
    {
        lock (gate)
            return !queued.Contains(instance) && running.Add(instance);
    }

    public void End(long instance)
    {
        lock (gate)
        {
            running.Remove(instance);
            if (!again.Remove(instance))
                return;
            Queue(instance);
        }

        Wake();
    }

    protected override void OnFault(long item, Exception fault)
    {
        report(fault, "an orchestration turn");
        if (fault is StoreCrashedException)
            return;
        lock (gate)
            faulted++;
        FaultPause.Then(() =>
        {
            lock (gate)
            {
                faulted--;
                running.Remove(item);
                again.Remove(item);
                Queue(item);
            }

            Wake();
        });
    }

    private void Queue(long instance)
    {
        if (queued.Add(instance))
            ready.Add(instance);
    }

    /// <summary>Reads on in the inbox until memory is full or all is known. True when something is ready.</summary>
    private bool Refill()
    {
        while (isBehind && ready.Count < options.MaxReadyInMemory)
        {
            const int page = 1000;
            var messages = store.Read(session => session.Query(
                "SELECT seq, instance FROM durable_inbox WHERE seq > $1 ORDER BY seq LIMIT $2",
                row => (Seq: row.GetInt64(0), Instance: row.GetInt64(1)), readUpTo, page));
            foreach (var (seq, instance) in messages)
            {
                readUpTo = seq;
                if (running.Contains(instance))
                    again.Add(instance);
                else
                    Queue(instance);
            }

            isBehind = messages.Count == page;
        }

        return ready.Count > 0;
    }
}

/// <summary>After a fault of the host itself (a full disk, say) work is tried again, but not in a tight loop.</summary>
internal static class FaultPause
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static void Then(Action retry) => _ = RetryAsync(retry);

    private static async Task RetryAsync(Action retry)
    {
        await Task.Delay(Pause).ConfigureAwait(false);
        retry();
    }
}
