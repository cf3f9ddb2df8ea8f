using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;

namespace OrderFunctions.LocalHost.Controls;

/// <summary><c>PUT /local/catalogue/{sku}</c> and <c>GET /local/stock/{sku}</c>: an item with its stock, and perhaps its rules, in one call, by the same use cases.</summary>
internal static class StockControls
{
    private const long MostUnits = 1_000_000_000;

    private static long calls;

    /// <summary>As whom the controls act.</summary>
    public static Caller Merchant { get; } = new(Id.Parse<UserId>("local-controls"), new HashSet<Role> { Role.Merchant });

    private sealed record ItemBody(string? Name = null, long? UnitPrice = null, string? Currency = null, long? Stock = null, StockRulesRequest? Rules = null);

    public static void Map(IEndpointRouteBuilder controls)
    {
        controls.MapPut("/catalogue/{sku}", PutAsync);
        controls.MapGet("/stock/{sku}", ReadAsync);
    }

    private static async Task<IResult> PutAsync(HttpRequest request, string sku, PutCatalogueItem putItem, AdjustStock adjust, PutStockRules putRules, ReadStock read, TimeProvider clock)
    {
        var cancellation = request.HttpContext.RequestAborted;
        var (body, problem) = await ControlResults.ReadAsync<ItemBody>(request);
        if (body is null)
            return problem!;

        // Looked at before anything is written: what is refused changes nothing.
        if (body.Stock is not { } units || units is < 0 or > MostUnits)
            return ControlResults.Invalid($"'stock' is from 0 to {MostUnits}.");
        var rules = (body.Rules ?? new StockRulesRequest()).Check();
        if (!rules.Succeeded)
            return Problems.Of(rules.Refusal);
        var now = (await read.RunAsync(sku, cancellation)).Value;
        if (now is not null && now.Held + now.Sold > units + (body.Rules is null ? now.Rules : rules.Value).Backorder)
            return Problems.Of(new Refusal.StockBelowCommitted(now.Sku));
        var item = await putItem.RunAsync(sku, new CatalogueItemRequest(body.Name, body.UnitPrice, body.Currency), cancellation);
        if (!item.Succeeded)
            return Problems.Of(item.Refusal);

        // What promises more comes first: between the two calls held + sold must fit as well.
        var rulesFirst = body.Rules is not null && rules.Value.Backorder >= (now?.Rules.Backorder ?? 0);
        if (rulesFirst && await putRules.RunAsync(sku, body.Rules!, cancellation) is { Refusal: { } refusedFirst })
            return Problems.Of(refusedFirst);

        // Each call is an adjustment of its own: "set to 5" twice, with another number between, is three settings.
        var key = string.Create(CultureInfo.InvariantCulture, $"local-{clock.GetUtcNow().UtcTicks}-{Interlocked.Increment(ref calls)}");
        var change = new StockAdjustmentRequest(Delta: null, SetTo: units, "Set by the local controls");
        var level = await adjust.RunAsync(Merchant, sku, change, key, cancellation);
        if (level.Succeeded && body.Rules is not null && !rulesFirst)
            level = await putRules.RunAsync(sku, body.Rules, cancellation);
        return level.Succeeded ? ControlResults.Ok(View(level.Value)) : Problems.Of(level.Refusal);
    }

    private static async Task<IResult> ReadAsync(string sku, ReadStock read, CancellationToken cancellation)
    {
        var level = await read.RunAsync(sku, cancellation);
        return level.Succeeded ? ControlResults.Ok(View(level.Value)) : Problems.Of(level.Refusal);
    }

    private static object View(StockLevel level) => new { sku = level.Sku.Value, level.Available, level.Held, level.Sold, level.Stock };
}
