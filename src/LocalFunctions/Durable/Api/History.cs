namespace LocalFunctions.Durable;

/// <summary>What an entry of a history is.</summary>
public enum EventType
{
    ExecutionStarted = 0,
    TaskScheduled = 4,
    TaskCompleted = 5,
    TaskFailed = 6,
    TimerCreated = 10,
    TimerFired = 11,
    OrchestratorStarted = 12,
    EventRaised = 15,

    /// <summary>Here: all that has no type of its own in this facade.</summary>
    GenericEvent = 17,
}

/// <summary>An entry of an orchestration's history. The local engine knows the time of a turn, not of each entry: entries of one turn have one time.</summary>
public abstract class HistoryEvent
{
    protected HistoryEvent(int eventId) => EventId = eventId;

    public int EventId { get; }

    public DateTime Timestamp { get; set; }

    public virtual EventType EventType => EventType.GenericEvent;
}

public class OrchestratorStartedEvent(int eventId) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.OrchestratorStarted;
}

public class ExecutionStartedEvent(int eventId, string? input) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionStarted;

    public string? Input { get; set; } = input;
}

public class TaskScheduledEvent(int eventId) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TaskScheduled;

    public string? Name { get; set; }
}

public class TaskCompletedEvent(int eventId, int taskScheduledId, string? result) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TaskCompleted;

    public int TaskScheduledId { get; } = taskScheduledId;

    public string? Result { get; } = result;
}

public class TaskFailedEvent(int eventId, int taskScheduledId, string? reason, string? details) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TaskFailed;

    public int TaskScheduledId { get; } = taskScheduledId;

    public string? Reason { get; } = reason;

    public string? Details { get; } = details;
}

public class TimerCreatedEvent(int eventId, DateTime fireAt) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TimerCreated;

    public DateTime FireAt { get; set; } = fireAt;
}

public class TimerFiredEvent(int eventId, DateTime fireAt) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TimerFired;

    public int TimerId { get; set; }

    public DateTime FireAt { get; set; } = fireAt;
}

public class EventRaisedEvent(int eventId, string? input) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.EventRaised;

    public string? Name { get; set; }

    public string? Input { get; set; } = input;
}

public class GenericEvent : HistoryEvent
{
    public GenericEvent(int eventId, string? data)
        : base(eventId) => _ = data;

    public override EventType EventType => EventType.GenericEvent;
}
