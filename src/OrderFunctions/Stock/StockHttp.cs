using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Stock;

namespace OrderFunctions.Stock;

/// <summary>Stock counters and rules for staff; merchants adjust the ones and set the others.</summary>
public sealed class StockHttp(HttpEdge edge, ReadStock readStock, AdjustStock adjustStock, PutStockRules putStockRules)
{
    private static readonly Rule Read = new(Who.Staff);
    private static readonly Rule<StockAdjustmentRequest> Adjust = new(Who.Merchant, ApiJson.Default.StockAdjustmentRequest);
    private static readonly Rule<StockRulesRequest> PutRules = new(Who.Merchant, ApiJson.Default.StockRulesRequest);

    [Function("ReadStock")]
    public Task<IResult> ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/stock/{sku}")] HttpRequest request, string sku) =>
        edge.RunAsync(request, Read, async call => AnswerOf(await readStock.RunAsync(sku, call.Cancellation)));

    /// <remarks>Without a key of the caller's a repeat is a second adjustment; the invocation's id is then the key.</remarks>
    [Function("AdjustStock")]
    public Task<IResult> AdjustAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/stock/{sku}/adjustments")] HttpRequest request, string sku, FunctionContext context) =>
        edge.RunAsync(request, Adjust, async (call, body) =>
            AnswerOf(await adjustStock.RunAsync(call.Caller, sku, body, call.IdempotencyKey ?? context.InvocationId, call.Cancellation)));

    [Function("PutStockRules")]
    public Task<IResult> PutRulesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/stock/{sku}/rules")] HttpRequest request, string sku) =>
        edge.RunAsync(request, PutRules, async (call, rules) => AnswerOf(await putStockRules.RunAsync(sku, rules, call.Cancellation)));

    private static Answer AnswerOf(Result<StockLevel> level) => level.Succeeded
        ? Answer.Of(StatusCodes.Status200OK, StockView.Of(level.Value), ApiJson.Default.StockView)
        : Problems.Of(level.Refusal);
}
