using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Access;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Who did what: a document per entry, whose id is its partition, so a second one of an id is a conflict and changes nothing. Lists go by <c>place</c>, the instant and the
/// id, over all partitions: people ask, and not often. The database forgets entries by itself when their time is over.
/// </summary>
public sealed class CosmosAudit(CosmosDatabase database, OrderPolicy policy, TimeProvider clock) : IAudit
{
    private const int MostAtOnce = 100;

    private readonly CosmosDocuments documents = database.ForReports("audit");

    public Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Count, MostAtOnce);
        return Task.WhenAll(entries.Select(entry => documents.CreateAsync(CosmosIds.Of(entry.AuditId), Write(entry), cancellation)));
    }

    public async Task<Page<AuditEntry>> ListAsync(AuditFilter filter, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var list = $"audit {filter.Subject} {filter.By}";
        var before = filter.Until is { } until ? CosmosJson.Sortable(until) : CosmosText.AfterAll;
        if (cursor is not null && CosmosCursor.Read(list, cursor) is var last && string.CompareOrdinal(last, before) < 0)
            before = last;
        var query = new QueryDefinition(
                "SELECT c.place, c.auditId, c.actor, c.role, c.action, c.subject, c.reason, c.detail FROM c WHERE "
                + (filter.Subject is null ? "" : "c.subject = @subject AND ") + (filter.By is null ? "" : "c.actor = @actor AND ")
                + "c.place >= @from AND c.place < @before ORDER BY c.place DESC")
            .WithParameter("@from", filter.From is { } from ? CosmosJson.Sortable(from) : "").WithParameter("@before", before);
        if (filter.Subject is { } subject)
            query = query.WithParameter("@subject", subject);
        if (filter.By is { } actor)
            query = query.WithParameter("@actor", actor.Value);
        var rows = await documents.AskAsync(query, partition: null, limit + 1, cancellation).ConfigureAwait(false);
        return CosmosText.PageOf(rows, limit, Read, list);
    }

    public async Task<AuditEntry?> FindAsync(string auditId, CancellationToken cancellation)
    {
        var id = CosmosIds.Of(auditId);
        return await documents.FindAsync(id, id, cancellation).ConfigureAwait(false) is { } found
            ? Read(found.Document) with { Kept = found.Document.TextOrNull("kept") }
            : null;
    }

    /// <summary>Finds next to nothing: the database was there before. For clocks that run ahead of its own.</summary>
    public async Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT VALUE c.id FROM c WHERE c.place < @before ORDER BY c.place").WithParameter("@before", CosmosJson.Sortable(before));
        var old = await documents.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false);
        foreach (var id in old)
            await documents.DeleteAsync(id.GetString()!, id.GetString()!, etag: null, cancellation).ConfigureAwait(false);
        return old.Count;
    }

    private byte[] Write(AuditEntry entry) => CosmosJson.Write(json =>
    {
        json.WriteString("id", CosmosIds.Of(entry.AuditId));
        json.WriteString("place", CosmosJson.Sortable(entry.At, entry.AuditId));
        json.WriteString("auditId", entry.AuditId);
        json.WriteString("actor", entry.By.Value);
        json.WriteString("role", entry.Role);
        json.WriteString("action", entry.Action);
        json.WriteString("subject", entry.Subject);
        json.WriteString("reason", entry.Reason);
        json.WriteStartObject("detail");
        foreach (var (name, text) in entry.Detail)
            json.WriteString(name, text);
        json.WriteEndObject();
        json.WriteString("kept", entry.Kept);
        json.WriteNumber("ttl", CosmosJson.SecondsUntil(entry.At + policy.AuditRetention, clock.GetUtcNow()));
    });

    private static AuditEntry Read(JsonElement document) => new(
        document.Text("auditId"), CosmosJson.InstantOf(document.Text("place")), Id.Parse<UserId>(document.Text("actor")), document.Text("role"), document.Text("action"),
        document.Text("subject"), document.TextOrNull("reason"),
        document.GetProperty("detail").EnumerateObject().ToDictionary(detail => detail.Name, detail => detail.Value.GetString()!, StringComparer.Ordinal));
}
