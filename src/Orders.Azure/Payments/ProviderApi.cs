using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Azure.Payments;

internal sealed record OpenRequest(PaymentId PaymentId, OrderId OrderId, long Amount, Currency Currency, string? Method);

internal sealed record RefundRequest(string RefundId, PaymentId PaymentId, long Amount, Currency Currency);

internal sealed record RefundAnswer(
    [property: JsonRequired] string RefundId, [property: JsonRequired] ProviderRefundStatus Status, string? Reference, string? Because)
{
    /// <summary>The answer if it makes sense and is about this refund; null otherwise.</summary>
    public ProviderRefund? About(string asked) =>
        RefundId == asked && Enum.IsDefined(Status) && Reference is null or { Length: <= PaymentAnswer.MostReferenceCharacters }
            ? new ProviderRefund(asked, Status, Reference, Because)
            : null;
}

internal sealed record StatementLineAnswer(
    [property: JsonRequired] StatementLineType Type,
    [property: JsonRequired] string Reference,
    string? PaymentId,
    string? OrderId,
    [property: JsonRequired] long Amount,
    [property: JsonRequired] Currency Currency,
    [property: JsonRequired] DateTimeOffset At);

internal sealed record StatementAnswer([property: JsonRequired] IReadOnlyList<StatementLineAnswer?> Lines, string? NextCursor)
{
    /// <summary>Null when it makes no sense. A line is never left out: one that can't be read makes the whole page unreadable.</summary>
    public Page<StatementLine>? AsPage() =>
        Lines is { Count: <= OrderLimits.MostStatementLines } && Lines.All(line => line is { Reference: not null } && Enum.IsDefined(line.Type))
            ? new Page<StatementLine>([.. Lines.Select(line => Of(line!))], NextCursor)
            : null;

    private static StatementLine Of(StatementLineAnswer line) =>
        new(line.Type, line.Reference, line.PaymentId, line.OrderId, new Money(line.Amount, line.Currency), line.At);
}

internal sealed record CapturedMoney([property: JsonRequired] long Amount, [property: JsonRequired] Currency Currency);

internal sealed record PaymentAnswer(
    [property: JsonRequired] PaymentId PaymentId,
    [property: JsonRequired] ProviderPaymentStatus Status,
    CapturedMoney? Captured,
    DateTimeOffset? CapturedAt,
    string? ProviderReference,
    string? PayUrl)
{
    // What is stored with the order must stay within the order's bounds.
    internal const int MostReferenceCharacters = 200;
    private const int MostUrlCharacters = 2_000;

    /// <summary>The answer if it makes sense and is about this payment; null otherwise. Money counts only together with its status.</summary>
    public ProviderPayment? About(PaymentId asked)
    {
        var hasMoney = Captured is { Amount: > 0 };
        return PaymentId == asked
            && Enum.IsDefined(Status)
            && (Captured is null || hasMoney)
            && hasMoney == (Status == ProviderPaymentStatus.Succeeded)
            && ProviderReference is null or { Length: <= MostReferenceCharacters }
            && IsAddress(PayUrl)
                ? new ProviderPayment(asked, Status, Captured is { } money ? new Money(money.Amount, money.Currency) : null, CapturedAt, ProviderReference, PayUrl)
                : null;
    }

    /// <summary>A buyer's browser is sent there, so nothing but the web will do.</summary>
    private static bool IsAddress(string? url) =>
        url is null || (url.Length <= MostUrlCharacters && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http");
}

/// <summary>What goes over the wire to and from a provider.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OpenRequest))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(PaymentAnswer))]
[JsonSerializable(typeof(RefundAnswer))]
[JsonSerializable(typeof(StatementAnswer))]
internal sealed partial class ProviderApiJson : JsonSerializerContext;
