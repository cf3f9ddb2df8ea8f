using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.AfterSales;
using Orders.Domain;

namespace OrderFunctions.AfterSales;

/// <summary>After-sale cases: what could be given back, opening one, and looking at it.</summary>
public sealed class AfterSalesHttp(HttpEdge edge, PreviewAfterSale preview, OpenCase openCase, ReadCase readCase)
{
    private static readonly Rule<CaseRequest> Preview = new(Who.OwnerOrStaff, ApiJson.Default.CaseRequest) { Absent = new CaseRequest() };
    private static readonly Rule<CaseRequest> Open = new(Who.OwnerMerchantOrSupport, ApiJson.Default.CaseRequest, KeyIsRequired: true);
    private static readonly Rule Read = new(Who.OwnerOrStaff);

    [Function("PreviewAfterSale")]
    public Task<IResult> PreviewAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/after-sales/preview")] HttpRequest request, string orderId) =>
        edge.RunAsync(request, Preview, async (call, body) =>
        {
            if (!OrderId.TryParse(orderId, out var id))
                return Problems.Of(OrderAnswers.NoSuchOrder);
            var previewed = await preview.RunAsync(call.Caller, id, body, call.Cancellation);
            return previewed.Succeeded
                ? Answer.Of(StatusCodes.Status200OK, previewed.Value, ApiJson.Default.AfterSalePreview)
                : Problems.Of(previewed.Refusal);
        });

    [Function("OpenCase")]
    public Task<IResult> OpenAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/after-sales")] HttpRequest request, string orderId) =>
        edge.RunAsync(request, Open, async (call, body) => OrderId.TryParse(orderId, out var id)
            ? CaseAnswers.Created(await openCase.RunAsync(new OpenCaseCommand(call.Caller, id, call.RequiredKey, body, call.IfMatch), call.Cancellation))
            : Problems.Of(OrderAnswers.NoSuchOrder));

    [Function("ReadCase")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/orders/{orderId}/after-sales/{caseId}")] HttpRequest request,
        string orderId,
        string caseId) =>
        edge.RunAsync(request, Read, call => CaseAnswers.OfAsync(
            orderId, caseId, (order, id) => readCase.RunAsync(call.Caller, order, id, call.Cancellation), call.Caller.IsStaff));
}
