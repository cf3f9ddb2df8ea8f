using System.Xml;
using Orders.Application.Checkout;
using Orders.Domain;

namespace Orders.Application.Stock;

/// <summary>The body of a SKU's rules, as a client sends it: the whole of them. What is left out is no rule.</summary>
/// <param name="ShortPaymentWindow">ISO 8601, such as <c>PT5M</c>.</param>
public sealed record StockRulesRequest(
    long? Backorder = null, int? HoldCapPerUser = null, int? UnpaidBeforeShortWindow = null, string? ShortPaymentWindow = null)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public Result<StockRules> Check()
    {
        var form = new Form();
        var rules = new StockRules(
            Backorder is null ? 0 : form.Number("backorder", Backorder, 0, StockRules.MostBackorder),
            HoldCapPerUser is null ? null : (int)form.Number("holdCapPerUser", HoldCapPerUser, 1, StockRules.MostHeld),
            UnpaidBeforeShortWindow is null ? null : (int)form.Number("unpaidBeforeShortWindow", UnpaidBeforeShortWindow, 1, StockRules.MostUnpaid),
            ShortPaymentWindow is null ? null : form.Duration("shortPaymentWindow", ShortPaymentWindow, Shortest, Longest));
        if (UnpaidBeforeShortWindow is null != ShortPaymentWindow is null)
            form.Error(ShortPaymentWindow is null ? "shortPaymentWindow" : "unpaidBeforeShortWindow", "is missing: the two go together");
        return form.Refusal is { } refusal ? refusal : rules;
    }
}

/// <summary>A SKU's counters and rules as the API answers them.</summary>
public sealed record StockView(Sku Sku, long Available, long Held, long Sold, long Stock, StockRulesView Rules)
{
    public static StockView Of(StockLevel level) => new(level.Sku, level.Available, level.Held, level.Sold, level.Stock, StockRulesView.Of(level.Rules));
}

/// <summary>The rules of it.</summary>
/// <param name="ShortPaymentWindow">ISO 8601.</param>
public sealed record StockRulesView(long Backorder, int? HoldCapPerUser, int? UnpaidBeforeShortWindow, string? ShortPaymentWindow)
{
    public static StockRulesView Of(StockRules rules) => new(
        rules.Backorder, rules.HoldCapPerUser, rules.UnpaidBeforeShortWindow,
        rules.ShortPaymentWindow is { } window ? XmlConvert.ToString(window) : null);
}

/// <summary>A merchant sets the rules of something that the catalogue has, all of them at once.</summary>
public sealed class PutStockRules(IStock stock, ICatalogue catalogue)
{
    public async Task<Result<StockLevel>> RunAsync(string sku, StockRulesRequest request, CancellationToken cancellation)
    {
        var rules = request.Check();
        if (!rules.Succeeded)
            return rules.Refusal;
        if (!Sku.TryParse(sku, out var id) || !(await catalogue.FindAsync([id], cancellation).ConfigureAwait(false)).ContainsKey(id))
            return new Refusal.NotFound("item");
        return await stock.PutRulesAsync(id, rules.Value, cancellation).ConfigureAwait(false) is { } level
            ? level
            : new Refusal.StockBelowCommitted(id);
    }
}
