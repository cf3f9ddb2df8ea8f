using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Domain.Checkout;

namespace OrderFunctions.Checkout;

/// <summary>What can be bought: for anybody to read, for merchants to change.</summary>
public sealed class CatalogueHttp(HttpEdge edge, ListCatalogue listCatalogue, ReadCatalogueItem readItem, PutCatalogueItem putItem)
{
    private static readonly Rule Read = new(Who.Anybody);
    private static readonly Rule<CatalogueItemRequest> Put = new(Who.Merchant, ApiJson.Default.CatalogueItemRequest);

    [Function("ListCatalogue")]
    public Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/catalogue")] HttpRequest request) =>
        edge.RunAsync(request, Read, async call =>
        {
            var page = await listCatalogue.RunAsync(request.Query["limit"], request.Query["cursor"], call.Cancellation);
            return page.Succeeded ? Answer.Of(StatusCodes.Status200OK, page.Value, ApiJson.Default.CataloguePage) : Problems.Of(page.Refusal);
        });

    [Function("ReadCatalogueItem")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/catalogue/{sku}")] HttpRequest request, string sku) =>
        edge.RunAsync(request, Read, async call => AnswerOf(await readItem.RunAsync(sku, call.Cancellation)));

    [Function("PutCatalogueItem")]
    public Task<IResult> PutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/catalogue/{sku}")] HttpRequest request, string sku) =>
        edge.RunAsync(request, Put, async (call, item) => AnswerOf(await putItem.RunAsync(sku, item, call.Cancellation)));

    private static Answer AnswerOf(Result<CatalogueItem> item) => item.Succeeded
        ? Answer.Of(StatusCodes.Status200OK, item.Value, ApiJson.Default.CatalogueItem)
        : Problems.Of(item.Refusal);
}
