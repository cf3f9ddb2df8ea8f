using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>PUT /local/catalogue/{sku}</c> and <c>GET /local/stock/{sku}</c>: an item with its stock in one call, by the same use cases.</summary>
internal static class StockControls
{
    /// <summary>As whom the controls act.</summary>
    public static readonly Caller Merchant = new(Id.Parse<UserId>("local-controls"), new HashSet<Role> { Role.Merchant });

    private sealed record ItemBody(string? Name, long? UnitPrice, string? Currency, long? Stock);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/local/catalogue/{sku}", PutAsync);
        routes.MapGet("/local/stock/{sku}", ReadAsync);
    }

    private static async Task<IResult> PutAsync(HttpRequest request, string sku, PutCatalogueItem putItem, AdjustStock adjust, ReadStock read, TimeProvider clock)
    {
        var cancellation = request.HttpContext.RequestAborted;
        var (body, problem) = await ControlResults.ReadAsync<ItemBody>(request);
        if (body is null)
            return problem!;
        var item = await putItem.RunAsync(sku, new CatalogueItemRequest(body.Name, body.UnitPrice, body.Currency), cancellation);
        if (!item.Succeeded)
            return Refused(item.Refusal);
        if (body.Stock is not { } units)
            return await ReadAsync(sku, read, cancellation);
        // Each call is an adjustment of its own: "set to 5" twice, with sales between, is two settings.
        var key = string.Create(CultureInfo.InvariantCulture, $"local-{sku}-{units}-{clock.GetUtcNow().UtcTicks}");
        var level = await adjust.RunAsync(Merchant, sku, new StockAdjustmentRequest(Delta: null, SetTo: units, "Set by the local controls"), key, cancellation);
        return level.Succeeded ? ControlResults.Ok(View(level.Value)) : Refused(level.Refusal);
    }

    private static async Task<IResult> ReadAsync(string sku, ReadStock read, CancellationToken cancellation)
    {
        var level = await read.RunAsync(sku, cancellation);
        return level.Succeeded ? ControlResults.Ok(View(level.Value)) : Refused(level.Refusal);
    }

    private static object View(StockLevel level) => new { sku = level.Sku.Value, level.Available, level.Held, level.Sold, level.Stock };

    private static IResult Refused(Refusal refusal) => refusal switch
    {
        Refusal.NotFound missing => ControlResults.NotFound($"There is no such {missing.What}."),
        Refusal.Invalid invalid => ControlResults.Invalid(string.Join("; ", invalid.Errors.Select(error => $"{error.Key} {error.Value}"))),
        Refusal.StockBelowCommitted => ControlResults.Invalid("The stock can't be less than what is held and sold."),
        _ => ControlResults.Invalid(refusal.ToString()),
    };
}
