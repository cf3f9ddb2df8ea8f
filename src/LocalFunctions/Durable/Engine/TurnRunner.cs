using System.Diagnostics;
using LocalFunctions.Functions;
using LocalFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// One turn of an instance: look at its state, replay, and store all that follows in one commit that holds only if the state is still
/// the one that was looked at. A turn that lost such a race leaves no trace; its messages are still in the inbox.
/// </summary>
internal sealed class TurnRunner(
    LocalStore store,
    DurableTables tables,
    HotInstances hot,
    TimeProvider clock,
    DurableOptions options,
    DataConverter converter,
    Func<string, OrchestratorFunction?> findOrchestrator,
    ILoggerFactory loggers)
{
    /// <summary>So that a few very long histories don't fill the memory.</summary>
    private const int MostCachedEvents = 500;

    private readonly ILogger logger = loggers.CreateLogger("LocalFunctions.Durable");

    /// <summary>Runs a turn on what waits in the inbox.</summary>
    /// <returns>Whether more may wait there, because a turn takes the inbox up to a bound.</returns>
    public async Task<bool> RunAsync(long instance)
    {
        var (row, history, messages) = Load(instance);
        if (messages.Count == 0)
            return false;
        var meant = row is null || row.HasEnded ? [] : messages.FindAll(message => message.IsFor(row.Generation));
        if (row is null || meant.Count == 0)
        {
            await store.WriteAsync(transaction => Consume(transaction, messages)).ConfigureAwait(false);
            hot.Remove(instance);
            return messages.Count == options.MaxMessagesPerTurn;
        }

        if (!options.Runs(row.Version) && options.VersionFailure == VersionFailure.Reject)
        {
            // Its messages stay where they are: a host of that version finds them at its start.
            DurableLog.VersionRejected(logger, row.Id, row.Version, options.DefaultVersion);
            hot.Remove(instance);
            return false;
        }

        using var span = DurableTracing.Turn(row, meant);
        var turn = Run(row, history, meant, span);
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
            hot.Remove(instance);
            return await RunAsync(instance).ConfigureAwait(false);
        }

        Stored(turn, messages);
        return messages.Count == options.MaxMessagesPerTurn;
    }

    /// <summary>
    /// Stores an activity's answer. If the instance is at hand and nothing else waits for it, the turn that the answer leads to is decided before
    /// and stored in the same commit; else the answer goes into the inbox. Nobody else runs a turn of the instance when <paramref name="isMine"/>.
    /// </summary>
    public async Task StoreAnswerAsync(ActivityItem item, HistoryEvent answer, bool isMine)
    {
        var (turn, begun) = isMine ? TurnOn(item, answer) : default;
        using var span = begun;
        var isTurned = await store.WriteAsync(transaction =>
        {
            if (transaction.Execute("DELETE FROM durable_activities WHERE seq = $1", item.Seq) == 0)
                return false;
            if (turn is not null && TurnCommit.Store(transaction, tables, turn))
                return true;
            tables.Post(transaction, item.Instance, item.Generation, answer);
            return false;
        }).ConfigureAwait(false);
        if (isTurned)
            Stored(turn!, []);
        else if (turn is not null)
            hot.Remove(item.Instance);
    }

    private (Turn? Turn, Activity? Span) TurnOn(ActivityItem item, HistoryEvent answer)
    {
        if (!hot.TryGet(item.Instance, out var row, out var history, out var waiting)
            || waiting.Count > 0 || row.HasEnded || row.Generation != item.Generation || !options.Runs(row.Version) || !HasOneActivityOpen(history))
        {
            return default;
        }

        List<InboxMessage> messages = [new InboxMessage(Seq: 0, item.Generation, answer, IsFront: false)];
        var span = DurableTracing.Turn(row, messages);
        return (Run(row, history, messages, span), span);
    }

    /// <summary>The answers of several go through the inbox, where one turn takes as many as have come instead of a replay for each.</summary>
    private static bool HasOneActivityOpen(List<List<HistoryEvent>> history)
    {
        var open = 0;
        foreach (var turn in history)
        {
            foreach (var one in turn)
                open += one.Kind == EventKind.TaskScheduled ? 1 : one.Kind is EventKind.TaskCompleted or EventKind.TaskFailed ? -1 : 0;
        }

        return open == 1;
    }

    private void Stored(Turn turn, List<InboxMessage> taken)
    {
        if (turn.End is null && turn.After.Events <= MostCachedEvents)
            hot.Turned(turn.After, turn.Lines, taken);
        else
            hot.Remove(turn.Before.Seq);
        if (turn.End?.Failure is { } failure)
            DurableLog.OrchestrationFailed(logger, turn.Before.Name, turn.Before.Id, failure.ToString());
    }

    private (InstanceRow? Row, List<List<HistoryEvent>> History, List<InboxMessage> Messages) Load(long instance)
    {
        if (hot.TryGet(instance, out var row, out var history, out var waiting))
            return (row, history, waiting);
        hot.Expect(instance);
        var loaded = store.Read(session => Load(session, instance));
        if (loaded is { Row: { HasEnded: false } found, Messages.Count: > 0 })
            hot.Loaded(found, loaded.History, loaded.Messages);
        else
            hot.Remove(instance);
        return loaded;
    }

    private (InstanceRow? Row, List<List<HistoryEvent>> History, List<InboxMessage> Messages) Load(SqlSession session, long instance)
    {
        var messages = session.Query(
            "SELECT seq, generation, body, front, trace FROM durable_inbox WHERE instance = $1 ORDER BY front DESC, seq LIMIT $2",
            message => new InboxMessage(
                message.GetInt64(0), message.GetInt64(1), HistoryCodec.DecodeOne(message.GetBytes(2)), message.GetBoolean(3), message.GetStringOrNull(4)),
            instance, options.MaxMessagesPerTurn);
        var found = messages.Count == 0 ? null : DurableTables.Find(session, instance);
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

    private Turn Run(InstanceRow row, List<List<HistoryEvent>> history, List<InboxMessage> messages, Activity? span)
    {
        var turn = Run(row, history, messages) with { Trace = TraceText.Of(span) ?? row.Trace };
        DurableTracing.End(span, turn);
        return turn;
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

/// <summary>A message that waits for an instance.</summary>
/// <param name="Seq">Its number, in the order of posting.</param>
/// <param name="Generation">Which execution of the instance takes it.</param>
/// <param name="Body">What is told.</param>
/// <param name="IsFront">Told before those that aren't.</param>
/// <param name="Trace">Who sent it; null where that isn't known.</param>
internal sealed record InboxMessage(long Seq, long Generation, HistoryEvent Body, bool IsFront, string? Trace = null)
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

    /// <summary>Whose trace what it sets going belongs to.</summary>
    public string? Trace { get; init; }
}
