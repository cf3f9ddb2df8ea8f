using System.Text.Json.Serialization;
using Orders.Application.AfterSales;
using Orders.Application.Payments;
using Orders.Application.Shipping;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>
/// An order as the API answers it. Amounts are minor units of its currency; times are UTC. What is absent is written as null, but for the
/// address's optional lines.
/// </summary>
public sealed record OrderView(
    OrderId OrderId,
    UserId UserId,
    OrderStatus Status,
    long Version,
    Currency Currency,
    IReadOnlyList<OrderLineView> Lines,
    OrderTotals Totals,
    string? CouponCode,
    AddressView ShippingAddress,
    string? Note,
    DateTime PayBy,
    IReadOnlyList<TimelineEntryView> Timeline,
    IReadOnlyList<ShipmentView> Shipments,
    IReadOnlyList<AfterSaleView> AfterSales,
    IReadOnlyList<PaymentView> Payments,
    DateTime PlacedAt,
    DateTime UpdatedAt)
{
    public static OrderView Of(Order order) => new(
        order.OrderId,
        order.UserId,
        order.Status,
        order.Version,
        order.Currency,
        [.. order.Lines.Select(line => OrderLineView.Of(order, line))],
        order.Totals,
        order.CouponCode,
        AddressView.Of(order.ShippingAddress),
        order.Note,
        order.PayBy.UtcDateTime,
        [.. order.Timeline.Select(TimelineEntryView.Of)],
        [.. order.Shipments.Select(shipment => ShipmentView.Of(order, shipment))],
        [.. order.Cases.Select(@case => AfterSaleView.Of(order, @case))],
        [.. order.Payments.Select(payment => PaymentView.Of(order.OrderId, payment))],
        order.PlacedAt.UtcDateTime,
        order.UpdatedAt.UtcDateTime);

    public static Page<OrderView> Of(Page<Order> page) => new([.. page.Items.Select(Of)], page.NextCursor);
}

/// <summary>A line as bought, and what became of it.</summary>
public sealed record OrderLineView(
    string LineId, Sku Sku, string Name, int Quantity, long UnitPrice, long Discount, long Total, int ShippedQuantity, int ReturnedQuantity, long Refunded)
{
    public static OrderLineView Of(Order order, OrderLine line) => new(
        line.LineId, line.Sku, line.Name, line.Quantity, line.UnitPrice, line.Discount, line.Total, order.ShippedQuantity(line.LineId), line.ReturnedQuantity,
        line.Refunded);
}

/// <summary>A state change; the first has <c>from: null</c>.</summary>
public sealed record TimelineEntryView(DateTime At, OrderStatus? From, OrderStatus To, string By, string Reason)
{
    public static TimelineEntryView Of(TimelineEntry entry) => new(entry.At.UtcDateTime, entry.From, entry.To, entry.By, entry.Reason);
}

/// <summary>Where the parcels go.</summary>
public sealed record AddressView(
    string Name,
    string Line1,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Line2,
    string City,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Region,
    string PostalCode,
    string Country)
{
    public static AddressView Of(Address address) =>
        new(address.Name, address.Line1, address.Line2, address.City, address.Region, address.PostalCode, address.Country);

    public override string ToString() => "(address)";
}
