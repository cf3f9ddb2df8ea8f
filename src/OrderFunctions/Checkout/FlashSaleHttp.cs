using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Checkout;

namespace OrderFunctions.Checkout;

/// <summary>Flash sales: for merchants and operators to set, for anybody to read; their counters for staff.</summary>
public sealed class FlashSaleHttp(HttpEdge edge, PutFlashSale putSale, ReadFlashSale readSale, ReadSaleUnits readUnits, ListFlashSales listSales)
{
    private static readonly Rule<FlashSaleRequest> Put = new(Who.MerchantOrOps, ApiJson.Default.FlashSaleRequest);
    private static readonly Rule Read = new(Who.Anybody);
    private static readonly Rule ReadUnits = new(Who.Staff);

    [Function("PutFlashSale")]
    public Task<IResult> PutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/flash-sales/{saleId}")] HttpRequest request, string saleId) =>
        edge.RunAsync(request, Put, async (call, sale) => AnswerOf(await putSale.RunAsync(saleId, sale, call.Cancellation)));

    [Function("ReadFlashSale")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/flash-sales/{saleId}")] HttpRequest request, string saleId) =>
        edge.RunAsync(request, Read, async call => AnswerOf(await readSale.RunAsync(saleId, call.Cancellation)));

    [Function("ListFlashSales")]
    public Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/flash-sales")] HttpRequest request) =>
        edge.RunAsync(request, ReadUnits, async call =>
        {
            var page = await listSales.RunAsync(request.Query["limit"], request.Query["cursor"], call.Cancellation);
            return page.Succeeded ? Answer.Of(StatusCodes.Status200OK, page.Value, ApiJson.Default.SaleBoardPage) : Problems.Of(page.Refusal);
        });

    [Function("ReadSaleUnits")]
    public Task<IResult> ReadUnitsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/flash-sales/{saleId}/units")] HttpRequest request, string saleId) =>
        edge.RunAsync(request, ReadUnits, async call =>
        {
            var units = await readUnits.RunAsync(saleId, call.Cancellation);
            return units.Succeeded ? Answer.Of(StatusCodes.Status200OK, units.Value, ApiJson.Default.SaleUnitsView) : Problems.Of(units.Refusal);
        });

    private static Answer AnswerOf(Result<FlashSaleView> sale) => sale.Succeeded
        ? Answer.Of(StatusCodes.Status200OK, sale.Value, ApiJson.Default.FlashSaleView)
        : Problems.Of(sale.Refusal);
}
