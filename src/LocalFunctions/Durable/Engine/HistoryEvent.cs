namespace LocalFunctions.Durable.Engine;

/// <summary>
/// What a history consists of. The names are a persisted format: add, never rename. The first group is told to an orchestration, the
/// second was decided by its code.
/// </summary>
public enum EventKind
{
    TurnStarted,
    ExecutionStarted,
    TaskCompleted,
    TaskFailed,
    TimerFired,
    SubOrchestrationCompleted,
    SubOrchestrationFailed,
    EventRaised,
    ExecutionSuspended,
    ExecutionResumed,
    ExecutionTerminated,

    TaskScheduled,
    TimerCreated,
    SubOrchestrationCreated,
    EventSent,
    ExecutionCompleted,
    ExecutionFailed,
    ContinuedAsNew,
}

/// <summary>One line of a history, and also the body of a message that waits to become one.</summary>
public sealed record HistoryEvent(EventKind Kind)
{
    /// <summary>The number of the call that it belongs to, from 0 within an execution; -1 when it belongs to none.</summary>
    public int Id { get; init; } = -1;

    /// <summary>Name of the activity, orchestrator or event.</summary>
    public string? Name { get; init; }

    /// <summary>Input, result or reason as JSON; null when there is none.</summary>
    public string? Data { get; init; }

    /// <summary>When the turn began, or when the timer is due.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Another instance's id: the child's, or the event's receiver.</summary>
    public string? Target { get; init; }

    public string? Version { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    /// <summary>The failure must not be retried, or the termination includes the children.</summary>
    public bool Flag { get; init; }

    internal bool IsDecision => Kind >= EventKind.TaskScheduled;
}
