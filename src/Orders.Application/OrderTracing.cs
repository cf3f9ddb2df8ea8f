using System.Diagnostics;
using System.Text.Json;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Application;

/// <summary>
/// The spans of orders, on whatever host. They know orders by their number (<c>order.id</c>) and nothing of people; a failure is told by its type. With
/// nobody listening a span is null and costs nothing.
/// </summary>
public static class OrderTracing
{
    /// <summary>What to listen to.</summary>
    public const string SourceName = "OrderFunctions";

    public const string OrderTag = "order.id";

    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>The trace that runs now, as CloudEvents' extension for distributed tracing has it; null where there is none.</summary>
    public static (string? Parent, string? State) Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current
        ? (current.Id, string.IsNullOrEmpty(current.TraceStateString) ? null : current.TraceStateString)
        : default;

    /// <summary>A step of an order's way, within whatever runs.</summary>
    public static Activity? Start(string name, OrderId order)
    {
        var span = Source.StartActivity(name);
        span?.SetTag(OrderTag, order.Value);
        return span;
    }

    /// <summary>The publishing of an event: a child of the change that it tells of, linked to the relay or sweep that came by.</summary>
    public static Activity? Publish(OutboxItem item) => !IsOn ? null
        : About(Begin($"publish {item.Type}", ActivityKind.Producer, ContextOf(item)), item.Order.OrderId, item.Type);

    /// <summary>
    /// A consumer at an event: a child of its delivery where the delivery belongs to the event's own trace, else of the event, so that the trace holds
    /// together whatever the bus made of it.
    /// </summary>
    public static Activity? Consume(string consumer, OrderEventEnvelope envelope)
    {
        if (!IsOn)
            return null;
        var span = About(
            Begin($"consume {envelope.Type}", ActivityKind.Consumer, ContextOf(envelope.TraceParent, envelope.TraceState)), envelope.Order.OrderId, envelope.Type);
        span?.SetTag("order.consumer", consumer);
        return span;
    }

    /// <summary>A call of somebody else's API. No path: those of merchants' endpoints may hold secrets.</summary>
    /// <param name="peer">Who, in a word of few: a provider's name.</param>
    public static Activity? Call(HttpMethod method, Uri address, string peer)
    {
        var span = Source.StartActivity($"{method.Method} {peer}", ActivityKind.Client);
        span?.SetTag("http.request.method", method.Method);
        span?.SetTag("server.address", address.Host);
        span?.SetTag("server.port", address.Port);
        span?.SetTag("peer.service", peer);
        return span;
    }

    /// <summary>Says that it failed, by the failure's type alone.</summary>
    public static void Failed(this Activity? span, Exception failure) => Failed(span, failure.GetType().Name);

    /// <inheritdoc cref="Failed(Activity, Exception)"/>
    /// <param name="reason">One word of few.</param>
    public static void Failed(this Activity? span, string reason)
    {
        span?.SetTag("error.type", reason);
        span?.SetStatus(ActivityStatusCode.Error);
    }

    private static Activity? Begin(string name, ActivityKind kind, ActivityContext origin)
    {
        var current = Activity.Current?.Context;
        return origin == default || current?.TraceId == origin.TraceId
            ? Source.StartActivity(name, kind)
            : Source.StartActivity(name, kind, origin, tags: null, current is { } other ? [new ActivityLink(other)] : null);
    }

    private static Activity? About(Activity? span, OrderId order, string eventType)
    {
        span?.SetTag(OrderTag, order.Value);
        span?.SetTag("order.event", eventType);
        return span;
    }

    private static ActivityContext ContextOf(OutboxItem item)
    {
        if (!item.Body.Contains($"\"{TraceParent}\":", StringComparison.Ordinal))
            return default;
        using var body = JsonDocument.Parse(item.Body);
        return ContextOf(Text(body.RootElement, TraceParent), Text(body.RootElement, TraceState));
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ActivityContext ContextOf(string? parent, string? state) =>
        ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : default;
}
