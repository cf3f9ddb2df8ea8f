using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Shipping;
using Orders.Domain;

namespace OrderFunctions.Shipping;

/// <summary>Parcels: sent by merchants, reported on by merchants and carriers.</summary>
public sealed class ShipmentsHttp(HttpEdge edge, ShipLines shipLines, ReportParcel reportParcel)
{
    private static readonly Rule<ShipRequest> Ship = new(Who.Merchant, ApiJson.Default.ShipRequest, KeyIsRequired: true);
    private static readonly Rule<ParcelReport> Report = new(Who.MerchantOrCarrier, ApiJson.Default.ParcelReport);

    [Function("ShipLines")]
    public Task<IResult> ShipAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/shipments")] HttpRequest request, string orderId) =>
        edge.RunAsync(request, Ship, async (call, body) => OrderId.TryParse(orderId, out var id)
            ? AnswerOf(StatusCodes.Status201Created, await shipLines.RunAsync(call.Caller, id, call.RequiredKey, body, call.IfMatch, call.Cancellation))
            : Problems.Of(OrderAnswers.NoSuchOrder));

    [Function("ReportParcel")]
    public Task<IResult> ReportAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/shipments/{shipmentId}/events")] HttpRequest request,
        string orderId,
        string shipmentId) =>
        edge.RunAsync(request, Report, async (call, body) => OrderId.TryParse(orderId, out var id) && ShipmentId.TryParse(shipmentId, out var parcel)
            ? AnswerOf(StatusCodes.Status200OK, await reportParcel.RunAsync(call.Caller, id, parcel, body, call.IfMatch, call.Cancellation))
            : Problems.Of(new Refusal.NotFound("shipment")));

    private static Answer AnswerOf(int status, Result<ShippedParcel> result) => result is { Succeeded: true, Value: var done }
        ? Answer.Of(status, ShipmentView.Of(done.Order, done.Shipment), ApiJson.Default.ShipmentView)
        : Problems.Of(result.Refusal!);
}
