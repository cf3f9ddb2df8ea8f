using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Application.Payments;

namespace Orders.Application.Events;

/// <summary>Why nothing is sent to an endpoint any more.</summary>
public enum WebhookDisabled
{
    /// <summary>It answered 410: it does not want to hear from us again.</summary>
    Gone,

    /// <summary>It failed for <see cref="WebhookPolicy.FailsAtMost"/> without one success.</summary>
    Failing,
}

/// <summary>A secret that was replaced and goes on signing until then. Never printed.</summary>
public sealed record RetiredSecret(string Secret, DateTimeOffset Until)
{
    public override string ToString() => "whsec_…";
}

/// <summary>
/// A system of the shop that hears of its orders. Its secret is kept because we sign with it; it is shown when it is made and never again, and nobody logs it.
/// </summary>
public sealed record WebhookEndpoint
{
    /// <summary>Secrets that sign at a time, the newest included: what a receiver has to look through.</summary>
    public const int MostSecrets = 4;

    public required WebhookId WebhookId { get; init; }

    public required string Url { get; init; }

    /// <summary>What it wants to hear of, without versions: <c>order.paid</c>. Empty: everything.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary><c>whsec_</c> and base64.</summary>
    public required string Secret { get; init; }

    public IReadOnlyList<RetiredSecret> Retired { get; init; } = [];

    /// <summary>By which request the secret was replaced last, as a hash; null while it is the first. A repeat of that request replaces nothing.</summary>
    public string? RotatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    public WebhookDisabled? DisabledBecause { get; init; }

    /// <summary>When the first attempt failed after which none has succeeded; null while the last one did.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    [JsonIgnore]
    public bool IsEnabled => DisabledAt is null;

    public bool Wants(string type) => IsEnabled && (Types.Count == 0 || Types.Contains(type));

    /// <summary>What signs at that instant, the newest first.</summary>
    public IReadOnlyList<WebhookSecret> SecretsAt(DateTimeOffset now) =>
        [WebhookSecret.Parse(Secret), .. Retired.Where(old => old.Until > now).Select(old => WebhookSecret.Parse(old.Secret))];

    /// <summary>Never a secret in a log by accident, nor an address with somebody's token in it.</summary>
    public override string ToString() => WebhookId.Value;
}

/// <summary>
/// All endpoints: one document, because there are few, everybody who sends needs them all, and their number is bounded by it. Replaced as a whole on
/// condition of the version that was read.
/// </summary>
/// <param name="Version">Grows by one with each save; 0 while there was none.</param>
public sealed record WebhookRegister(long Version, IReadOnlyList<WebhookEndpoint> Endpoints)
{
    public const int MostEndpoints = 20;

    public static readonly WebhookRegister Empty = new(0, []);

    public WebhookEndpoint? Find(WebhookId id) => Endpoints.FirstOrDefault(endpoint => endpoint.WebhookId == id);

    /// <summary>The next version, with this endpoint in its old place or at the end.</summary>
    public WebhookRegister With(WebhookEndpoint endpoint) => new(
        Version + 1,
        Find(endpoint.WebhookId) is null
            ? [.. Endpoints, endpoint]
            : [.. Endpoints.Select(other => other.WebhookId == endpoint.WebhookId ? endpoint : other)]);

    public WebhookRegister Without(WebhookId id) => new(Version + 1, [.. Endpoints.Where(endpoint => endpoint.WebhookId != id)]);

    public override string ToString() => $"{Endpoints.Count} endpoints";
}

/// <summary>Keeps the register. Everything may be repeated; a <see cref="DependencyUnavailableException"/> means: unknown whether it happened.</summary>
public interface IWebhooks
{
    /// <summary>As it is stored; <see cref="WebhookRegister.Empty"/> when nothing is. Reads its own writes.</summary>
    Task<WebhookRegister> ReadAsync(CancellationToken cancellation);

    /// <summary>
    /// Stores it if version <c>register.Version − 1</c> is stored (none for version 1). False when another one is: read again, decide again. All or nothing.
    /// </summary>
    Task<bool> SaveAsync(WebhookRegister register, CancellationToken cancellation);
}

/// <summary>The persisted forms of what is sent out: new optional fields only.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookRegister))]
[JsonSerializable(typeof(WebhookDelivery))]
[JsonSerializable(typeof(DeliveryTurn))]
public sealed partial class WebhookJson : JsonSerializerContext
{
    public static byte[] Write(WebhookRegister register) => JsonSerializer.SerializeToUtf8Bytes(register, Default.WebhookRegister);

    public static byte[] Write(WebhookDelivery delivery) => JsonSerializer.SerializeToUtf8Bytes(delivery, Default.WebhookDelivery);

    /// <exception cref="JsonException">Not a stored register.</exception>
    public static WebhookRegister ReadRegister(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.WebhookRegister) ?? throw new JsonException("A stored register is an object.");

    /// <exception cref="JsonException">Not a stored delivery.</exception>
    public static WebhookDelivery ReadDelivery(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.WebhookDelivery) ?? throw new JsonException("A stored delivery is an object.");
}
