using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// Takes back the turn in which an orchestration failed: tasks whose failure it was told then run again, everything else that it was
/// told then is told again. What was decided before stays.
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
        var last = turns[^1];
        var kept = turns[..^1].SelectMany(turn => turn).ToList();

        // A new generation, so that answers to what the last turn still set going are not taken for answers to what is to come.
        var again = row with { Generation = row.Generation + 1 };
        transaction.Execute(
            "UPDATE durable_instances SET status = $1, generation = $2, turns = $3, events = $4, updated = $5, output = NULL, failure = NULL "
            + "WHERE seq = $6",
            (int)(kept.Count == 0 ? OrchestrationRuntimeStatus.Pending : OrchestrationRuntimeStatus.Running),
            again.Generation, turns.Count - 1, kept.Count, now, row.Seq);
        transaction.Execute("DELETE FROM durable_history WHERE instance = $1 AND turn = $2", row.Seq, turns.Count - 1);
        transaction.Execute("UPDATE durable_instances SET parent_generation = $1 WHERE parent = $2", again.Generation, row.Seq);
        DurableTables.Count(transaction, row.Status, -1);
        DurableTables.Count(transaction, OrchestrationRuntimeStatus.Running, 1);
        transaction.AfterCommit(() => tables.OnStatus(row.Id));

        Repeat(transaction, tables, again, kept, last, now);
        foreach (var told in last.Where(one => !one.IsDecision && one.Kind != EventKind.TurnStarted && one.Failure is null))
            tables.Post(transaction, row.Seq, DurableTables.AnyGeneration, told, front: true);
    }

    /// <summary>Sets going once more what the kept history began and has no answer to. At least once, as ever.</summary>
    private static void Repeat(
        WriteTransaction transaction, DurableTables tables, InstanceRow row, List<HistoryEvent> kept, List<HistoryEvent> last, DateTimeOffset now)
    {
        var answered = kept.Concat(last.Where(one => one.Failure is null))
            .Where(one => !one.IsDecision && one.Id >= 0).Select(one => one.Id).ToHashSet();
        foreach (var begun in kept.Where(one => one.IsDecision && !answered.Contains(one.Id)))
        {
            if (begun.Kind == EventKind.TaskScheduled)
                tables.Schedule(transaction, row, begun);
            else if (begun.Kind == EventKind.TimerCreated)
                tables.AddTimer(transaction, row.Seq, row.Generation, begun.Id, begun.At!.Value);
            else if (begun.Kind == EventKind.SubOrchestrationCreated
                && DurableTables.Find(transaction, begun.Target!) is { Status: OrchestrationRuntimeStatus.Failed } child
                && child.Parent?.Seq == row.Seq)
                Take(transaction, tables, child, now);
        }
    }
}
