using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Events;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Deliveries in their endpoint's partition, and beside each the texts that it is found by: <c>made</c> for its list, <c>due</c> while somebody must look at it,
/// <c>ended</c> once it may be forgotten. A save is a patch on condition of the version.
/// </summary>
public sealed class CosmosDeliveries(CosmosDatabase database, MadeStamps stamps) : IDeliveries
{
    private readonly CosmosDocuments documents = database[CosmosWebhooks.Container];

    public Task AddAsync(IReadOnlyList<WebhookDelivery> deliveries, CancellationToken cancellation)
    {
        var writes = deliveries.Select(delivery => (Partition: delivery.WebhookId.Value, Document: Write(delivery, stamps.Next()))).ToList();
        return Task.WhenAll(writes.Select(write => documents.CreateAsync(write.Partition, write.Document, cancellation)));
    }

    public async Task<WebhookDelivery?> FindAsync(WebhookId webhook, string deliveryId, CancellationToken cancellation) =>
        await documents.FindAsync(webhook.Value, CosmosIds.Of(deliveryId), cancellation).ConfigureAwait(false) is { } found ? Read(found.Document) : null;

    public Task<bool> SaveAsync(WebhookDelivery delivery, CancellationToken cancellation) => documents.SaveVersionAsync(
        delivery.WebhookId.Value, CosmosIds.Of(delivery.DeliveryId), delivery.Version, WebhookJson.Write(delivery), cancellation,
        PatchOperation.Set("/status", delivery.Status.ToString()), PatchOperation.Set("/due", Due(delivery)), PatchOperation.Set("/ended", Ended(delivery)));

    public async Task<IReadOnlyList<WebhookDelivery>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.document FROM c WHERE c.due < @before ORDER BY c.due").WithParameter("@before", CosmosJson.Sortable(before));
        return [.. (await documents.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false)).Select(Read)];
    }

    public async Task<Page<WebhookDelivery>> ListAsync(WebhookId webhook, DeliveryStatus? status, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var list = $"deliveries {webhook} {status}";
        var query = new QueryDefinition(
                $"SELECT c.made AS place, c.document FROM c WHERE {(status is null ? "" : "c.status = @status AND ")}c.made < @before ORDER BY c.made DESC")
            .WithParameter("@before", cursor is null ? CosmosText.AfterAll : CosmosCursor.Read(list, cursor));
        if (status is { } one)
            query = query.WithParameter("@status", one.ToString());
        var rows = await documents.AskAsync(query, webhook.Value, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, Read, list);
    }

    /// <summary>What somebody asked for again meanwhile stays: each goes as it was read.</summary>
    public async Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.id, c.webhookId, c._etag FROM c WHERE c.ended < @before ORDER BY c.ended").WithParameter("@before", CosmosJson.Sortable(before));
        var forgotten = 0;
        foreach (var row in await documents.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false))
        {
            var result = await documents.DeleteAsync(row.Text("webhookId"), row.Text("id"), row.Text("_etag"), cancellation).ConfigureAwait(false);
            forgotten += result == WriteResult.Done ? 1 : 0;
        }

        return forgotten;
    }

    private static byte[] Write(WebhookDelivery delivery, DateTimeOffset made) => CosmosJson.Write(json =>
    {
        var id = CosmosIds.Of(delivery.DeliveryId);
        json.WriteString("id", id);
        json.WriteString("kind", "delivery");
        json.WriteString("webhookId", delivery.WebhookId.Value);
        json.WriteString("made", CosmosJson.Sortable(made, id));
        json.WriteNumber("version", delivery.Version);
        json.WriteString("status", delivery.Status.ToString());
        json.WriteString("due", Due(delivery));
        json.WriteString("ended", Ended(delivery));
        json.WriteMember("document", WebhookJson.Write(delivery));
    });

    private static string? Due(WebhookDelivery delivery) => delivery.NextAt is { } due ? CosmosJson.Sortable(due, delivery.DeliveryId) : null;

    private static string? Ended(WebhookDelivery delivery) => delivery.EndedAt is { } ended ? CosmosJson.Sortable(ended, delivery.DeliveryId) : null;

    private static WebhookDelivery Read(JsonElement document) => WebhookJson.ReadDelivery(document.GetProperty("document").Utf8());
}
