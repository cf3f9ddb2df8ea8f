using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Shipping;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;

namespace Orders.Application.AfterSales;

/// <summary>The body of a parcel of a case, as a client sends it.</summary>
public sealed record CaseParcelRequest(string? Carrier, string? TrackingNumber)
{
    /// <summary>The parcel as it left at that instant; or what is wrong with the form.</summary>
    internal Result<CaseParcel> Check(DateTimeOffset at)
    {
        var form = new Form();
        var (carrier, number) = ParcelForm.Check(form, Carrier, TrackingNumber);
        return form.Refusal is { } refusal ? refusal : new CaseParcel(carrier, number, at);
    }
}

/// <summary>The buyer, and nobody else, tells with which parcel the goods come back. The same parcel again is success, unchanged.</summary>
public sealed class SendGoodsBack(OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    /// <param name="expectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
    public async Task<Result<CaseInOrder>> RunAsync(
        Caller caller, OrderId orderId, CaseId caseId, CaseParcelRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow();
        var parcel = request.Check(at);
        if (!parcel.Succeeded)
            return parcel.Refusal;
        var sent = new CaseEvent.GoodsSent(at, parcel.Value, Deadlines.After(at, policy.AfterSales.InspectionWindow));
        return await changes.RunAsync(
            new OrderRef(caller.UserId, orderId),
            caseId,
            order => order.DecideCase(caseId, sent, Actor.Customer, note: null, EventTypes.CaseGoodsSent, policy).IfVersionIs(order, expectedVersion),
            cancellation).ConfigureAwait(false);
    }
}

/// <summary>
/// The merchant sends what the buyer gets instead. The same parcel again is success, unchanged. What was reserved becomes sold by the inventory subscription;
/// a case that owes nothing is completed.
/// </summary>
public sealed class ShipReplacement(OrderAccess access, OrderChanges changes, OrderPolicy policy, TimeProvider clock)
{
    /// <param name="expectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
    public async Task<Result<CaseInOrder>> RunAsync(
        Caller caller, OrderId orderId, CaseId caseId, CaseParcelRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow();
        var parcel = request.Check(at);
        if (!parcel.Succeeded)
            return parcel.Refusal;
        if (await access.LocateForAsync(caller, orderId, [Role.Merchant], cancellation).ConfigureAwait(false) is not { } place)
            return new Refusal.NotFound("order");
        var sent = new CaseEvent.ReplacementSent(at, parcel.Value);
        return await changes.RunAsync(
            place,
            caseId,
            order => order.DecideCase(caseId, sent, caller.ActsAs(place), note: null, EventTypes.CaseReplacementSent, policy).IfVersionIs(order, expectedVersion),
            cancellation).ConfigureAwait(false);
    }
}
