using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>A history as the client shows it, without inputs and results: who looks at it wants to know where it stands.</summary>
internal static class PublicHistory
{
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    public static IList<Durable.HistoryEvent> Read(SqlSession session, string instanceId)
    {
        var row = DurableTables.Find(session, instanceId) ?? throw new ArgumentException($"There is no instance '{instanceId}'.", nameof(instanceId));
        var (shown, at) = (new List<Durable.HistoryEvent>(), default(DateTime));
        foreach (var entry in TurnRunner.ReadHistory(session, row.Seq).SelectMany(turn => turn))
        {
            at = entry is { Kind: EventKind.TurnStarted, At: { } begun } ? begun.UtcDateTime : at;
            var one = Show(entry);
            one.Timestamp = at;
            shown.Add(one);
        }

        return shown;
    }

    private static Durable.HistoryEvent Show(HistoryEvent entry) => entry.Kind switch
    {
        EventKind.TurnStarted => new OrchestratorStartedEvent(entry.Id),
        EventKind.ExecutionStarted => new ExecutionStartedEvent(entry.Id, input: null),
        EventKind.TaskScheduled => new TaskScheduledEvent(entry.Id) { Name = entry.Name },
        EventKind.TaskCompleted => new TaskCompletedEvent(-1, entry.Id, result: null),
        EventKind.TaskFailed => new TaskFailedEvent(-1, entry.Id, entry.Failure?.ErrorMessage, details: null),
        EventKind.TimerCreated => new TimerCreatedEvent(entry.Id, entry.At?.UtcDateTime ?? default),
        EventKind.TimerFired => new TimerFiredEvent(-1, entry.At?.UtcDateTime ?? default) { TimerId = entry.Id },
        EventKind.EventRaised => new EventRaisedEvent(entry.Id, input: null) { Name = entry.Name },
        _ => new GenericEvent(entry.Id, entry.Kind.ToString()),
    };
}
