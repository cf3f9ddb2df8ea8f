using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The unpublished events, which <see cref="CosmosOrderStore"/> writes. Failures are counted in a document of their own: a change of the item itself would come
/// back through the change feed, and the relay would try it again at once instead of when its pause is over. What was published stays where it is, of another kind, as
/// the log of events (<see cref="CosmosEventLog"/>), until the database forgets it.
/// </summary>
public sealed class CosmosOutbox(CosmosDatabase database, OrderPolicy policy, TimeProvider clock) : IOutbox
{
    /// <summary>A count that nobody needed for so long is of an event that was published.</summary>
    private const int FailuresLastSeconds = 7 * 24 * 3600;

    /// <summary>More events than an order ever has.</summary>
    private const int MostRevived = 1_000;

    private readonly CosmosDocuments documents = database[CosmosOrderStore.Container];

    public Task DeleteAsync(OutboxItem item, CancellationToken cancellation) =>
        documents.PatchAsync(
            item.Order.UserId.Value, item.Id,
            OutboxItemDocument.Published(item, CosmosJson.SecondsUntil(item.At + policy.EventRetention, clock.GetUtcNow())), condition: null, cancellation);

    public async Task<IReadOnlyList<OutboxItem>> FindOlderThanAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.written < @before ORDER BY c.written")
            .WithParameter("@before", CosmosJson.Sortable(before));
        var found = await documents.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false);
        return [.. found.Select(document => OutboxDocument.Read(document)!)];
    }

    public async Task<int> CountFailureAsync(OutboxItem item, string error, int parkAt, CancellationToken cancellation)
    {
        var failures = await CountAsync(item, error, cancellation).ConfigureAwait(false);
        if (failures >= parkAt)
        {
            // Whoever crashes before this finds the count at its limit with the next failure. Somebody else may have published it meanwhile.
            await documents.PatchAsync(
                item.Order.UserId.Value, item.Id,
                [PatchOperation.Set("/kind", OutboxItemDocument.ParkedKind), PatchOperation.Set<string?>("/written", null)],
                $"FROM c WHERE c.kind = '{OutboxDocument.Kind}'", cancellation).ConfigureAwait(false);
        }

        return failures;
    }

    public async Task<int> ReviveAsync(OrderRef order, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.orderId = @order AND c.kind = @kind")
            .WithParameter("@order", order.OrderId.Value).WithParameter("@kind", OutboxItemDocument.ParkedKind);
        var revived = 0;
        foreach (var document in await documents.AskAsync(query, order.UserId.Value, MostRevived, cancellation).ConfigureAwait(false))
        {
            var item = OutboxItemDocument.Read(document);

            // The count goes first: an item that came back with a count at its limit would be parked by its next failure.
            await documents.DeleteAsync(order.UserId.Value, FailuresOf(item), etag: null, cancellation).ConfigureAwait(false);
            var patched = await documents.PatchAsync(
                order.UserId.Value, item.Id, OutboxItemDocument.Revived(item), $"FROM c WHERE c.kind = '{OutboxItemDocument.ParkedKind}'", cancellation).ConfigureAwait(false);
            // Refused: it is parked no more, so a try before was done and its answer lost, or somebody else's was.
            if (patched != WriteResult.Missing)
                revived++;
        }

        return revived;
    }

    public async Task<bool> HasEarlierAsync(OutboxItem item, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.id FROM c WHERE c.orderId = @order AND c.kind = @kind AND c.sequence < @sequence")
            .WithParameter("@order", item.Order.OrderId.Value).WithParameter("@kind", OutboxDocument.Kind).WithParameter("@sequence", item.Sequence);
        return (await documents.AskAsync(query, item.Order.UserId.Value, most: 1, cancellation).ConfigureAwait(false)).Count > 0;
    }

    private async Task<int> CountAsync(OutboxItem item, string error, CancellationToken cancellation)
    {
        var (partition, id, tried) = (item.Order.UserId.Value, FailuresOf(item), 0);
        for (var turns = new Turns("The failures of an event"); ;)
        {
            turns.Next(cancellation);
            var found = await documents.FindAsync(partition, id, cancellation).ConfigureAwait(false);
            var before = found?.Document.GetProperty("failures").GetInt32() ?? 0;
            // Stored as it was tried: that was done, and its answer lost. If it was another host's, one is counted less, which parks nothing too early.
            if (tried > 0 && tried == before && found!.Document.Text("error") == error)
                return tried;
            var failures = tried = before + 1;
            var document = Failures(item, id, failures, error);
            var isDone = found is null
                ? await documents.CreateAsync(partition, document, cancellation).ConfigureAwait(false)
                : await documents.ReplaceAsync(partition, id, document, found.ETag, cancellation).ConfigureAwait(false) == WriteResult.Done;
            if (isDone)
                return failures;
        }
    }

    private static string FailuresOf(OutboxItem item) => $"{item.Id}-failures";

    private static byte[] Failures(OutboxItem item, string id, int failures, string error) => CosmosJson.Write(json =>
    {
        json.WriteString("id", id);
        json.WriteString("kind", "outbox-failures");
        json.WriteString("userId", item.Order.UserId.Value);
        json.WriteNumber("failures", failures);
        json.WriteString("error", error);
        json.WriteNumber("ttl", FailuresLastSeconds);
    });
}
