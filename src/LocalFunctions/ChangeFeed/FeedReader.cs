using LocalFunctions.Functions;
using LocalFunctions.Work;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.ChangeFeed;

/// <summary>
/// Hands one container's changes to one function: a batch at a time per feed range, the ranges side by side. The checkpoint moves when
/// the function has returned, or when its retries are used up: then the batch is lost, as on Azure.
/// </summary>
internal sealed class FeedReader : WorkSource<int>
{
    private const int DefaultMost = 100;
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly LocalChangeFeed feed;
    private readonly ContainerFeed container;
    private readonly FunctionDescriptor function;
    private readonly IFunctionInvoker invoker;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Func<IReadOnlyList<byte[]>, object> toParameter;
    private readonly RetryPlan retries;
    private readonly int most;
    private readonly RangeState[] ranges;
    private readonly Lock gate = new();
    private int lastTaken;

    public FeedReader(
        LocalChangeFeed feed, ContainerFeed container, FunctionDescriptor function, Func<IReadOnlyList<byte[]>, object> toParameter,
        IFunctionInvoker invoker, TimeProvider clock, ILogger logger)
        : base($"changes for {function.Name}", feed.Ranges, clock)
    {
        this.feed = feed;
        this.container = container;
        this.function = function;
        this.toParameter = toParameter;
        this.invoker = invoker;
        this.clock = clock;
        this.logger = logger;
        retries = RetryPlan.Of(function.Method);
        most = ((CosmosDBTriggerAttribute)function.Trigger).MaxItemsPerInvocation is > 0 and var set ? set : DefaultMost;
        ranges = [.. Enumerable.Range(0, feed.Ranges).Select(_ => new RangeState())];
        container.Listen(this);
    }

    public override DateTimeOffset? NextDue
    {
        get
        {
            var now = clock.GetUtcNow();
            lock (gate)
                return ranges.Where(range => !range.IsRunning && range.RetryAt > now).Min(range => range.RetryAt);
        }
    }

    protected override bool HasReady()
    {
        var now = clock.GetUtcNow();
        lock (gate)
            return Enumerable.Range(0, ranges.Length).Any(range => IsReady(range, now));
    }

    protected override bool TryTake(Random? chance, out int item)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            var first = chance?.Next(ranges.Length) ?? lastTaken + 1;
            for (var i = 0; i < ranges.Length; i++)
            {
                item = (first + i) % ranges.Length;
                if (!IsReady(item, now))
                    continue;
                ranges[item].IsRunning = true;
                lastTaken = item;
                return true;
            }
        }

        item = -1;
        return false;
    }

    protected override async Task RunAsync(int item, CancellationToken stopping)
    {
        // The head first: a change that is appended between the two must not be passed over.
        var head = container.Head(item);
        var batch = Read(item);
        var sequence = batch.Count == 0 ? head : batch[^1].Sequence;
        if (batch.Count == 0 || await IsDoneWithAsync(item, batch, stopping).ConfigureAwait(false))
        {
            await feed.CheckpointAsync(container, function.Name, item, sequence).ConfigureAwait(false);
            Free(item, retryAt: null, failures: 0);
        }
    }

    protected override void OnFault(int item, Exception fault)
    {
        ChangeFeedLog.CheckpointFailed(logger, fault, function.Name, container.Name);
        Free(item, clock.GetUtcNow() + AfterFault, ranges[item].Failures);
    }

    /// <summary>Runs the function; false when the batch must come again.</summary>
    private async Task<bool> IsDoneWithAsync(int item, List<Change> batch, CancellationToken stopping)
    {
        using var span = FunctionTracing.Start(function, "datasource");
        try
        {
            var bindings = new Dictionary<string, object?> { [function.TriggerParameter.Name!] = toParameter(LatestVersions(batch)) };
            await invoker.InvokeAsync(function, bindings, items: null, stopping).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops: the batch is neither done nor failed, and comes again after the next start.
            Free(item, clock.GetUtcNow() + AfterFault, ranges[item].Failures);
            return false;
        }
        catch (Exception failure)
        {
            span.Failed(failure);
            var failures = ranges[item].Failures + 1;
            if (retries.Before(failures) is not { } wait)
            {
                ChangeFeedLog.BatchLost(logger, failure, function.Name, container.Name, batch.Count, failures);
                return true;
            }

            ChangeFeedLog.BatchFailed(logger, failure, function.Name, container.Name, batch.Count, failures, wait);
            Free(item, clock.GetUtcNow() + wait, failures);
            return false;
        }
    }

    private List<Change> Read(int range)
    {
        var after = container.Checkpoint(function.Name, range);
        return container.Recent(range, after, most) ?? feed.Store.Read(session => session.Query(
            "SELECT seq, item, json FROM feed_changes WHERE container = $1 AND range = $2 AND seq > $3 ORDER BY seq LIMIT $4",
            row => new Change(row.GetInt64(0), row.GetStringOrNull(1), row.GetBytes(2)), container.Id, range, after, most));
    }

    /// <summary>Of a document that changed several times in the batch only the last version, where that one stands.</summary>
    private static List<byte[]> LatestVersions(List<Change> batch)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (sequence, item, _) in batch)
        {
            if (item is not null)
                last[item] = sequence;
        }

        return [.. batch.Where(change => change.Item is null || last[change.Item] == change.Sequence).Select(change => change.Json)];
    }

    private bool IsReady(int range, DateTimeOffset now) =>
        !ranges[range].IsRunning && !(ranges[range].RetryAt > now) && container.Head(range) > container.Checkpoint(function.Name, range);

    private void Free(int range, DateTimeOffset? retryAt, int failures)
    {
        lock (gate)
        {
            ranges[range].IsRunning = false;
            ranges[range].RetryAt = retryAt;
            ranges[range].Failures = failures;
        }
    }

    private sealed class RangeState
    {
        public bool IsRunning { get; set; }
        public DateTimeOffset? RetryAt { get; set; }
        public int Failures { get; set; }
    }
}
