using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Statistics;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The orders of a part by the day of their last change and their id: one text, so that a part is one stretch of an index. An order that changes meanwhile only
/// moves ahead in it.
/// </summary>
public sealed class CosmosChangedOrders(CosmosDatabase database) : IChangedOrders
{
    private const int MostItems = 1_000;

    private readonly CosmosDocuments documents = database.ForReports(CosmosOrderStore.Container);

    public async Task<Page<ChangedOrder>> ListAsync(int part, DateTimeOffset from, DateTimeOffset until, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostItems);
        var list = $"changed orders {part} {from.UtcTicks} {until.UtcTicks}";
        var character = OrderParts.RangeOf(part).From;
        var query = new QueryDefinition(
                "SELECT c.changed AS place, c.orderId, c.document FROM c "
                + "WHERE c.changed > @after AND c.changed < @end AND c.placed < @until ORDER BY c.changed")
            .WithParameter("@after", cursor is null ? $"{character}{CosmosJson.Separator}{OrderDocument.DayOf(from)}" : CosmosCursor.Read(list, cursor))
            .WithParameter("@end", $"{character}{CosmosJson.AfterSeparator}")
            .WithParameter("@until", CosmosJson.Sortable(until));
        var rows = await documents.AskAsync(query, partition: null, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, row => new ChangedOrder(Id.Parse<OrderId>(row.Text("orderId")), Read(row)), list);
    }

    private static Order? Read(JsonElement row)
    {
        try
        {
            return OrderDocument.Read(row.GetProperty("document"));
        }
        catch (UnreadableOrderException)
        {
            // Told by who goes over the orders, with its number.
            return null;
        }
    }
}
