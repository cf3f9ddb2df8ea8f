using System.Globalization;
using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Shipping;

namespace Orders.Application.Shipping;

/// <summary>A carrier's report, as it is sent.</summary>
/// <param name="At">ISO 8601 with its offset.</param>
public sealed record ParcelReport(string? Status, string? At, string? Location = null);

/// <summary>Adds what the carrier says to a parcel. The same report again is success, unchanged; reports may come in any order.</summary>
public sealed class ReportParcel(OrderAccess access, OrderChanges changes, TimeProvider clock)
{
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromDays(1);

    /// <param name="expectedVersion">Of <c>If-Match</c>: the order's version that the caller saw.</param>
    public async Task<Result<ShippedParcel>> RunAsync(
        Caller caller, OrderId orderId, ShipmentId shipmentId, ParcelReport report, long? expectedVersion, CancellationToken cancellation)
    {
        var checkedReport = Check(report, clock.GetUtcNow());
        if (!checkedReport.Succeeded)
            return checkedReport.Refusal;
        if (await access.LocateForAsync(caller, orderId, [Role.Merchant, Role.Carrier], cancellation).ConfigureAwait(false) is not { } place)
            return new Refusal.NotFound("order");
        var changed = await changes.RunAsync(
            place, order => Decide(order, shipmentId, checkedReport.Value, expectedVersion), cancellation).ConfigureAwait(false);
        return changed.Succeeded
            ? new ShippedParcel(changed.Value, changed.Value.Shipments.First(s => s.ShipmentId == shipmentId), Created: false)
            : changed.Refusal;
    }

    private static Result<ParcelEvent> Check(ParcelReport report, DateTimeOffset now)
    {
        var form = new Form();
        var status = form.Required(
            "status", report.Status, most: 50, c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '_' or '-', "letters, digits, space, _ and -");
        var location = form.Optional("location", report.Location, most: 100);
        var at = DateTimeOffset.MinValue;
        if (report.At is not { } text || !Iso8601.TryParse(text, out at))
            form.Error("at", "must be an ISO 8601 time with its offset, like 2026-01-31T12:00:00Z");
        else if (at > now + ClocksDiffer)
            form.Error("at", "lies in the future");
        return form.Refusal is { } refusal ? refusal : new ParcelEvent(status, at, location);
    }

    private Decision<Refusal?> Decide(Order order, ShipmentId shipmentId, ParcelEvent report, long? expectedVersion)
    {
        if (order.Shipments.FirstOrDefault(s => s.ShipmentId == shipmentId) is not { } parcel)
            return new(new Refusal.NotFound("shipment"));
        if (parcel.Events.Contains(report))
            return new(Outcome: null);
        if (order.RefuseOtherVersion(expectedVersion) is { } otherVersion)
            return new(otherVersion);
        if (parcel.Events.Count >= OrderLimits.MostParcelEvents)
            return new(new Refusal.LimitReached("events of a shipment", OrderLimits.MostParcelEvents));
        var reported = parcel with { Events = [.. parcel.Events.Append(report).OrderBy(e => e.At)] };
        var changed = order.Changed(clock.GetUtcNow()) with
        {
            Shipments = [.. order.Shipments.Select(s => s.ShipmentId == shipmentId ? reported : s)],
        };
        return new(Outcome: null, changed, EventTypes.ParcelReported);
    }
}

/// <summary>Times on the wire.</summary>
internal static class Iso8601
{
    /// <summary>Reads a time with its offset; one without is refused, for nobody knows whose time it is.</summary>
    public static bool TryParse(string text, out DateTimeOffset at)
    {
        at = default;
        return text.Length <= 40
            && DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var utc)
            && utc.Kind == DateTimeKind.Utc
            && (at = new DateTimeOffset(utc)) != default;
    }

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
}
