using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Events;

/// <summary>What an endpoint is told: <c>{type, timestamp, data}</c>, as Standard Webhooks has it. Who needs the address or the buyer reads the order.</summary>
/// <param name="Timestamp">When it happened, which every attempt says alike.</param>
public sealed record WebhookBody(string Type, DateTime Timestamp, WebhookOrder Data)
{
    public static string Of(OrderEventEnvelope envelope, string text) => JsonSerializer.Serialize(
        new WebhookBody(WebhookTypes.Of(envelope.Type), envelope.Time.UtcDateTime, WebhookOrder.Of(envelope.Data, text)), WebhookBodyJson.Default.WebhookBody);

    /// <summary>Of <see cref="WebhookTypes.Test"/>.</summary>
    public static string OfTest(WebhookId webhook, DateTimeOffset now) => JsonSerializer.Serialize(
        new TestBody(WebhookTypes.Test, now.UtcDateTime, new TestData(webhook, "A test: somebody of the shop asked for it.")), WebhookBodyJson.Default.TestBody);

    internal sealed record TestBody(string Type, DateTime Timestamp, TestData Data);

    internal sealed record TestData(WebhookId WebhookId, string Text);
}

/// <summary>An order in a message. Amounts in minor units of <paramref name="Currency"/>.</summary>
/// <param name="Version">Grows with each change of the order, so that an older message can be told from a newer one.</param>
/// <param name="Text">What the buyer is told.</param>
public sealed record WebhookOrder(
    OrderId OrderId, OrderStatus Status, long Version, string Text, Currency Currency, OrderTotals Totals, IReadOnlyList<WebhookLine> Lines,
    IReadOnlyList<WebhookParcel> Shipments, DateTime PayBy, DateTime PlacedAt, DateTime UpdatedAt)
{
    /// <summary>The after-sale case that it is about; left out where it is about none.</summary>
    public CaseId? CaseId { get; init; }

    public static WebhookOrder Of(OrderSnapshot order, string text) => new(
        order.OrderId, order.Status, order.Version, text, order.Currency, order.Totals, [.. order.Lines.Select(line => new WebhookLine(line.LineId, line.Sku, line.Quantity))],
        [.. order.Shipments.Select(parcel => new WebhookParcel(parcel.ShipmentId, parcel.Carrier, parcel.TrackingNumber, parcel.LastStatus))],
        order.PayBy.UtcDateTime, order.PlacedAt.UtcDateTime, order.UpdatedAt.UtcDateTime)
    {
        CaseId = order.AboutCase,
    };
}

/// <summary>A line of it.</summary>
public sealed record WebhookLine(string LineId, Sku Sku, int Quantity);

/// <summary>A parcel of it, with the carrier's last word.</summary>
public sealed record WebhookParcel(ShipmentId ShipmentId, string Carrier, string TrackingNumber, string? LastStatus);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(WebhookBody.TestBody))]
internal sealed partial class WebhookBodyJson : JsonSerializerContext;
