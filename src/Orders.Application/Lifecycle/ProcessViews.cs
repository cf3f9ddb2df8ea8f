namespace Orders.Application.Lifecycle;

/// <summary>An entry of a process's history. Names and times only: inputs and results carry data.</summary>
/// <param name="Event">What happened: <c>TaskScheduled</c>, <c>TimerFired</c> and so on.</param>
/// <param name="Name">Of the activity, or of the signal; null where there is none.</param>
/// <param name="Ok">False for a failure; null where the question makes no sense.</param>
/// <param name="Detail">Of a failure, its words; of a timer, when it is due.</param>
public sealed record ProcessEvent(string Event, DateTime At, string? Name, bool? Ok, string? Detail);

/// <summary>A process of an order, or of one of its cases, as the durable engine tells it.</summary>
/// <param name="Kind"><c>order</c> or <c>case</c>.</param>
/// <param name="Status">Of the engine: <c>running</c>, <c>completed</c>, <c>failed</c> and so on; <c>none</c> where it has no such instance (any more).</param>
/// <param name="WaitsFor">In words; null when it waits for nothing.</param>
/// <param name="Until">When its timer is due; null when it has none.</param>
/// <param name="History">The last entries, at most <see cref="MostEntries"/>; null where the host shows none.</param>
/// <param name="Entries">How many there are in all.</param>
public sealed record ProcessView(
    string InstanceId, string Kind, string Status, DateTime? CreatedAt, DateTime? UpdatedAt, string? WaitsFor, DateTime? Until, string? Failure,
    IReadOnlyList<ProcessEvent>? History, int Entries)
{
    public const int MostEntries = 100;
}

/// <summary>The processes of an order and of its cases.</summary>
public sealed record OrderProcessView(string OrderId, IReadOnlyList<ProcessView> Processes);

/// <summary>Shows processes. A port, because on Azure a client of the durable engine exists only within a function's call.</summary>
public interface IProcessHistory
{
    /// <summary>One of them; its status is <c>none</c> where there is none. Bounded.</summary>
    /// <exception cref="DependencyUnavailableException">The engine is away.</exception>
    Task<ProcessView> FindAsync(string instanceId, string kind, CancellationToken cancellation);
}
