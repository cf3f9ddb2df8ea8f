namespace LocalFunctions.Work;

/// <summary>
/// The loop that every source shares: takes ready items, runs at most <paramref name="concurrency"/> of them at once, sleeps until woken.
/// </summary>
/// <typeparam name="TItem">What is taken and run.</typeparam>
/// <param name="name">See <see cref="IWorkSource.Name"/>.</param>
/// <param name="concurrency">Most items at once.</param>
/// <param name="clock">Not null: the loop wakes itself when real time reaches <see cref="NextDue"/> or <see cref="NextRide"/>.</param>
public abstract class WorkSource<TItem>(string name, int concurrency, TimeProvider? clock = null) : IWorkSource
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly Lock gate = new();
    private readonly Lock taking = new();
    private Task loop = Task.CompletedTask;
    private int running;
    private volatile bool isFull;
    private long ran;

    public string Name { get; } = name;

    public bool IsBusy => Volatile.Read(ref running) > 0 || HasReady();

    public int? OnlyRunning => Running is var now && (now >= concurrency || !HasReady()) ? now : null;

    public long Ran => Interlocked.Read(ref ran);

    public abstract DateTimeOffset? NextDue { get; }

    public virtual DateTimeOffset? NextRide => null;

    public virtual IReadOnlyDictionary<string, long> Counts() => new Dictionary<string, long>();

    /// <summary>Items that run at this moment.</summary>
    protected int Running => Volatile.Read(ref running);

    /// <summary>Whether <see cref="TryTake"/> would find something now.</summary>
    protected abstract bool HasReady();

    /// <summary>
    /// Takes one ready item so that nobody else takes it. <paramref name="chance"/> is null in normal running (oldest first, fairly); a
    /// stepped host passes its own, and any ready item may be drawn. Called by one thread at a time.
    /// </summary>
    protected abstract bool TryTake(Random? chance, out TItem item);

    /// <summary>
    /// Runs an item to its end and stores the outcome, failures of the user's code included. What it throws is a fault of the host: it
    /// reaches <see cref="OnFault"/>, and the item must be found ready again, later.
    /// </summary>
    protected abstract Task RunAsync(TItem item, CancellationToken stopping);

    /// <summary>A fault that <see cref="RunAsync"/> let through. Called after the item was given up.</summary>
    protected abstract void OnFault(TItem item, Exception fault);

    public void Wake()
    {
        // All are at work: whoever ends first looks for itself, and wakes the loop if there is nothing.
        if (isFull)
            return;
        lock (gate)
        {
            if (wake.CurrentCount == 0)
                wake.Release();
        }
    }

    public void Start(CancellationToken stopping)
    {
        loop = LoopAsync(stopping);
        Wake();
    }

    public async Task StoppedAsync()
    {
        await loop.ConfigureAwait(false);

        // Whoever was about to take the next item has taken it by now, or sees that there is none to take any more.
        lock (taking)
        {
        }

        while (Volatile.Read(ref running) > 0)
            await Task.Delay(1).ConfigureAwait(false);
    }

    public async Task<bool> RunOneAsync(Random chance, CancellationToken stopping)
    {
        if (!TryTake(chance, out var item))
            return false;
        Interlocked.Increment(ref running);
        await RunTakenAsync(item, stopping).ConfigureAwait(false);
        return true;
    }

    private async Task LoopAsync(CancellationToken stopping)
    {
        // Yield, so that a start never runs a user's code on the starter's thread.
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            while (TryTakeRunning(stopping, out var item))
                _ = Task.Run(() => RunOnAsync(item, stopping), CancellationToken.None);
            try
            {
                await wake.WaitAsync(UntilDue(), stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>How long nothing falls due by itself. A moved clock wakes every source, so real time is enough here.</summary>
    private TimeSpan UntilDue()
    {
        if (clock is null || Running >= concurrency)
            return Timeout.InfiniteTimeSpan;
        var due = NextRide is { } ride && !(NextDue < ride) ? ride : NextDue;

        // An instant that passed after the last take is ready but no longer due: without this look, and in this order, it would be slept over.
        if (HasReady())
            return ShortestSleep;
        if (due is null)
            return Timeout.InfiniteTimeSpan;
        var wait = due.Value - clock.GetUtcNow();
        return wait > LongestSleep ? LongestSleep : wait < ShortestSleep ? ShortestSleep : wait;
    }

    /// <summary>Runs an item, and then what is ready next: under load the loop needn't be woken for each.</summary>
    private async Task RunOnAsync(TItem item, CancellationToken stopping)
    {
        try
        {
            await RunTakenAsync(item, stopping).ConfigureAwait(false);
            while (TryTakeRunning(stopping, out var next))
            {
                // There may be more than one, and room for it.
                if (Running < concurrency && HasReady())
                    Wake();
                await RunTakenAsync(next, stopping).ConfigureAwait(false);
            }
        }
        finally
        {
            // Only now: the loop sleeps until the next due time, and this one may have brought a nearer one.
            Wake();
        }
    }

    /// <summary>Counts the item as running before it stops being ready, so that the source never looks idle in between.</summary>
    private bool TryTakeRunning(CancellationToken stopping, out TItem item)
    {
        lock (taking)
        {
            item = default!;
            if (Running >= concurrency || stopping.IsCancellationRequested)
                return false;
            Interlocked.Increment(ref running);
            if (TryTake(chance: null, out item))
            {
                isFull = Running >= concurrency;
                return true;
            }

            Interlocked.Decrement(ref running);
            return false;
        }
    }

    private async Task RunTakenAsync(TItem item, CancellationToken stopping)
    {
        try
        {
            await RunAsync(item, stopping).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            OnFault(item, fault);
        }
        finally
        {
            Interlocked.Increment(ref ran);
            lock (taking)
            {
                Interlocked.Decrement(ref running);
                isFull = false;
            }
        }
    }
}
