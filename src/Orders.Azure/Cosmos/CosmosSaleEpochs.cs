using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The epochs of sales' counters, each beside its sale's terms. Every change is a patch on condition of epoch and token, so of two holders of a lease one finds that it has
/// lost it. Whoever began an epoch, and lost the answer, hears that it was somebody else: that epoch is never ready, and the next build begins another.
/// </summary>
public sealed class CosmosSaleEpochs(CosmosDatabase database) : ISaleEpochs
{
    private const string TheOne = "epoch";
    private const string List = "sale epochs";

    private readonly CosmosDocuments documents = database[CosmosSales.Container];

    public async Task<SaleEpoch?> FindAsync(SaleId sale, CancellationToken cancellation) =>
        await documents.FindAsync(sale.Value, TheOne, cancellation).ConfigureAwait(false) is { } found ? Read(found.Document) : null;

    public async Task<Page<SaleEpoch>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var query = new QueryDefinition(
                "SELECT c.counted AS place, c.saleId, c.number, c.parts, c.state FROM c WHERE c.counted > @after AND c.counted < @end ORDER BY c.counted")
            .WithParameter("@after", cursor is null ? "" : CosmosCursor.Read(List, cursor)).WithParameter("@end", CosmosText.AfterAll);
        var rows = await documents.AskAsync(query, partition: null, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, Read, List);
    }

    public async Task<bool> BeginAsync(SaleId sale, long after, int parts, long fence, CancellationToken cancellation)
    {
        if (after == 0)
            return await documents.CreateAsync(sale.Value, First(sale, parts, fence), cancellation).ConfigureAwait(false);
        return await ChangeAsync(
            sale,
            [
                PatchOperation.Set("/number", after + 1), PatchOperation.Set("/parts", parts), PatchOperation.Set("/state", (int)SaleEpochState.Building),
                PatchOperation.Set("/fence", fence), PatchOperation.Set("/counted", sale.Value),
            ],
            $"c.number = {after} AND c.fence <= {fence}", cancellation).ConfigureAwait(false);
    }

    public Task<bool> EndAsync(SaleId sale, long number, long fence, CancellationToken cancellation) => ChangeAsync(
        sale, [PatchOperation.Set("/state", (int)SaleEpochState.Ready), PatchOperation.Set("/fence", fence)],
        $"c.number = {number} AND c.state < {(int)SaleEpochState.Retired} AND c.fence <= {fence}", cancellation);

    public Task<bool> RetireAsync(SaleId sale, long number, CancellationToken cancellation) => ChangeAsync(
        sale, [PatchOperation.Set("/state", (int)SaleEpochState.Retired), PatchOperation.Set<string?>("/counted", null)], $"c.number = {number}", cancellation);

    private async Task<bool> ChangeAsync(SaleId sale, IReadOnlyList<PatchOperation> changes, FormattableString condition, CancellationToken cancellation) =>
        await documents.PatchAsync(sale.Value, TheOne, changes, $"FROM c WHERE {condition.ToString(CultureInfo.InvariantCulture)}", cancellation)
            .ConfigureAwait(false) == WriteResult.Done;

    /// <summary><c>counted</c> is there until it is retired, for the list.</summary>
    private static byte[] First(SaleId sale, int parts, long fence) => CosmosJson.Write(json =>
    {
        json.WriteString("id", TheOne);
        json.WriteString("kind", TheOne);
        json.WriteString("saleId", sale.Value);
        json.WriteString("counted", sale.Value);
        json.WriteNumber("number", 1);
        json.WriteNumber("parts", parts);
        json.WriteNumber("state", (int)SaleEpochState.Building);
        json.WriteNumber("fence", fence);
    });

    private static SaleEpoch Read(JsonElement document) => new(
        Id.Parse<SaleId>(document.Text("saleId")), document.GetProperty("number").GetInt64(), document.GetProperty("parts").GetInt32(),
        (SaleEpochState)document.GetProperty("state").GetInt32());
}
