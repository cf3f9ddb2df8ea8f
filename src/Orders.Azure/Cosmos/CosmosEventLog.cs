using Microsoft.Azure.Cosmos;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The events of orders, which <see cref="CosmosOrderStore"/> writes in the batch of the change and <see cref="CosmosOutbox"/> keeps when they are published: the same
/// documents, so none is missing that an order's history has, and none is written twice.
/// </summary>
public sealed class CosmosEventLog(CosmosDatabase database) : IEventLog
{
    /// <summary>After every version.</summary>
    private const long End = 1L << 50;

    private readonly CosmosDocuments documents = database[CosmosOrderStore.Container];

    public async Task<IReadOnlyList<OutboxItem>> ListAsync(OrderRef order, long? before, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var query = new QueryDefinition("SELECT * FROM c WHERE c.orderId = @order AND c.sequence < @before ORDER BY c.sequence DESC")
            .WithParameter("@order", order.OrderId.Value).WithParameter("@before", before ?? End);
        return [.. (await documents.AskAsync(query, order.UserId.Value, limit, cancellation).ConfigureAwait(false)).Select(OutboxItemDocument.Read)];
    }

    /// <summary>Finds next to nothing: the database was there before. For clocks that run ahead of its own.</summary>
    public async Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.id, c.userId FROM c WHERE c.published < @before ORDER BY c.published")
            .WithParameter("@before", CosmosJson.Sortable(before));
        var old = await documents.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false);
        foreach (var row in old)
            await documents.DeleteAsync(row.Text("userId"), row.Text("id"), etag: null, cancellation).ConfigureAwait(false);
        return old.Count;
    }
}
