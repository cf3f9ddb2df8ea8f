using Microsoft.Azure.Cosmos;
using Orders.Application.Events;

namespace Orders.Azure.Cosmos;

/// <summary>What each consumer has finished: one document a message, in a partition of its own, which the database forgets by itself when its time is over.</summary>
public sealed class CosmosInbox(CosmosDatabase database, TimeProvider clock) : IInbox
{
    /// <summary>The container, also of <see cref="CosmosProviderMessages"/>.</summary>
    public const string Container = "inbox";

    private readonly CosmosDocuments documents = database[Container];

    public async Task<bool> HasSeenAsync(string consumer, string messageId, CancellationToken cancellation)
    {
        var id = CosmosIds.Of(consumer, messageId);
        return await documents.FindAsync(id, id, cancellation).ConfigureAwait(false) is not null;
    }

    public Task RecordAsync(string consumer, string messageId, DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        var id = CosmosIds.Of(consumer, messageId);
        var document = CosmosJson.Write(json =>
        {
            json.WriteString("id", id);
            json.WriteString("kind", "seen");
            json.WriteString("expires", CosmosJson.Sortable(expiresAt, id));
            json.WriteNumber("ttl", CosmosJson.SecondsUntil(expiresAt, clock.GetUtcNow()));
        });
        return documents.CreateAsync(id, document, cancellation);
    }

    /// <summary>Finds next to nothing: the database was there before. For clocks that run ahead of its own.</summary>
    public async Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT VALUE c.id FROM c WHERE c.expires < @before ORDER BY c.expires").WithParameter("@before", CosmosJson.Sortable(before));
        var expired = await documents.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false);
        foreach (var id in expired)
            await documents.DeleteAsync(id.GetString()!, id.GetString()!, etag: null, cancellation).ConfigureAwait(false);
        return expired.Count;
    }
}
