using System.Collections.Concurrent;
using System.Text.Json;
using Orders.Application.Payments;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>A webhook that a receiver believed.</summary>
/// <param name="Id">The <c>webhook-id</c>.</param>
/// <param name="Status">What it was answered.</param>
public sealed record ReceivedWebhook(string Receiver, string Id, string? Type, DateTimeOffset At, int Status, JsonElement Body);

/// <summary>
/// Simulated systems of the shop that take webhooks: they verify them as any receiver should, answer as they are told, and show what came. In memory, and
/// only the newest: for looking at, not for keeping.
/// </summary>
public sealed class WebhookReceivers(TimeProvider clock)
{
    public const int MostReceivers = 100;

    private const int MostReceived = 1_000;

    private readonly ConcurrentDictionary<string, Settings> receivers = new(StringComparer.Ordinal);
    private readonly Queue<ReceivedWebhook> received = [];

    private sealed record Settings(WebhookSecret Secret, int Answer, int? RetryAfter);

    public IReadOnlyList<ReceivedWebhook> Received
    {
        get
        {
            lock (received)
                return [.. received];
        }
    }

    /// <summary>Makes a receiver, or tells it otherwise. False when there are too many.</summary>
    public bool Put(string name, WebhookSecret secret, int answer, int? retryAfter)
    {
        if (!receivers.ContainsKey(name) && receivers.Count >= MostReceivers)
            return false;
        receivers[name] = new Settings(secret, answer, retryAfter);
        return true;
    }

    /// <summary>What the receiver answers, and perhaps seconds to wait. 401: it does not believe it. Null: there is no such receiver.</summary>
    public (int Status, int? RetryAfter, string? Because)? Take(string name, WebhookHeaders headers, ReadOnlyMemory<byte> body)
    {
        if (!receivers.TryGetValue(name, out var settings))
            return null;
        var now = clock.GetUtcNow();
        switch (StandardWebhook.Verify([settings.Secret], headers, body.Span, now))
        {
            case WebhookVerdict.Malformed malformed:
                return (400, null, malformed.Because);
            case WebhookVerdict.NotGenuine not:
                return (401, null, not.Because);
        }

        var json = JsonElement.Parse(body.Span);
        var type = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("type", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        lock (received)
        {
            received.Enqueue(new ReceivedWebhook(name, headers.Id!, type, now, settings.Answer, json));
            if (received.Count > MostReceived)
                received.Dequeue();
        }

        return (settings.Answer, settings.RetryAfter, null);
    }
}
