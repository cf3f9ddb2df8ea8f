using System.Diagnostics;
using LocalFunctions.Functions;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// Spans of orchestrations, in the words of the real engine. Each turn is one, a child of whoever started the instance, linked to whoever signalled it; each
/// run of an activity is one, a child of the turn that called it. A replay is within its turn's span and makes none, so work has as many spans as it had runs.
/// </summary>
internal static class DurableTracing
{
    public const string SourceName = "LocalFunctions.Durable";

    private static readonly System.Diagnostics.ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    public static Activity? Create(NewInstance start) =>
        Tagged(Source.StartActivity($"create_orchestration:{start.Name}", ActivityKind.Producer), "orchestration", start.Name, start.Id);

    public static Activity? Raise(string instanceId, string eventName) =>
        Tagged(Source.StartActivity($"orchestration_event:{eventName}", ActivityKind.Producer), "event", eventName, instanceId);

    public static Activity? Turn(InstanceRow row, List<InboxMessage> messages)
    {
        if (!IsOn)
            return null;
        var origin = TraceText.Read(row.Trace);
        var signals = messages.Select(message => TraceText.Read(message.Trace)).Where(signal => signal != default).Distinct();
        return Tagged(
            Source.StartActivity($"orchestration:{row.Name}", ActivityKind.Server, origin, tags: null, signals.Select(signal => new ActivityLink(signal))),
            "orchestration", row.Name, row.Id);
    }

    public static void End(Activity? span, Turn turn)
    {
        if (span is null || turn.End is not { } end)
            return;
        span.SetTag("durabletask.task.status", end.Kind.ToString());
        if (end.Failure is null)
            return;
        span.SetTag("error.type", end.Failure.ErrorType);
        span.SetStatus(ActivityStatusCode.Error);
    }

    public static Activity? Run(ActivityItem item)
    {
        if (!IsOn)
            return null;
        var span = Tagged(
            Source.StartActivity($"activity:{item.Name}", ActivityKind.Server, TraceText.Read(item.Trace)), "activity", item.Name, item.InstanceId);
        span?.SetTag("durabletask.task.task_id", item.Task);
        return span;
    }

    private static Activity? Tagged(Activity? span, string type, string name, string instanceId)
    {
        span?.SetTag("durabletask.type", type);
        span?.SetTag("durabletask.task.name", name);
        span?.SetTag("durabletask.task.instance_id", instanceId);
        return span;
    }
}
