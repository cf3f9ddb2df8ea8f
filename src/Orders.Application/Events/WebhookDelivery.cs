using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>Where a delivery stands.</summary>
[JsonConverter(typeof(CamelCaseNames<DeliveryStatus>))]
public enum DeliveryStatus
{
    Pending,

    /// <summary>The endpoint answered 2xx.</summary>
    Delivered,

    /// <summary>Given up: every attempt failed, or the endpoint is disabled.</summary>
    Failed,
}

/// <summary>One try to deliver.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="StatusCode">The endpoint's answer; null when there was none.</param>
/// <param name="Error">Why there was none, in our words.</param>
/// <param name="NextAt">When the next one is due; null when this was the last.</param>
public sealed record DeliveryAttempt(int Number, DateTimeOffset At, int? StatusCode, string? Error, long DurationMs, DateTimeOffset? NextAt);

/// <summary>
/// One message for one endpoint: an outbox item, and the log of what became of it. Its id follows from both, so that a repeated event makes no second
/// one; its version makes every change conditional.
/// </summary>
public sealed record WebhookDelivery
{
    /// <summary>Attempts in the log; of more, which people asked for by hand, the newest.</summary>
    public const int MostLogged = 30;

    /// <summary>What its endpoint and its message make it: see <see cref="IdOf"/>.</summary>
    public required string DeliveryId { get; init; }

    public required WebhookId WebhookId { get; init; }

    /// <summary>The <c>webhook-id</c>: the same in every attempt and for every endpoint.</summary>
    public required string EventId { get; init; }

    /// <summary>Without a version: <c>order.paid</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The JSON that is signed and sent. Without personal data.</summary>
    public required string Body { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>1 when added, one more with each save.</summary>
    public long Version { get; init; } = 1;

    public DeliveryStatus Status { get; init; }

    /// <summary>Attempts whose outcome is recorded.</summary>
    public int AttemptCount { get; init; }

    public IReadOnlyList<DeliveryAttempt> Attempts { get; init; } = [];

    /// <summary>When somebody must look at it though nothing happened: the next attempt, or the end of the claim. Null once it has ended.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Somebody is sending it until then; a crash leaves it at that, and afterwards it is sent again.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it ended without a further attempt; null when an attempt tells it.</summary>
    public string? Note { get; init; }

    public static string IdOf(WebhookId webhook, string eventId) => $"{webhook}-{eventId}";

    /// <summary>A message that is due at once.</summary>
    public static WebhookDelivery New(WebhookId webhook, string eventId, string type, string body, DateTimeOffset now) => new()
    {
        DeliveryId = IdOf(webhook, eventId),
        WebhookId = webhook,
        EventId = eventId,
        Type = type,
        Body = body,
        CreatedAt = now,
        NextAt = now,
    };

    public override string ToString() => $"{DeliveryId} ({Status}, {AttemptCount} attempts)";
}

/// <summary>That it is time for an attempt; one that is not the delivery's next means nothing.</summary>
/// <param name="Attempt">Attempts that were recorded when it was made.</param>
public sealed record DeliveryTurn(WebhookId WebhookId, string DeliveryId, int Attempt)
{
    /// <summary>Lanes per endpoint: so many messages can be under way to it at once, those of one order one after the other.</summary>
    public const int Lanes = 4;

    /// <summary>At most 90 characters.</summary>
    [JsonIgnore]
    public string MessageId => $"{DeliveryId}-{Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>The session: a slow endpoint fills its own lanes and nobody else's.</summary>
    [JsonIgnore]
    public string Lane
    {
        get
        {
            var order = DeliveryId.AsSpan(0, Math.Max(DeliveryId.LastIndexOf('-'), 0));
            var hash = 2_166_136_261u;
            foreach (var letter in order)
                hash = unchecked((hash ^ letter) * 16_777_619u);
            return $"{WebhookId}-{(char)('a' + hash % Lanes)}";
        }
    }

    public static DeliveryTurn Of(WebhookDelivery delivery) => new(delivery.WebhookId, delivery.DeliveryId, delivery.AttemptCount);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, WebhookJson.Default.DeliveryTurn);

    /// <exception cref="JsonException">Not such a message.</exception>
    public static DeliveryTurn Parse(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body, WebhookJson.Default.DeliveryTurn) is { WebhookId.Value: not null, DeliveryId: not null } turn
            ? turn
            : throw new JsonException("A turn names endpoint, delivery and attempt.");
}

/// <summary>Deliveries: the outbox of what goes to endpoints, and its log. A <see cref="DependencyUnavailableException"/> means: unknown whether it happened.</summary>
public interface IDeliveries
{
    /// <summary>Adds those that are not there by their ids; the others stay as they are, so repeating is success. Each by itself all or nothing.</summary>
    Task AddAsync(IReadOnlyList<WebhookDelivery> deliveries, CancellationToken cancellation);

    /// <summary>Null when there is none, or none of this endpoint. Reads its own writes.</summary>
    Task<WebhookDelivery?> FindAsync(WebhookId webhook, string deliveryId, CancellationToken cancellation);

    /// <summary>Stores it if version <c>delivery.Version − 1</c> is stored. False when another one or none is: read again, decide again.</summary>
    Task<bool> SaveAsync(WebhookDelivery delivery, CancellationToken cancellation);

    /// <summary>Those whose <see cref="WebhookDelivery.NextAt"/> lies before that instant, the longest due first.</summary>
    Task<IReadOnlyList<WebhookDelivery>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>An endpoint's, the newest first, perhaps of one status.</summary>
    /// <exception cref="FormatException">The cursor is not one of this list.</exception>
    Task<Page<WebhookDelivery>> ListAsync(WebhookId webhook, DeliveryStatus? status, int limit, string? cursor, CancellationToken cancellation);

    /// <summary>Forgets those that ended before that instant, at most <paramref name="limit"/>; returns how many.</summary>
    Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}

/// <summary>The queue <c>webhook-deliveries</c>, by which an attempt is made in time. Nothing rests on it alone: what is due without a message is found by the sweep.</summary>
public interface IDeliveryQueue
{
    /// <summary>Sends it, to be seen at that instant, or at once when null. Durable when it completes; a second one of the same turn does nothing.</summary>
    Task EnqueueAsync(DeliveryTurn turn, DateTimeOffset? at, CancellationToken cancellation);
}
