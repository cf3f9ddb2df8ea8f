using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>An instance as stored. <see cref="Seq"/>, <see cref="Generation"/> and <see cref="Turns"/> name one state of it.</summary>
internal sealed record InstanceRow(
    long Seq,
    string Id,
    string Name,
    string Version,
    OrchestrationRuntimeStatus Status,
    long Generation,
    int Turns,
    int Events,
    DateTimeOffset Created,
    DateTimeOffset Updated,
    string? Input,
    string? CustomStatus,
    ParentLink? Parent,
    string? Trace = null)
{
    public const string Columns = "seq, id, name, version, status, generation, turns, events, created, updated, input, custom_status, "
        + "parent, parent_generation, parent_task, parent_id, parent_name, trace";

    /// <summary>The statuses in which nothing happens any more, as in the index <c>durable_ended</c>.</summary>
    public const string Ended = "(status = 1 OR status = 3 OR status = 5)";

    public bool HasEnded => Status.HasEnded();

    public Execution ToExecution() => new(
        Id, Name, Version, Input, Parent is null ? null : new ParentOrchestrationInstance(Parent.Name, Parent.Id));

    public static InstanceRow Read(SqlRow row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        (OrchestrationRuntimeStatus)row.GetInt32(4),
        row.GetInt64(5),
        row.GetInt32(6),
        row.GetInt32(7),
        row.GetInstant(8),
        row.GetInstant(9),
        row.GetStringOrNull(10),
        row.GetStringOrNull(11),
        row.IsDBNull(12) ? null : new ParentLink(row.GetInt64(12), row.GetInt64(13), row.GetInt32(14), row.GetString(15), row.GetString(16)),
        row.GetStringOrNull(17));
}

/// <summary>Who waits for a sub-orchestration: the parent, which of its executions, and which of its calls.</summary>
internal sealed record ParentLink(long Seq, long Generation, int Task, string Id, string Name);

internal static class StatusExtensions
{
    public static bool HasEnded(this OrchestrationRuntimeStatus status) => status
        is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;
}
