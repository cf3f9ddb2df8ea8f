using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Domain.Shipping;

namespace Orders.Application.Events;

/// <summary>
/// A CloudEvents 1.0 event in JSON format about one saved change of an order. Its data is a snapshot without personal data; who needs the
/// address reads the order.
/// </summary>
/// <param name="Id"><c>{orderId}-{sequence}</c>.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Subject">The order id.</param>
/// <param name="Sequence">The order's version, as the Sequence extension writes it: text.</param>
/// <param name="UserId">Extension attribute: the order's partition.</param>
public sealed record OrderEventEnvelope(
    [property: JsonPropertyName("specversion")] string SpecVersion,
    string Id,
    string Source,
    string Type,
    string Subject,
    DateTimeOffset Time,
    [property: JsonPropertyName("datacontenttype")] string DataContentType,
    string Sequence,
    [property: JsonPropertyName("userid")] UserId UserId,
    OrderSnapshot Data)
{
    /// <summary>Extension attribute: the trace of the change, where somebody traces.</summary>
    [JsonPropertyName("traceparent")]
    public string? TraceParent { get; init; }

    /// <summary>Extension attribute: what tracing systems add to it.</summary>
    [JsonPropertyName("tracestate")]
    public string? TraceState { get; init; }

    [JsonIgnore]
    public OrderRef Order => new(UserId, Data.OrderId);

    /// <summary>The outbox item that tells of this version of the order.</summary>
    /// <param name="order">As it is stored.</param>
    /// <param name="eventType">Of <see cref="EventTypes"/>.</param>
    /// <param name="about">The after-sale case that changed; null when none did.</param>
    public static OutboxItem ItemFor(Order order, string eventType, CaseId? about = null)
    {
        var id = $"{order.OrderId}-{order.Version.ToString(CultureInfo.InvariantCulture)}";
        var trace = OrderTracing.Current;
        var envelope = new OrderEventEnvelope(
            "1.0", id, "/orders", eventType, order.OrderId.Value, order.UpdatedAt, "application/json",
            order.Version.ToString(CultureInfo.InvariantCulture), order.UserId, OrderSnapshot.Of(order, about))
        {
            TraceParent = trace.Parent,
            TraceState = trace.State,
        };
        return new OutboxItem(
            id, order.Ref, eventType, order.Version, JsonSerializer.Serialize(envelope, EventJson.Default.OrderEventEnvelope), order.UpdatedAt);
    }

    /// <exception cref="JsonException">Not such an event.</exception>
    public static OrderEventEnvelope Parse(string body) => Checked(JsonSerializer.Deserialize(body, EventJson.Default.OrderEventEnvelope));

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="body">UTF-8.</param>
    public static OrderEventEnvelope Parse(ReadOnlySpan<byte> body) => Checked(JsonSerializer.Deserialize(body, EventJson.Default.OrderEventEnvelope));

    private static OrderEventEnvelope Checked(OrderEventEnvelope? parsed) => parsed is { Id: not null, Type: not null, Data.Lines: not null }
        ? parsed
        : throw new JsonException("An event has an id, a type and a snapshot of an order.");
}

