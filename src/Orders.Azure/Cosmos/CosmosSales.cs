using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Azure.Cosmos;

/// <summary>Flash sales' terms: a document in each sale's partition, replaced on condition of its version.</summary>
public sealed class CosmosSales(CosmosDatabase database) : ISales
{
    /// <summary>The container, also of <see cref="CosmosSaleEpochs"/>.</summary>
    public const string Container = "sales";

    private const string TheOne = "terms";
    private const string List = "sales";

    private readonly CosmosDocuments documents = database[Container];

    public async Task<FlashSale?> FindAsync(SaleId sale, CancellationToken cancellation) =>
        await documents.FindAsync(sale.Value, TheOne, cancellation).ConfigureAwait(false) is { } found ? Read(found.Document) : null;

    public async Task<Page<FlashSale>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var query = new QueryDefinition("SELECT c.sale AS place, c.document FROM c WHERE c.sale > @after AND c.sale < @end ORDER BY c.sale")
            .WithParameter("@after", cursor is null ? "" : CosmosCursor.Read(List, cursor)).WithParameter("@end", CosmosText.AfterAll);
        var rows = await documents.AskAsync(query, partition: null, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, Read, List);
    }

    public Task<bool> PutAsync(FlashSale sale, CancellationToken cancellation)
    {
        var content = FlashSaleJson.Write(sale);
        return sale.Version == 1
            ? documents.CreateVersionAsync(sale.SaleId.Value, TheOne, First(sale, content), content, cancellation)
            : documents.SaveVersionAsync(sale.SaleId.Value, TheOne, sale.Version, content, cancellation);
    }

    private static byte[] First(FlashSale sale, byte[] content) => CosmosJson.Write(json =>
    {
        json.WriteString("id", TheOne);
        json.WriteString("kind", TheOne);
        json.WriteString("saleId", sale.SaleId.Value);
        json.WriteString("sale", sale.SaleId.Value);
        json.WriteNumber("version", sale.Version);
        json.WriteMember("document", content);
    });

    private static FlashSale Read(JsonElement document) => FlashSaleJson.Read(document.GetProperty("document").Utf8());
}
