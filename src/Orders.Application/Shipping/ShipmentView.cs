using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Shipping;

namespace Orders.Application.Shipping;

/// <summary>A parcel, as the API answers it.</summary>
public sealed record ShipmentView(
    ShipmentId ShipmentId, OrderId OrderId, string Carrier, string TrackingNumber, IReadOnlyList<ShipmentLineView> Lines, DateTime ShippedAt,
    IReadOnlyList<ParcelEventView> Events)
{
    public static ShipmentView Of(Order order, Shipment shipment) => new(
        shipment.ShipmentId,
        order.OrderId,
        shipment.Carrier,
        shipment.TrackingNumber,
        [.. order.Lines.Where(line => shipment.Lines[line.LineId] > 0).Select(line => new ShipmentLineView(line.LineId, line.Sku, shipment.Lines[line.LineId]))],
        shipment.ShippedAt.UtcDateTime,
        [.. shipment.Events.Select(ParcelEventView.Of)]);
}

/// <summary>Units of a line in a parcel.</summary>
public sealed record ShipmentLineView(string LineId, Sku Sku, int Quantity);

/// <summary>A carrier's report.</summary>
public sealed record ParcelEventView(
    string Status, DateTime At, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Location)
{
    public static ParcelEventView Of(ParcelEvent report) => new(report.Status, report.At.UtcDateTime, report.Location);
}
