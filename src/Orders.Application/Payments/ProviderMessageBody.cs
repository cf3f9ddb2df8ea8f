using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>The body of a provider's webhook.</summary>
/// <param name="Type">One of <see cref="ProviderMessageTypes"/>.</param>
/// <param name="Timestamp">When it happened.</param>
public sealed record ProviderMessageBody(
    [property: JsonRequired] string Type, [property: JsonRequired] DateTimeOffset Timestamp, [property: JsonRequired] ProviderMessageData Data)
{
    /// <summary>Reads a body that has the form of the contract. False says why not.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> json, [NotNullWhen(true)] out ProviderMessageBody? body, [NotNullWhen(false)] out string? because)
    {
        (body, because) = (null, null);
        try
        {
            body = JsonSerializer.Deserialize(json, ProviderMessageJson.Default.ProviderMessageBody);
        }
        catch (JsonException refused)
        {
            because = refused.Path is { } path ? $"not of the contract's form at {path}" : "not JSON";
            return false;
        }

        because = body switch
        {
            null or { Type: null } or { Data: null } => "not of the contract's form",
            _ when !ProviderMessageTypes.All.Contains(body.Type) => "its type is unknown",
            { Data.Amount: < 0 } => "its amount is negative",
            { Data.ProviderReference: not { Length: >= 1 and <= 200 } } => "its providerReference must have 1 to 200 characters",
            _ => null,
        };
        return because is null;
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ProviderMessageJson.Default.ProviderMessageBody);
}

/// <param name="Amount">Minor units of <paramref name="Currency"/>.</param>
/// <param name="ProviderReference">The provider's number of the capture, or of a refund: there it is our refund id if the provider keeps it.</param>
public sealed record ProviderMessageData(
    [property: JsonRequired] PaymentId PaymentId,
    [property: JsonRequired] OrderId OrderId,
    [property: JsonRequired] long Amount,
    [property: JsonRequired] Currency Currency,
    [property: JsonRequired] string ProviderReference)
{
    /// <summary>The provider's number of the attempt, of one that goes by its own. No field of our contract's body.</summary>
    [JsonIgnore]
    public string? ProviderPaymentId { get; init; }
}

/// <summary>What providers tell.</summary>
public static class ProviderMessageTypes
{
    public const string PaymentSucceeded = "payment.succeeded";
    public const string PaymentFailed = "payment.failed";
    public const string RefundSucceeded = "refund.succeeded";
    public const string RefundFailed = "refund.failed";

    public static readonly IReadOnlySet<string> All =
        new HashSet<string>(StringComparer.Ordinal) { PaymentSucceeded, PaymentFailed, RefundSucceeded, RefundFailed };
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(ProviderMessageBody))]
internal sealed partial class ProviderMessageJson : JsonSerializerContext;
