using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// Takes back the turn in which an orchestration failed, and the turns before it in which it decided nothing, from the first that was
/// told a failure (a fan-out hears of its failures one by one, and fails with the last answer). Tasks whose failure it was told then run
/// again, everything else that it was told then is told again. What was decided before stays.
/// </summary>
internal static class Rewind
{
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="InvalidOperationException">It has not failed.</exception>
    public static bool One(WriteTransaction transaction, DurableTables tables, string instanceId, DateTimeOffset now)
    {
        var row = DurableTables.Find(transaction, instanceId)
            ?? throw new ArgumentException($"An orchestration with the instanceId {instanceId} was not found.");
        if (row.Status != OrchestrationRuntimeStatus.Failed)
            throw new InvalidOperationException($"The orchestration {instanceId} is {row.Status}; only a failed one can be rewound.");
        Take(transaction, tables, row, now);
        return true;
    }

    private static void Take(WriteTransaction transaction, DurableTables tables, InstanceRow row, DateTimeOffset now)
    {
        var turns = TurnRunner.ReadHistory(transaction, row.Seq);
        var first = FirstTakenBack(turns);
        var kept = turns[..first].SelectMany(turn => turn).ToList();
        var undone = turns[first..].SelectMany(turn => turn).Where(IsTold).ToList();

        // A new generation, so that answers to what these turns still set going are not taken for answers to what is to come.
        var again = row with { Generation = row.Generation + 1 };
        transaction.Execute(
            "UPDATE durable_instances SET status = $1, generation = $2, turns = $3, events = $4, updated = $5, output = NULL, failure = NULL "
            + "WHERE seq = $6",
            (int)(kept.Count == 0 ? OrchestrationRuntimeStatus.Pending : OrchestrationRuntimeStatus.Running),
            again.Generation, first, kept.Count, now, row.Seq);
        transaction.Execute("DELETE FROM durable_history WHERE instance = $1 AND turn >= $2", row.Seq, first);
        transaction.Execute("UPDATE durable_instances SET parent_generation = $1 WHERE parent = $2", again.Generation, row.Seq);
        DurableTables.Count(transaction, row.Status, -1);
        DurableTables.Count(transaction, OrchestrationRuntimeStatus.Running, 1);
        transaction.AfterCommit(() => tables.OnStatus(row.Id));

        Repeat(transaction, tables, again, kept, undone, now);
        foreach (var told in undone.Where(one => one.Failure is null))
            tables.Post(transaction, row.Seq, DurableTables.AnyGeneration, told, front: true);
    }

    private static bool IsTold(HistoryEvent one) => !one.IsDecision && one.Kind != EventKind.TurnStarted;

    private static int FirstTakenBack(List<List<HistoryEvent>> turns)
    {
        var first = turns.Count - 1;
        for (var turn = first - 1; turn >= 0 && !turns[turn].Exists(one => one.IsDecision); turn--)
        {
            if (turns[turn].Exists(one => IsTold(one) && one.Failure is not null))
                first = turn;
        }

        return first;
    }

    /// <summary>Sets going once more what the kept history began and has no answer to. At least once, as ever.</summary>
    private static void Repeat(
        WriteTransaction transaction, DurableTables tables, InstanceRow row, List<HistoryEvent> kept, List<HistoryEvent> undone, DateTimeOffset now)
    {
        var answered = kept.Where(IsTold).Concat(undone.Where(one => one.Failure is null))
            .Where(one => one.Id >= 0).Select(one => one.Id).ToHashSet();
        foreach (var begun in kept.Where(one => one.IsDecision && !answered.Contains(one.Id)))
        {
            if (begun.Kind == EventKind.TaskScheduled)
                tables.Schedule(transaction, row, begun, row.Trace);
            else if (begun.Kind == EventKind.TimerCreated)
                tables.AddTimer(transaction, row.Seq, row.Generation, begun.Id, begun.At!.Value);
            else if (begun.Kind == EventKind.SubOrchestrationCreated)
                Rejoin(transaction, tables, row, begun, now);
        }
    }

    /// <summary>A child that lives will answer by itself. Any other is made to, or its parent would wait for ever.</summary>
    private static void Rejoin(
        WriteTransaction transaction, DurableTables tables, InstanceRow row, HistoryEvent begun, DateTimeOffset now)
    {
        var child = DurableTables.Find(transaction, begun.Target!);
        if (child?.Parent is not { } parent || (parent.Seq, parent.Task) != (row.Seq, begun.Id))
            TurnCommit.StartChild(transaction, tables, row, begun, now, row.Trace);
        else if (child.Status == OrchestrationRuntimeStatus.Failed)
            Take(transaction, tables, child, now);
        else if (child.HasEnded)
            tables.Post(transaction, row.Seq, row.Generation, TurnCommit.AnswerToParent(child, EndOf(transaction, child)) with { Id = begun.Id });
    }

    private static HistoryEvent EndOf(WriteTransaction transaction, InstanceRow ended) =>
        ended.Status == OrchestrationRuntimeStatus.Completed
            ? new HistoryEvent(EventKind.ExecutionCompleted)
            {
                Data = transaction.First("SELECT output FROM durable_instances WHERE seq = $1", found => found.GetStringOrNull(0), ended.Seq),
            }
            : new HistoryEvent(EventKind.ExecutionTerminated);
}
