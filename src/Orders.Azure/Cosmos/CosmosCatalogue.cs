using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Azure.Cosmos;

/// <summary>The catalogue's items, each read where it stands: nothing is kept in memory, for another host may have changed it.</summary>
public sealed class CosmosCatalogue(CosmosDatabase database) : ICatalogue
{
    private const string List = "catalogue";
    private const int AtOnce = 16;

    private readonly CosmosDocuments documents = database["catalogue"];

    public async Task<IReadOnlyDictionary<Sku, CatalogueItem>> FindAsync(IReadOnlyCollection<Sku> skus, CancellationToken cancellation)
    {
        var found = new ConcurrentDictionary<Sku, CatalogueItem>();
        await Parallel.ForEachAsync(skus, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (sku, token) =>
        {
            if (await documents.FindAsync(sku.Value, sku.Value, token).ConfigureAwait(false) is { } item)
                found[sku] = Read(item.Document);
        }).ConfigureAwait(false);
        return found;
    }

    public async Task<Page<CatalogueItem>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var query = new QueryDefinition("SELECT c.sku AS place, c.sku, c.name, c.unitPrice, c.currency FROM c WHERE c.sku > @after ORDER BY c.sku")
            .WithParameter("@after", cursor is null ? "" : CosmosCursor.Read(List, cursor));
        return CosmosText.PageOf(await documents.AskAsync(query, partition: null, limit + 1, cancellation).ConfigureAwait(false), limit, Read, List);
    }

    public Task PutAsync(CatalogueItem item, CancellationToken cancellation)
    {
        var document = CosmosJson.Write(json =>
        {
            json.WriteString("id", item.Sku.Value);
            json.WriteString("sku", item.Sku.Value);
            json.WriteString("name", item.Name);
            json.WriteNumber("unitPrice", item.UnitPrice);
            json.WriteString("currency", item.Currency.Value);
        });
        return documents.PutAsync(item.Sku.Value, document, cancellation);
    }

    private static CatalogueItem Read(JsonElement item) =>
        new(Id.Parse<Sku>(item.Text("sku")), item.Text("name"), item.GetProperty("unitPrice").GetInt64(), Id.Parse<Currency>(item.Text("currency")));
}
