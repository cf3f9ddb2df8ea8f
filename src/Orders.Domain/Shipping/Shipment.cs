namespace Orders.Domain.Shipping;

/// <summary>A parcel on its way.</summary>
/// <param name="ShipmentId">Derived from order and idempotency key.</param>
/// <param name="Carrier">Who carries it, 1–50 characters.</param>
/// <param name="TrackingNumber">The carrier's number: 1–100 of <c>A–Z a–z 0–9</c>, space, <c>. _ / -</c>.</param>
/// <param name="Lines">What is in it.</param>
/// <param name="ShippedAt">When it left.</param>
/// <param name="Fingerprint">Hash of the request that made it: the same idempotency key with another parcel is refused.</param>
/// <param name="Events">What the carrier reported, by time; at most <see cref="Checkout.OrderLimits.MostParcelEvents"/>.</param>
public sealed record Shipment(
    ShipmentId ShipmentId, string Carrier, string TrackingNumber, Units Lines, DateTimeOffset ShippedAt, string Fingerprint, IReadOnlyList<ParcelEvent> Events);

/// <summary>One report of a carrier.</summary>
/// <param name="Status">The carrier's word, 1–50 of <c>A–Z a–z 0–9</c>, space, <c>_ -</c>: <c>in-transit</c>, <c>delivered</c> …</param>
/// <param name="At">When it happened, by the carrier.</param>
/// <param name="Location">Where, at most 100 characters.</param>
public sealed record ParcelEvent(string Status, DateTimeOffset At, string? Location);
