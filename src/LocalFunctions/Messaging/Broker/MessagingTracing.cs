using System.Diagnostics;
using LocalFunctions.Functions;

namespace LocalFunctions.Messaging.Broker;

/// <summary>
/// Spans of sending and processing, and the way of a trace through a message: its properties <c>traceparent</c> and <c>tracestate</c>. Messages of Azure's
/// older clients have <c>Diagnostic-Id</c> instead, which is read as well.
/// </summary>
internal static class MessagingTracing
{
    public const string SourceName = "LocalFunctions.Messaging";

    public const string Parent = "traceparent";
    public const string State = "tracestate";
    private const string OlderParent = "Diagnostic-Id";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>The span of a send.</summary>
    public static Activity? Send(string entity, IReadOnlyCollection<ServiceBusMessage> messages)
    {
        var span = Source.StartActivity($"send {entity}", ActivityKind.Producer);
        Tag(span, entity, "send", messages.Count, messages.Count == 1 ? messages.First().MessageId : null);
        return span;
    }

    /// <summary>Puts the trace that runs now into messages that have none; a message that is sent on keeps its own.</summary>
    public static void Stamp(IReadOnlyCollection<ServiceBusMessage> messages)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } current)
            return;
        foreach (var message in messages)
        {
            var properties = message.ApplicationProperties;
            if (properties.ContainsKey(OlderParent) || !properties.TryAdd(Parent, id))
                continue;
            if (!string.IsNullOrEmpty(current.TraceStateString))
                properties[State] = current.TraceStateString;
        }
    }

    /// <summary>The span of a delivery: a child of the one message's sender; linked to the senders when they are several.</summary>
    public static Activity? Process(string entity, FunctionDescriptor function, IReadOnlyList<StoredMessage> messages)
    {
        if (!IsOn)
            return null;
        var senders = messages.Select(message => ContextOf(message.Properties)).ToList();
        var span = Source.StartActivity(
            $"process {entity}", ActivityKind.Consumer, senders.Count == 1 ? senders[0] : default, tags: null,
            links: senders.Count == 1 ? null : senders.Where(sender => sender != default).Distinct().Select(sender => new ActivityLink(sender)));
        Tag(span, entity, "process", messages.Count, messages.Count == 1 ? messages[0].MessageId : null);
        span?.SetTag("messaging.servicebus.message.delivery_count", messages[0].Deliveries);
        span?.SetTag("faas.name", function.Name);
        span?.SetTag("faas.trigger", "pubsub");
        return span;
    }

    private static ActivityContext ContextOf(string? properties)
    {
        if (properties is null)
            return default;
        var all = PropertyText.Read(properties);
        return TraceText.Read((all.GetValueOrDefault(Parent) ?? all.GetValueOrDefault(OlderParent)) as string, all.GetValueOrDefault(State) as string);
    }

    private static void Tag(Activity? span, string entity, string operation, int count, string? messageId)
    {
        if (span is null)
            return;
        span.SetTag("messaging.system", "servicebus");
        span.SetTag("messaging.operation.name", operation);
        span.SetTag("messaging.operation.type", operation);
        span.SetTag("messaging.destination.name", entity);
        if (count != 1)
            span.SetTag("messaging.batch.message_count", count);
        if (messageId is not null)
            span.SetTag("messaging.message.id", messageId);
    }
}