/// <summary>An order in an event: amounts in minor units of <paramref name="Currency"/>, no address and no note.</summary>
/// <param name="Hold">The number of its hold of stock.</param>
/// <param name="LastReason">Why it last changed its state, in our own words: what people typed may be personal, so of theirs only who they were.</param>
/// <param name="ClosedAt">When nothing could happen by itself any more; null while something can.</param>
/// <param name="CancelledBecause">Why it ended unpaid; null while it has not, and in events from before it was told.</param>
public sealed record OrderSnapshot(
    OrderId OrderId, OrderStatus Status, long Version, Currency Currency, IReadOnlyList<OrderLine> Lines, OrderTotals Totals, int Hold,
    string? CouponCode, IReadOnlyList<SnapshotPayment> Payments, IReadOnlyList<SnapshotShipment> Shipments, DateTimeOffset PayBy,
    DateTimeOffset PlacedAt, DateTimeOffset UpdatedAt, string LastReason, DateTimeOffset? ClosedAt,
    CancelCause? CancelledBecause = null)
{
    /// <summary>The flash sale whose units it took; null for an order like any other.</summary>
    public SaleId? SaleId { get; init; }

    /// <summary>When it was first paid, cancelled and completed; null while it was not, and in events from before it was told.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The after-sale case that the event is about: the one whose units are told. Null for all other events.</summary>
    public CaseId? AboutCase { get; init; }

    /// <summary>After-sale cases, in the order of their opening; null where there are none.</summary>
    public IReadOnlyList<SnapshotCase>? Cases { get; init; }

    /// <summary>The case that the event is about.</summary>
    [JsonIgnore]
    public SnapshotCase? Case => AboutCase is { } about ? Cases?.FirstOrDefault(other => other.CaseId == about) : null;

    public static OrderSnapshot Of(Order order, CaseId? about = null) => new(
        order.OrderId, order.Status, order.Version, order.Currency, order.Lines, order.Totals, order.Hold, order.CouponCode,
        [.. order.Payments.Select(SnapshotPayment.Of)],
        [.. order.Shipments.Select(shipment => SnapshotShipment.Of(order, shipment))],
        order.PayBy, order.PlacedAt, order.UpdatedAt, ReasonOf(order.Timeline[^1]), order.ClosedAt,
        (order.State as OrderState.Cancelled)?.Cause)
    {
        SaleId = order.SaleId,
        PaidAt = FirstTime(order, OrderStatus.Paid),
        CancelledAt = FirstTime(order, OrderStatus.Cancelled),
        CompletedAt = FirstTime(order, OrderStatus.Completed),
        AboutCase = about,
        Cases = order.Cases.Count == 0 ? null : [.. order.Cases.Select(c => SnapshotCase.Of(order, c, withLines: c.CaseId == about))],
    };

    private static DateTimeOffset? FirstTime(Order order, OrderStatus status) => order.Timeline.FirstOrDefault(entry => entry.To == status)?.At;

    private static string ReasonOf(TimelineEntry entry) => entry.By is Actor.System or Actor.Provider ? entry.Reason : $"by {entry.By}";
}

/// <summary>An attempt to pay in an event: what the books need, not where the buyer pays or how.</summary>
public sealed record SnapshotPayment(
    PaymentId PaymentId, Money Amount, string Provider, PaymentStatus Status, Money? Captured, long Kept, IReadOnlyList<OrderRefund> Refunds)
{
    /// <summary>When the provider captured it; null before, and in events from before it was told.</summary>
    public DateTimeOffset? CapturedAt { get; init; }

    /// <summary>When we wrote it down; likewise.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The provider's own number of the capture; likewise.</summary>
    public string? ProviderReference { get; init; }

    public static SnapshotPayment Of(OrderPayment payment) => new(
        payment.PaymentId, payment.Amount, payment.Provider, payment.Status, payment.Captured, payment.Kept,
        [.. payment.Refunds.Select(refund => refund.Note is null ? refund : refund with { Note = null })])
    {
        CapturedAt = payment.CapturedAt,
        ReceivedAt = payment.ReceivedAt,
        ProviderReference = payment.ProviderReference,
    };
}

/// <summary>A parcel in an event, with the carrier's last word alone.</summary>
/// <param name="Lines">
/// What is in it. Of an order with after-sale cases only the newest parcel says so: the others have been told, and an event has to fit into a message.
/// </param>
public sealed record SnapshotShipment(ShipmentId ShipmentId, string Carrier, string TrackingNumber, Units Lines, DateTimeOffset ShippedAt, string? LastStatus)
{
    public static SnapshotShipment Of(Order order, Shipment shipment) => new(
        shipment.ShipmentId, shipment.Carrier, shipment.TrackingNumber, order.Cases.Count == 0 || shipment == order.Shipments[^1] ? shipment.Lines : Units.None,
        shipment.ShippedAt, shipment.Events.Count == 0 ? null : shipment.Events[^1].Status);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderEventEnvelope))]
public sealed partial class EventJson : JsonSerializerContext;
