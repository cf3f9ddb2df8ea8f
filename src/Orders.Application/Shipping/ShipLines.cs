using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Shipping;

namespace Orders.Application.Shipping;

/// <summary>The parcel that a request made, in the order as it is now.</summary>
/// <param name="Created">False when an earlier request with the same key had made it.</param>
public sealed record ShippedParcel(Order Order, Shipment Shipment, bool Created);

/// <summary>
/// A merchant sends a parcel with some of the open lines, or all of them. The parcel's id is derived from order and key, so a repeat finds it again.
/// </summary>
public sealed class ShipLines(OrderAccess access, OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    /// <param name="idempotencyKey">1 to 255 visible ASCII characters, checked by the caller.</param>
    /// <param name="expectedVersion">Of <c>If-Match</c>: the version that the caller saw.</param>
    public async Task<Result<ShippedParcel>> RunAsync(
        Caller caller, OrderId orderId, string idempotencyKey, ShipRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        var parcel = CheckedParcel.Check(request);
        if (!parcel.Succeeded)
            return parcel.Refusal;
        if (await access.LocateForAsync(caller, orderId, [Role.Merchant], cancellation).ConfigureAwait(false) is not { } place)
            return new Refusal.NotFound("order");
        var shipmentId = ShipmentId.Derive(orderId, idempotencyKey);
        var by = caller.ActsAs(place);
        var changed = await changes.ChangeAsync(
            place, order => Decide(order, shipmentId, parcel.Value, expectedVersion, by), cancellation).ConfigureAwait(false);
        if (changed is not { } done)
            return new Refusal.NotFound("order");
        if (!done.Outcome.Succeeded)
            return done.Outcome.Refusal;
        return new ShippedParcel(done.Order, done.Order.Shipments.First(shipment => shipment.ShipmentId == shipmentId), done.Outcome.Value);
    }

    /// <summary>The outcome says whether the parcel is new.</summary>
    private Decision<Result<bool>> Decide(Order order, ShipmentId shipmentId, CheckedParcel parcel, long? expectedVersion, string by)
    {
        if (order.Shipments.FirstOrDefault(shipment => shipment.ShipmentId == shipmentId) is { } earlier)
            return new(earlier.Fingerprint == parcel.Fingerprint ? false : new Refusal.OtherRequestWithKey());
        if (order.RefuseOtherVersion(expectedVersion) is { } otherVersion)
            return new(otherVersion);
        var units = parcel.UnitsOf(order);
        if (!units.Succeeded)
            return new(units.Refusal);

        var at = clock.GetUtcNow();
        var leaving = new OrderEvent.LinesShipped(at, shipmentId, units.Value, Deadlines.After(at, policy.ReceiptWindow));
        var decision = order.Decide(leaving, by, "Everything is on its way", EventTypes.PartiallyShipped);
        if (decision.Outcome is { } refusal)
            return new(RefusedFor(order, refusal));
        var shipment = new Shipment(shipmentId, parcel.Carrier, parcel.TrackingNumber, units.Value, at, parcel.Fingerprint, Events: []);
        var changed = decision.Changed! with { Shipments = [.. order.Shipments, shipment] };
        var isLast = OrderLifecycleTable.SettledPart(changed.State) is OrderState.Shipped;
        return new(true, changed, isLast ? EventTypes.Shipped : EventTypes.PartiallyShipped);
    }

    /// <summary>The table counts parcels too, but a caller should hear of the bound by its name.</summary>
    private static Refusal RefusedFor(Order order, Refusal refusal) =>
        order.Shipments.Count >= OrderLimits.MostShipments - 1 && !OrderLifecycleTable.ShippableUnits(order.State).IsEmpty
            ? new Refusal.LimitReached("shipments", OrderLimits.MostShipments)
            : refusal;
}
