using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Payments;

/// <summary>The names under which our ids stand in Stripe's metadata.</summary>
internal static class StripeMetadata
{
    public const string PaymentId = "payment_id";
    public const string OrderId = "order_id";
    public const string RefundId = "refund_id";

    /// <summary>The value, or null: what somebody made by hand in the dashboard has none.</summary>
    public static string? Get(this IReadOnlyDictionary<string, string>? metadata, string name) => metadata?.GetValueOrDefault(name);
}

/// <summary>A payment intent, as far as it is read. https://docs.stripe.com/api/payment_intents/object</summary>
internal sealed record StripeIntent(
    [property: JsonRequired] string Id,
    [property: JsonRequired] string Status,
    [property: JsonRequired] long Amount,
    [property: JsonRequired] string Currency,
    long AmountReceived = 0,
    JsonElement? LatestCharge = null,
    string? ClientSecret = null,
    IReadOnlyDictionary<string, string>? Metadata = null,
    StripeError? LastPaymentError = null)
{
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";

    /// <summary>The charge's number, whether it came as a number or expanded.</summary>
    public string? ChargeId => LatestCharge switch
    {
        { ValueKind: JsonValueKind.String } id => id.GetString(),
        { ValueKind: JsonValueKind.Object } charge when charge.TryGetProperty("id", out var id) => id.GetString(),
        _ => null,
    };

    /// <summary>When the charge was made; null when it was not expanded.</summary>
    public DateTimeOffset? ChargedAt =>
        LatestCharge is { ValueKind: JsonValueKind.Object } charge && charge.TryGetProperty("created", out var created) && created.TryGetInt64(out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}

/// <summary>https://docs.stripe.com/api/refunds/object</summary>
internal sealed record StripeRefund(
    [property: JsonRequired] string Id,
    [property: JsonRequired] long Amount,
    [property: JsonRequired] string Currency,
    [property: JsonRequired] long Created,
    string? Status = null,
    string? FailureReason = null,
    IReadOnlyDictionary<string, string>? Metadata = null)
{
    /// <summary>One that needs the buyer's action is not decided; a cancelled one did not happen.</summary>
    public ProviderRefundStatus Word => Status switch
    {
        "succeeded" => ProviderRefundStatus.Succeeded,
        "failed" or "canceled" => ProviderRefundStatus.Failed,
        _ => ProviderRefundStatus.Pending,
    };
}

/// <summary>https://docs.stripe.com/api/charges/object</summary>
internal sealed record StripeCharge(
    [property: JsonRequired] string Id,
    [property: JsonRequired] string Status,
    [property: JsonRequired] string Currency,
    [property: JsonRequired] long Created,
    long AmountCaptured = 0,
    IReadOnlyDictionary<string, string>? Metadata = null);

internal sealed record StripeList<T>([property: JsonRequired] IReadOnlyList<T> Data, bool HasMore = false);

/// <summary>https://docs.stripe.com/api/errors</summary>
internal sealed record StripeError(string? Type = null, string? Code = null, string? DeclineCode = null)
{
    /// <summary>The intent is not in a state that allows the call: it moved on meanwhile.</summary>
    public const string UnexpectedState = "payment_intent_unexpected_state";

    /// <summary>For our notes: codes only, never the message, which may speak of the buyer.</summary>
    public override string ToString() => string.Join('/', new[] { Type, Code, DeclineCode }.Where(part => part is not null));
}

internal sealed record StripeErrorAnswer(StripeError? Error = null);

internal sealed record StripeEventData([property: JsonRequired] JsonElement Object);

/// <summary>https://docs.stripe.com/api/events/object</summary>
internal sealed record StripeEvent(
    [property: JsonRequired] string Id, [property: JsonRequired] string Type, [property: JsonRequired] long Created, [property: JsonRequired] StripeEventData Data);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StripeIntent))]
[JsonSerializable(typeof(StripeRefund))]
[JsonSerializable(typeof(StripeList<StripeIntent>))]
[JsonSerializable(typeof(StripeList<StripeRefund>))]
[JsonSerializable(typeof(StripeList<StripeCharge>))]
[JsonSerializable(typeof(StripeErrorAnswer))]
[JsonSerializable(typeof(StripeEvent))]
internal sealed partial class StripeJson : JsonSerializerContext;
