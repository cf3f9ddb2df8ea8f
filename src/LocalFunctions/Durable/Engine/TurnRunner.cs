using LocalFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// One turn of an instance: read its state, replay, and store all that follows in one commit that holds only if the state is still
/// the one that was read. A turn that lost such a race leaves no trace; its messages are still in the inbox.
/// </summary>
internal sealed class TurnRunner(
    LocalStore store,
    DurableTables tables,
    TimeProvider clock,
    DurableOptions options,
    DataConverter converter,
    Func<string, OrchestratorFunction?> findOrchestrator,
    ILoggerFactory loggers)
{
    /// <summary>So that a few very long histories don't fill the memory.</summary>
    private const int MostCachedEvents = 500;

    private readonly ILogger logger = loggers.CreateLogger("LocalFunctions.Durable");
    private readonly HistoryCache cache = new(options.MaxCachedInstances);

    public async Task RunAsync(long instance)
    {
        var (row, history, messages) = store.Read(session => Load(session, instance));
        if (messages.Count == 0)
            return;
        if (messages.Count == options.MaxMessagesPerTurn)
            tables.Remind(instance, messages[^1].Seq);
        var meant = row is null || row.HasEnded ? [] : messages.Where(message => message.IsFor(row.Generation)).ToList();
        if (row is null || meant.Count == 0)
        {
            await store.WriteAsync(transaction => Consume(transaction, messages)).ConfigureAwait(false);
            return;
        }

        if (!options.Runs(row.Version) && options.VersionFailure == VersionFailure.Reject)
        {
            // Its messages stay where they are: a host of that version finds them at its start.
            DurableLog.VersionRejected(logger, row.Id, row.Version, options.DefaultVersion);
            return;
        }

        var turn = Run(row, history, meant);
        var isStored = await store.WriteAsync(transaction =>
        {
            if (!TurnCommit.Store(transaction, tables, turn))
                return false;
            Consume(transaction, messages);
            return true;
        }).ConfigureAwait(false);
        if (!isStored)
        {
            // The state was not the one in the tables. What it came from is gone by now, so the next look reads the tables.
            await RunAsync(instance).ConfigureAwait(false);
            return;
        }

        if (turn.End is null && turn.After.Events <= MostCachedEvents)
        {
            history.Add(turn.Lines);
            cache.Put(turn.After, history);
        }
        if (turn.End?.Failure is { } failure)
            DurableLog.OrchestrationFailed(logger, row.Name, row.Id, failure.ToString());
    }

    private (InstanceRow? Row, List<List<HistoryEvent>> History, List<InboxMessage> Messages) Load(SqlSession session, long instance)
    {
        var messages = session.Query(
            "SELECT seq, generation, body FROM durable_inbox WHERE instance = $1 ORDER BY front DESC, seq LIMIT $2",
            message => new InboxMessage(message.GetInt64(0), message.GetInt64(1), HistoryCodec.DecodeOne(message.GetBytes(2))),
            instance, options.MaxMessagesPerTurn);
        if (messages.Count == 0)
            return (null, [], messages);
        if (cache.TryTake(instance, out var row, out var history))
            return (row, history, messages);
        var found = DurableTables.Find(session, instance);
        return (found, found is null or { Turns: 0 } ? [] : ReadHistory(session, instance), messages);
    }

    public static List<List<HistoryEvent>> ReadHistory(SqlSession session, long instance) => session.Query(
        "SELECT events FROM durable_history WHERE instance = $1 ORDER BY turn",
        row => HistoryCodec.DecodeMany(row.GetBytes(0)),
        instance);

    private static void Consume(WriteTransaction transaction, List<InboxMessage> messages)
    {
        foreach (var message in messages)
            transaction.Execute("DELETE FROM durable_inbox WHERE seq = $1", message.Seq);
    }

    private Turn Run(InstanceRow row, List<List<HistoryEvent>> history, List<InboxMessage> messages)
    {
        var now = clock.GetUtcNow();
        try
        {
            if (!options.Runs(row.Version))
                throw new InvalidOperationException($"Version '{row.Version}' doesn't run on a host of version '{options.DefaultVersion}'.");
            using var run = new OrchestrationRun(row.ToExecution(), findOrchestrator(row.Name), options, converter, loggers);
            foreach (var past in history)
                run.Replay(past);
            var untold = new List<HistoryEvent>();
            var lines = run.Run(now, messages.Select(message => message.Body), untold);
            var total = row.Events + lines.Count;
            if (run.End is null && total > options.MaxHistoryEvents)
            {
                throw new InvalidOperationException(
                    $"The history has {total} events; {options.MaxHistoryEvents} are allowed. A long loop should ContinueAsNew.");
            }

            return new Turn(row, now, lines, run.End)
            {
                Status = run.Status,
                ExecutionNumber = run.ExecutionNumber,
                CustomStatus = run.HasCustomStatus ? converter.Serialize(run.CustomStatus) : row.CustomStatus,
                CancelledTimers = [.. run.CancelledTimers],
                CarriedOver = run.End?.Kind == EventKind.ContinuedAsNew ? Carry(run, untold) : [],
            };
        }
        catch (Exception broken)
        {
            // The host's edge: an orchestration whose history can't be gone through ends here and says why; it can be rewound.
            var end = new HistoryEvent(EventKind.ExecutionFailed) { Failure = TaskFailureDetails.FromException(broken) };
            return new Turn(row, now, [new(EventKind.TurnStarted) { At = now }, .. messages.Select(message => message.Body), end], end)
            {
                CustomStatus = row.CustomStatus,
            };
        }
    }

    /// <summary>What the next execution is told first: events that nobody took, and whatever came after the end.</summary>
    private static List<HistoryEvent> Carry(OrchestrationRun run, List<HistoryEvent> untold)
    {
        var all = run.Events.Kept.Concat(untold.Where(message => message.Kind
            is EventKind.EventRaised or EventKind.ExecutionSuspended or EventKind.ExecutionResumed or EventKind.ExecutionTerminated));
        return [.. all.Where(message => message.Kind != EventKind.EventRaised || run.Next!.PreserveUnprocessedEvents)];
    }
}

internal sealed record InboxMessage(long Seq, long Generation, HistoryEvent Body)
{
    public bool IsFor(long generation) => Generation == DurableTables.AnyGeneration || Generation == generation;
}

/// <summary>What a turn decided, ready to be stored.</summary>
/// <param name="Before">The state that it was decided on.</param>
/// <param name="At">When.</param>
/// <param name="Lines">Its part of the history.</param>
/// <param name="End">How the execution ended; null while it goes on.</param>
internal sealed record Turn(InstanceRow Before, DateTimeOffset At, List<HistoryEvent> Lines, HistoryEvent? End)
{
    /// <summary>The state that it leaves, when the execution goes on.</summary>
    public InstanceRow After => Before with
    {
        Status = Status,
        Turns = Before.Turns + 1,
        Events = Before.Events + Lines.Count,
        Updated = At,
        CustomStatus = CustomStatus,
    };

    public OrchestrationRuntimeStatus Status { get; init; }

    public string? CustomStatus { get; init; }

    public int ExecutionNumber { get; init; }

    public IReadOnlyList<int> CancelledTimers { get; init; } = [];

    public IReadOnlyList<HistoryEvent> CarriedOver { get; init; } = [];
}
