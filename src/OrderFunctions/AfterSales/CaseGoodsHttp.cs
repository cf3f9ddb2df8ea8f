using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.AfterSales;

namespace OrderFunctions.AfterSales;

/// <summary>Goods of an after-sale case: on their way back, looked at, replaced.</summary>
public sealed class CaseGoodsHttp(HttpEdge edge, SendGoodsBack send, ReceiveGoods receive, ShipReplacement replace)
{
    private static readonly Rule<CaseParcelRequest> Send = new(Who.Owner, ApiJson.Default.CaseParcelRequest);
    private static readonly Rule<ReceiveGoodsRequest> Receive =
        new(Who.MerchantOrSupport, ApiJson.Default.ReceiveGoodsRequest) { Absent = new ReceiveGoodsRequest() };
    private static readonly Rule<CaseParcelRequest> Replace = new(Who.Merchant, ApiJson.Default.CaseParcelRequest);

    [Function("SendGoodsBack")]
    public Task<IResult> SendAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/after-sales/{caseId}/return-shipment")] HttpRequest request,
        string orderId,
        string caseId) =>
        edge.RunAsync(request, Send, (call, body) => CaseAnswers.OfAsync(
            orderId, caseId, (order, id) => send.RunAsync(call.Caller, order, id, body, call.IfMatch, call.Cancellation)));

    [Function("ReceiveGoods")]
    public Task<IResult> ReceiveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/after-sales/{caseId}/receive")] HttpRequest request,
        string orderId,
        string caseId) =>
        edge.RunAsync(request, Receive, (call, body) => CaseAnswers.OfAsync(
            orderId, caseId, (order, id) => receive.RunAsync(call.Caller, order, id, body, call.IfMatch, call.Cancellation)));

    [Function("ShipReplacement")]
    public Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/after-sales/{caseId}/replacement")] HttpRequest request,
        string orderId,
        string caseId) =>
        edge.RunAsync(request, Replace, (call, body) => CaseAnswers.OfAsync(
            orderId, caseId, (order, id) => replace.RunAsync(call.Caller, order, id, body, call.IfMatch, call.Cancellation)));
}
