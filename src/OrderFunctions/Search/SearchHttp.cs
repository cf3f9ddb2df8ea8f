using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Search;

namespace OrderFunctions.Search;

/// <summary>The search of orders, for staff; how it is doing, and its rebuild, for operators.</summary>
public sealed class SearchHttp(HttpEdge edge, SearchOrders searchOrders, ReadSearchIndex readSearchIndex, RebuildSearchIndex rebuildSearchIndex)
{
    private static readonly Rule Staff = new(Who.Staff);
    private static readonly Rule Ops = new(Who.Ops);

    [Function("SearchOrders")]
    public Task<IResult> SearchAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/search/orders")] HttpRequest request) =>
        edge.RunAsync(request, Staff, async call =>
        {
            var found = await searchOrders.RunAsync(Read(request.Query), call.Cancellation);
            return found.Succeeded ? Answer.Of(StatusCodes.Status200OK, found.Value, ApiJson.Default.SearchPageView) : Problems.Of(found.Refusal);
        });

    [Function("ReadSearchIndex")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/ops/search")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        edge.RunAsync(request, Ops, async call => Answer.Of(
            StatusCodes.Status200OK, await readSearchIndex.RunAsync(new DurableSearch(client), call.Cancellation), ApiJson.Default.SearchIndexView));

    [Function("RebuildSearchIndex")]
    public Task<IResult> RebuildAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/search/rebuild")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        edge.RunAsync(request, Ops, async call =>
        {
            await rebuildSearchIndex.RunAsync(new DurableSearch(client), call.Cancellation);
            return Answer.Empty(StatusCodes.Status202Accepted).WithHeader("Location", "/api/ops/search");
        });

    private static SearchOrdersRequest Read(IQueryCollection query) => new(
        query["q"], query["status"], query["sku"], query["userId"], query["from"], query["to"], query["minTotal"], query["maxTotal"], query["currency"],
        query["sort"], query["limit"], query["cursor"]);
}
