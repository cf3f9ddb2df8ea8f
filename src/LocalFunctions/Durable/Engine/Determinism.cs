namespace LocalFunctions.Durable.Engine;

/// <summary>The code of an orchestrator no longer does what its history says that it did.</summary>
public sealed class NonDeterministicOrchestrationException(string message) : Exception(message);

/// <summary>Compares what the code decides in a turn with what it decided when that turn ran for the first time.</summary>
internal static class Determinism
{
    public static void Check(Execution execution, int turn, IReadOnlyList<HistoryEvent> recorded, IReadOnlyList<HistoryEvent> decided)
    {
        for (var i = 0; i < Math.Max(recorded.Count, decided.Count); i++)
        {
            var (then, now) = (recorded.ElementAtOrDefault(i), decided.ElementAtOrDefault(i));
            if (then is not null && now is not null && Agree(then, now))
                continue;
            throw new NonDeterministicOrchestrationException(
                $"Non-deterministic orchestrator '{execution.Name}' (instance '{execution.InstanceId}'): in turn {turn} the history has "
                + $"{Describe(then)}, but the code now has {Describe(now)}. Instances that run must find the code that they began with: "
                + "branch on context.Version, or let them end first.");
        }
    }

    /// <summary>Inputs and due times may differ, as in the real engine: what was recorded stays in force.</summary>
    private static bool Agree(HistoryEvent then, HistoryEvent now) =>
        then.Kind == now.Kind
        && then.Id == now.Id
        && string.Equals(then.Name, now.Name, StringComparison.OrdinalIgnoreCase)
        && (then.Kind != EventKind.EventSent || then.Target == now.Target);

    private static string Describe(HistoryEvent? one) => one switch
    {
        null => "nothing more",
        { Kind: EventKind.TaskScheduled } => $"activity '{one.Name}' (#{one.Id})",
        { Kind: EventKind.TimerCreated } => $"a timer (#{one.Id})",
        { Kind: EventKind.SubOrchestrationCreated } => $"sub-orchestration '{one.Name}' (#{one.Id})",
        { Kind: EventKind.EventSent } => $"event '{one.Name}' to '{one.Target}' (#{one.Id})",
        { Kind: EventKind.ContinuedAsNew } => "continue as new",
        { Kind: EventKind.ExecutionFailed } => $"a failure ({one.Failure})",
        _ => "the end",
    };
}
