using Orders.Application;
using Orders.Application.Lifecycle;

namespace OrderFunctions.Lifecycle;

/// <summary>Processes as the durable engine's client shows them; of their histories names and times, never inputs or results. Made where a client is bound.</summary>
public sealed class DurableHistory(DurableTaskClient client) : IProcessHistory
{
    private const int MostCharacters = 300;

    public async Task<ProcessView> FindAsync(string instanceId, string kind, CancellationToken cancellation)
    {
        if (await DurableInstances.AskAsync(() => client.GetInstanceAsync(instanceId, cancellation)) is not { } instance)
            return new ProcessView(instanceId, kind, "none", null, null, null, null, null, null, 0);
        var history = await DurableInstances.AskAsync(() => HistoryOfAsync(instanceId, cancellation));
        var (waitsFor, until) = instance.IsCompleted || history is null ? (null, null) : WaitOf(history);
        return new ProcessView(
            instanceId, kind, instance.RuntimeStatus.ToString().ToLowerInvariant(), instance.CreatedAt.UtcDateTime, instance.LastUpdatedAt.UtcDateTime, waitsFor,
            until, Cut(instance.FailureDetails?.ErrorMessage), history is null ? null : Show(history), history?.Count ?? 0);
    }

    /// <summary>Null where the host's client shows none, or it was purged between the two questions.</summary>
    private async Task<IList<HistoryEvent>?> HistoryOfAsync(string instanceId, CancellationToken cancellation)
    {
        try
        {
            return await client.GetOrchestrationHistoryAsync(instanceId, cancellation);
        }
        catch (Exception none) when (none is NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>An activity that has not answered; else a signal, or the timer that was set last if it has not fired.</summary>
    private static (string? WaitsFor, DateTime? Until) WaitOf(IList<HistoryEvent> history)
    {
        var answered = history.Select(AnsweredBy).OfType<int>().ToHashSet();
        if (history.OfType<TaskScheduledEvent>().LastOrDefault(task => !answered.Contains(task.EventId)) is { } running)
            return ($"activity {running.Name}", null);
        return history.OfType<TimerCreatedEvent>().LastOrDefault() is { } timer && !history.OfType<TimerFiredEvent>().Any(fired => fired.TimerId == timer.EventId)
            ? ("a signal or its timer", timer.FireAt)
            : ("its next turn", null);
    }

    private static int? AnsweredBy(HistoryEvent entry) => entry switch
    {
        TaskCompletedEvent completed => completed.TaskScheduledId,
        TaskFailedEvent failed => failed.TaskScheduledId,
        _ => null,
    };

    private static List<ProcessEvent> Show(IList<HistoryEvent> history)
    {
        var names = history.OfType<TaskScheduledEvent>().GroupBy(task => task.EventId).ToDictionary(task => task.Key, task => task.Last().Name);
        return [.. history.TakeLast(ProcessView.MostEntries).Select(entry => Show(entry, names))];
    }

    private static ProcessEvent Show(HistoryEvent entry, Dictionary<int, string?> names)
    {
        var (name, ok, detail) = entry switch
        {
            TaskScheduledEvent scheduled => (scheduled.Name, (bool?)null, (string?)null),
            TaskCompletedEvent completed => (names.GetValueOrDefault(completed.TaskScheduledId), true, null),
            TaskFailedEvent failed => (names.GetValueOrDefault(failed.TaskScheduledId), false, Cut(failed.Reason)),
            EventRaisedEvent raised => (raised.Name, null, null),
            TimerCreatedEvent timer => (null, null, timer.FireAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)),
            _ => (null, null, null),
        };
        return new ProcessEvent(entry.EventType.ToString(), DateTime.SpecifyKind(entry.Timestamp, DateTimeKind.Utc), name, ok, detail);
    }

    private static string? Cut(string? text) => text is { Length: > MostCharacters } ? text[..MostCharacters] : text;
}
