using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Stock;

namespace OrderFunctions.Stock;

/// <summary>Stock counters and rules for staff; merchants adjust the ones and set the others.</summary>
public sealed class StockHttp(HttpEdge edge, ReadStock readStock, AdjustStock adjustStock, PutStockRules putStockRules, AuditTrail trail)
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
        {
            var key = call.IdempotencyKey ?? context.InvocationId;
            var adjusted = await adjustStock.RunAsync(call.Caller, sku, body, key, call.Cancellation);
            if (adjusted.Succeeded)
                await trail.NoteAsync(call.Caller, AuditActions.StockAdjusted, sku, key, body.Reason, call.Cancellation, ("delta", Text(body.Delta)), ("setTo", Text(body.SetTo)));
            return AnswerOf(adjusted);
        });

    [Function("PutStockRules")]
    public Task<IResult> PutRulesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/stock/{sku}/rules")] HttpRequest request, string sku) =>
        edge.RunAsync(request, PutRules, async (call, rules) => AnswerOf(await putStockRules.RunAsync(sku, rules, call.Cancellation)));

    private static string? Text(long? units) => units?.ToString(CultureInfo.InvariantCulture);

    private static Answer AnswerOf(Result<StockLevel> level) => level.Succeeded
        ? Answer.Of(StatusCodes.Status200OK, StockView.Of(level.Value), ApiJson.Default.StockView)
        : Problems.Of(level.Refusal);
}
