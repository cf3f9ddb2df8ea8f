namespace Orders.Domain.Shipping;

/// <summary>A parcel on its way.</summary>
/// <param name="ShipmentId">Derived from order and idempotency key.</param>
/// <param name="Carrier">Who carries it, 1–50 characters.</param>
/// <param name="TrackingNumber">The carrier's number, 1–100 characters.</param>
/// <param name="Lines">What is in it.</param>
/// <param name="ShippedAt">When it left.</param>
/// <param name="Events">What the carrier reported, by time; at most <see cref="Checkout.OrderLimits.MostParcelEvents"/>.</param>
public sealed record Shipment(
    ShipmentId ShipmentId, string Carrier, string TrackingNumber, Units Lines, DateTimeOffset ShippedAt, IReadOnlyList<ParcelEvent> Events);

/// <summary>One report of a carrier.</summary>
/// <param name="Status">The carrier's word, 1–50 characters: <c>in-transit</c>, <c>delivered</c> …</param>
/// <param name="At">When it happened, by the carrier.</param>
/// <param name="Location">Where, at most 200 characters.</param>
public sealed record ParcelEvent(string Status, DateTimeOffset At, string? Location);
