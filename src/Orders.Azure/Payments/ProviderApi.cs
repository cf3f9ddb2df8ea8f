using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Payments;

internal sealed record OpenRequest(PaymentId PaymentId, OrderId OrderId, long Amount, Currency Currency, string? Method);

internal sealed record RefundRequest(string RefundId, PaymentId PaymentId, long Amount, Currency Currency);

internal sealed record CapturedMoney([property: JsonRequired] long Amount, [property: JsonRequired] Currency Currency);

internal sealed record PaymentAnswer(
    [property: JsonRequired] PaymentId PaymentId,
    [property: JsonRequired] ProviderPaymentStatus Status,
    CapturedMoney? Captured,
    DateTimeOffset? CapturedAt,
    string? ProviderReference,
    string? PayUrl);

/// <summary>What goes over the wire to and from a provider.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OpenRequest))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(PaymentAnswer))]
internal sealed partial class ProviderApiJson : JsonSerializerContext;
