using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Provider messages by source and id: the id is the partition, so a second one is a conflict, whoever brings it. The first of an id counts; others with its id are kept as
/// refused, a few of them, each under the hash of its content.
/// </summary>
public sealed class CosmosProviderMessages(CosmosDatabase database, MadeStamps stamps) : IProviderMessages
{
    /// <summary>Contradictions kept per message id: evidence, but bounded.</summary>
    private const int MostContradictions = 10;

    private readonly CosmosDocuments documents = database[CosmosInbox.Container];

    public async Task<StoreMessageResult> StoreAsync(ProviderMessage message, CancellationToken cancellation)
    {
        var id = IdOf(message.Source, message.MessageId);
        if (await documents.CreateAsync(id, ProviderMessageDocument.Write(message, id, stamps.Next()), cancellation).ConfigureAwait(false))
            return StoreMessageResult.Stored;
        var first = await documents.FindAsync(id, id, cancellation).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Message '{message.MessageId}' of '{message.Source}' is there, and can't be found.");
        if (first.Document.Text("contentHash") != message.ContentHash)
        {
            await KeepRefusedAsync(message, id, cancellation).ConfigureAwait(false);
            return StoreMessageResult.OtherContent;
        }

        await documents.PatchAsync(id, id, [PatchOperation.Increment("/seen", 1)], condition: null, cancellation).ConfigureAwait(false);
        return StoreMessageResult.AlreadyThere;
    }

    public async Task<ProviderMessage?> FindAsync(string source, string messageId, CancellationToken cancellation)
    {
        var id = IdOf(source, messageId);
        return await documents.FindAsync(id, id, cancellation).ConfigureAwait(false) is { } found ? ProviderMessageDocument.Read(found.Document) : null;
    }

    public async Task SetStateAsync(string source, string messageId, ProviderMessageState state, string? note, CancellationToken cancellation)
    {
        var id = IdOf(source, messageId);
        var result = await documents.PatchAsync(id, id, ProviderMessageDocument.Changes(state, note), condition: null, cancellation).ConfigureAwait(false);
        if (result == WriteResult.Missing)
            throw new InvalidOperationException($"Message '{messageId}' of '{source}' was never stored.");
    }

    public async Task<IReadOnlyList<ProviderMessage>> FindUnappliedAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.waiting < @before ORDER BY c.waiting").WithParameter("@before", CosmosJson.Sortable(before));
        return await MessagesAsync(query, limit, cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ProviderMessage>> FindByOrderAsync(OrderId order, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.byOrder > @first AND c.byOrder < @end ORDER BY c.byOrder")
            .WithParameter("@first", $"{order}{CosmosJson.Separator}").WithParameter("@end", $"{order}{CosmosJson.AfterSeparator}");
        return await MessagesAsync(query, limit, cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<ProviderMessage>> MessagesAsync(QueryDefinition query, int limit, CancellationToken cancellation) =>
        [.. (await documents.AskAsync(query, partition: null, limit, cancellation).ConfigureAwait(false)).Select(ProviderMessageDocument.Read)];

    private async Task KeepRefusedAsync(ProviderMessage message, string first, CancellationToken cancellation)
    {
        var id = CosmosIds.Of("refused", $"{first}-{message.ContentHash}");
        if (await documents.FindAsync(id, id, cancellation).ConfigureAwait(false) is not null)
            return;
        // Counted before it is kept: a crash in between keeps one less, and never one more.
        var counted = await documents.PatchAsync(
            first, first, [PatchOperation.Increment("/contradictions", 1)],
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"FROM c WHERE c.contradictions < {MostContradictions}"), cancellation).ConfigureAwait(false);
        if (counted != WriteResult.Done)
            return;
        var refused = message with { State = ProviderMessageState.Refused, Note = "Its id was used for another content before" };
        await documents.CreateAsync(id, ProviderMessageDocument.Write(refused, id, stamps.Next()), cancellation).ConfigureAwait(false);
    }

    private static string IdOf(string source, string messageId) => CosmosIds.Of($"provider_{source}", messageId);
}
