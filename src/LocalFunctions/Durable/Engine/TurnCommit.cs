using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>Stores a turn: its history, the new state, and all that the orchestrator set going, at once or not at all.</summary>
internal static class TurnCommit
{
    /// <summary>False, and nothing is written, when the instance has changed since the turn read it.</summary>
    public static bool Store(WriteTransaction transaction, DurableTables tables, Turn turn)
    {
        var row = turn.Before;
        var isStored = turn.End?.Kind switch
        {
            null => StoreWaiting(transaction, turn),
            EventKind.ContinuedAsNew => StoreNextExecution(transaction, tables, turn),
            _ => StoreEnd(transaction, tables, turn),
        };
        if (!isStored)
            return false;
        foreach (var decision in turn.Lines)
            Apply(transaction, tables, turn, decision);

        // After the decisions: a child that the last turn began is a child as well.
        if (turn.End is { Kind: EventKind.ExecutionTerminated, Flag: true } terminated)
            tables.TerminateChildren(transaction, row.Seq, terminated);
        foreach (var task in turn.CancelledTimers)
            tables.RemoveTimer(transaction, row.Seq, task);
        if (row.Status == OrchestrationRuntimeStatus.Pending && turn.End is null)
            transaction.AfterCommit(() => tables.OnStatus(row.Id));
        return true;
    }

    private static void Apply(WriteTransaction transaction, DurableTables tables, Turn turn, HistoryEvent decision)
    {
        var row = turn.Before;
        switch (decision.Kind)
        {
            case EventKind.TaskScheduled:
                tables.Schedule(transaction, row, decision, turn.Trace);
                break;
            case EventKind.TimerCreated when turn.End is null:
                tables.AddTimer(transaction, row.Seq, row.Generation, decision.Id, decision.At!.Value);
                break;
            case EventKind.SubOrchestrationCreated:
                StartChild(transaction, tables, row, decision, turn.At, turn.Trace);
                break;
            case EventKind.EventSent:
                tables.PostToLive(
                    transaction, decision.Target!, new HistoryEvent(EventKind.EventRaised) { Name = decision.Name, Data = decision.Data }, turn.Trace);
                break;
        }
    }

    private static bool StoreWaiting(WriteTransaction transaction, Turn turn)
    {
        var row = turn.Before;
        if (transaction.Execute(
            "UPDATE durable_instances SET status = $1, turns = $2, events = $3, updated = $4, custom_status = $5 "
            + "WHERE seq = $6 AND generation = $7 AND turns = $8",
            (int)turn.Status, row.Turns + 1, row.Events + turn.Lines.Count, turn.At, turn.CustomStatus, row.Seq, row.Generation, row.Turns) == 0)
        {
            return false;
        }

        AddHistory(transaction, turn);
        return true;
    }

    private static bool StoreEnd(WriteTransaction transaction, DurableTables tables, Turn turn)
    {
        var (row, end) = (turn.Before, turn.End!);
        var status = StatusOf(end);
        if (transaction.Execute(
            "UPDATE durable_instances SET status = $1, turns = $2, events = $3, updated = $4, custom_status = $5, output = $6, failure = $7 "
            + "WHERE seq = $8 AND generation = $9 AND turns = $10",
            (int)status, row.Turns + 1, row.Events + turn.Lines.Count, turn.At, turn.CustomStatus, end.Data,
            end.Failure is null ? null : HistoryCodec.Encode(end.Failure), row.Seq, row.Generation, row.Turns) == 0)
        {
            return false;
        }

        AddHistory(transaction, turn);
        tables.Ended(transaction, row, status, AnswerToParent(row, end));
        return true;
    }

    private static bool StoreNextExecution(WriteTransaction transaction, DurableTables tables, Turn turn)
    {
        var (row, end) = (turn.Before, turn.End!);
        if (transaction.Execute(
            "UPDATE durable_instances SET status = $1, generation = generation + 1, turns = 0, events = 0, updated = $2, custom_status = $3, "
            + "input = $4, version = $5 WHERE seq = $6 AND generation = $7 AND turns = $8",
            (int)OrchestrationRuntimeStatus.Running, turn.At, turn.CustomStatus, end.Data, end.Version ?? row.Version,
            row.Seq, row.Generation, row.Turns) == 0)
        {
            return false;
        }

        transaction.Execute("DELETE FROM durable_history WHERE instance = $1", row.Seq);
        tables.RemoveTimers(transaction, row.Seq);
        var started = new HistoryEvent(EventKind.ExecutionStarted) { Id = turn.ExecutionNumber + 1 };
        tables.Post(transaction, row.Seq, row.Generation + 1, started, front: true);
        foreach (var message in turn.CarriedOver)
            tables.Post(transaction, row.Seq, DurableTables.AnyGeneration, message, front: true);
        return true;
    }

    private static void AddHistory(WriteTransaction transaction, Turn turn) => transaction.Execute(
        "INSERT INTO durable_history (instance, turn, events) VALUES ($1, $2, $3)",
        turn.Before.Seq, turn.Before.Turns, HistoryCodec.Encode(turn.Lines));

    /// <summary>Starts a sub-orchestration, or tells the parent at once that its id is taken.</summary>
    public static void StartChild(
        WriteTransaction transaction, DurableTables tables, InstanceRow row, HistoryEvent decision, DateTimeOffset now, string? trace)
    {
        var child = new NewInstance(decision.Target!, decision.Name!, decision.Version ?? "", decision.Data)
        {
            Parent = new ParentLink(row.Seq, row.Generation, decision.Id, row.Id, row.Name),
            Trace = trace,
        };
        if (tables.TryCreate(transaction, child, now) != 0)
            return;
        var existing = DurableTables.Find(transaction, child.Id)!;
        if (!existing.HasEnded && existing.Parent == child.Parent)
        {
            // Begun by a turn that a rewind took back: it lives, and answers to this call as it is.
            return;
        }

        if (existing.HasEnded)
        {
            // A retry has the same id and takes the place of the attempt that failed.
            tables.Delete(transaction, existing);
            tables.TryCreate(transaction, child, now);
            return;
        }

        var failure = TaskFailureDetails.FromException(new OrchestrationAlreadyExistsException(
            $"An Orchestration instance with the ID {child.Id} already exists."));
        tables.Post(transaction, row.Seq, row.Generation, new HistoryEvent(EventKind.SubOrchestrationFailed)
        {
            Id = decision.Id,
            Failure = failure,
        });
    }

    private static OrchestrationRuntimeStatus StatusOf(HistoryEvent end) => end.Kind switch
    {
        EventKind.ExecutionCompleted => OrchestrationRuntimeStatus.Completed,
        EventKind.ExecutionTerminated => OrchestrationRuntimeStatus.Terminated,
        _ => OrchestrationRuntimeStatus.Failed,
    };

    public static HistoryEvent AnswerToParent(InstanceRow row, HistoryEvent end) => end.Kind == EventKind.ExecutionCompleted
        ? new HistoryEvent(EventKind.SubOrchestrationCompleted) { Data = end.Data }
        : new HistoryEvent(EventKind.SubOrchestrationFailed)
        {
            Failure = end.Failure ?? new TaskFailureDetails(
                typeof(InvalidOperationException).FullName!, $"The sub-orchestration '{row.Name}' ({row.Id}) was terminated.", null, null, null),
        };
}
