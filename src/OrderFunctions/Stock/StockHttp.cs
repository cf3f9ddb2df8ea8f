using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Stock;

namespace OrderFunctions.Stock;

/// <summary>Stock counters for staff, and their adjustment by merchants.</summary>
public sealed class StockHttp(HttpEdge edge, ReadStock readStock, AdjustStock adjustStock)
{
    private static readonly Rule Read = new(Who.Staff);
    private static readonly Rule<StockAdjustmentRequest> Adjust = new(Who.Merchant, ApiJson.Default.StockAdjustmentRequest);

    [Function("ReadStock")]
    public Task<IResult> ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/stock/{sku}")] HttpRequest request, string sku) =>
        edge.RunAsync(request, Read, async call => AnswerOf(await readStock.RunAsync(sku, call.Cancellation)));

    /// <remarks>Without a key of the caller's a repeat is a second adjustment; the invocation's id is then the key.</remarks>
    [Function("AdjustStock")]
    public Task<IResult> AdjustAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/stock/{sku}/adjustments")] HttpRequest request, string sku, FunctionContext context) =>
        edge.RunAsync(request, Adjust, async (call, body) =>
            AnswerOf(await adjustStock.RunAsync(call.Caller, sku, body, call.IdempotencyKey ?? context.InvocationId, call.Cancellation)));

    private static Answer AnswerOf(Result<StockLevel> level) => level.Succeeded
        ? Answer.Of(StatusCodes.Status200OK, level.Value, ApiJson.Default.StockLevel)
        : Problems.Of(level.Refusal);
}
