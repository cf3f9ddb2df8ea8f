using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>The body of a catalogue item, as a client sends it. The price is in minor units, tax included.</summary>
public sealed record CatalogueItemRequest(string? Name, long? UnitPrice, string? Currency);

/// <summary>All that can be bought, by SKU.</summary>
public sealed class ListCatalogue(ICatalogue catalogue, PageCursors cursors)
{
    public async Task<Result<Page<CatalogueItem>>> RunAsync(string? limit, string? cursor, CancellationToken cancellation)
    {
        var form = new Form();
        var size = Paging.Limit(form, limit);
        return form.Refusal is { } refusal
            ? refusal
            : await cursors.ReadAsync(cursor, after => catalogue.ListAsync(size, after, cancellation)).ConfigureAwait(false);
    }
}

/// <summary>One item; <see cref="Refusal.NotFound"/> also for what can't be a SKU.</summary>
public sealed class ReadCatalogueItem(ICatalogue catalogue)
{
    public async Task<Result<CatalogueItem>> RunAsync(string sku, CancellationToken cancellation) =>
        Sku.TryParse(sku, out var id)
        && (await catalogue.FindAsync([id], cancellation).ConfigureAwait(false)).TryGetValue(id, out var item)
            ? item
            : new Refusal.NotFound("item");
}

/// <summary>Adds or replaces an item. Orders keep the price that they were placed with.</summary>
public sealed class PutCatalogueItem(ICatalogue catalogue)
{
    public async Task<Result<CatalogueItem>> RunAsync(string sku, CatalogueItemRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        if (!Sku.TryParse(sku, out var id))
            form.Error("sku", "must be 1 to 64 letters, digits, _ and -");
        var name = form.Required("name", request.Name, OrderLimits.MostNameCharacters);
        var price = form.Number("unitPrice", request.UnitPrice, 1, OrderLimits.MostUnitPrice);
        if (!Currency.TryParse(request.Currency, out var currency) || !IsoCodes.Currencies.Contains(currency.Value))
            form.Error("currency", "is not an ISO 4217 code in capital letters");
        if (form.Refusal is { } refusal)
            return refusal;
        var item = new CatalogueItem(id, name, price, currency);
        await catalogue.PutAsync(item, cancellation).ConfigureAwait(false);
        return item;
    }
}
