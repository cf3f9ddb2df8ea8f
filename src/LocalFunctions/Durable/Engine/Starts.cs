using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>Which existing instances a start may replace.</summary>
/// <param name="Refused">Statuses that refuse it.</param>
internal sealed record ReusePolicy(IReadOnlySet<OrchestrationRuntimeStatus> Refused)
{
    private static readonly OrchestrationRuntimeStatus[] LiveStatuses =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>Without <c>WithDedupeStatuses</c>: host.json's default, by which what has ended may be replaced and nothing else.</summary>
    private static readonly ReusePolicy NonRunningStates = new(LiveStatuses.ToHashSet());

    /// <exception cref="ArgumentException">A name is no status, or the list contradicts itself as the real client refuses it.</exception>
    public static ReusePolicy Of(IReadOnlyList<string>? dedupeStatuses)
    {
        if (dedupeStatuses is null)
            return NonRunningStates;
        var refused = dedupeStatuses.Select(name => Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status)
            ? status
            : throw new ArgumentException($"Invalid orchestration runtime status: '{name}' for deduplication.")).ToHashSet();
        if (refused.Contains(OrchestrationRuntimeStatus.Terminated) && !LiveStatuses.All(refused.Contains))
        {
            throw new ArgumentException(
                "The dedupe statuses contain Terminated but not every live status: a live instance would be terminated to be replaced, and "
                + "then its being terminated would refuse the start.");
        }

        return new ReusePolicy(refused);
    }
}

internal static class Starts
{
    /// <exception cref="OrchestrationAlreadyExistsException">The id is taken and the policy keeps what is there.</exception>
    public static string Start(WriteTransaction transaction, DurableTables tables, NewInstance start, ReusePolicy reuse, DateTimeOffset now)
    {
        if (tables.TryCreate(transaction, start, now) != 0)
            return start.Id;
        var existing = DurableTables.Find(transaction, start.Id)!;
        if (reuse.Refused.Contains(existing.Status))
            throw new OrchestrationAlreadyExistsException($"An Orchestration instance with the ID {start.Id} already exists.");
        Replace(transaction, tables, existing, start, now);
        return start.Id;
    }

    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="InvalidOperationException">It still runs.</exception>
    public static string Restart(WriteTransaction transaction, DurableTables tables, string instanceId, string newId, DateTimeOffset now)
    {
        var existing = DurableTables.Find(transaction, instanceId)
            ?? throw new ArgumentException($"An orchestration with the instanceId {instanceId} was not found.");
        var start = new NewInstance(newId, existing.Name, existing.Version, existing.Input);
        if (newId != instanceId)
            tables.TryCreate(transaction, start, now);
        else if (existing.HasEnded)
            Replace(transaction, tables, existing, start, now);
        else
            throw new InvalidOperationException($"An orchestration with the instanceId {instanceId} cannot be restarted.");
        return newId;
    }

    private static void Replace(WriteTransaction transaction, DurableTables tables, InstanceRow existing, NewInstance start, DateTimeOffset now)
    {
        if (existing is { HasEnded: false, Parent: { } parent })
        {
            var failure = new TaskFailureDetails(
                typeof(InvalidOperationException).FullName!, $"The sub-orchestration {existing.Id} was replaced.", null, null, null);
            tables.Post(transaction, parent.Seq, parent.Generation, new HistoryEvent(EventKind.SubOrchestrationFailed)
            {
                Id = parent.Task,
                Failure = failure,
            });
        }

        tables.Delete(transaction, existing);
        tables.TryCreate(transaction, start, now);
    }
}
