using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Polly;

namespace Orders.Azure.Cosmos;

/// <summary>A document as it was read.</summary>
/// <param name="ETag">Of this state: what a replace is conditional on. Never shown outside; orders and users have versions of their own.</param>
public sealed record StoredDocument(JsonElement Document, string ETag);

/// <summary>What a conditional write found.</summary>
public enum WriteResult
{
    Done,

    /// <summary>There is no such document.</summary>
    Missing,

    /// <summary>It is there already, or its condition doesn't hold.</summary>
    Refused,
}

/// <summary>
/// The documents of a container, by streams: "not found", "conflict" and "precondition failed" are answers and no exceptions. Bodies are made by
/// <see cref="CosmosJson"/>; each has <c>id</c>, its partition key, and in containers of several kinds <c>kind</c>.
/// </summary>
/// <param name="pipeline">Guards all calls but <see cref="AskWholeAsync"/>.</param>
public sealed class CosmosDocuments(CosmosDatabase database, Container container, ResiliencePipeline pipeline)
{
    /// <summary>Operations that a batch can hold.</summary>
    public const int MostInABatch = 100;

    private const int MostInAPage = 1_000;

    /// <summary>Sub-status of 404: not the document is missing, but what it would be in. The SDK says it too when it looks the container up.</summary>
    private const string OwnerNotFound = "1003";

    private static readonly ItemRequestOptions Unconditional = new() { EnableContentResponseOnWrite = false };

    /// <summary>Null when there is no such document.</summary>
    /// <exception cref="InvalidOperationException">There is no such container.</exception>
    public Task<StoredDocument?> FindAsync(string partition, string id, CancellationToken cancellation) => RunAsync(
        async token =>
        {
            using var response = await container.ReadItemStreamAsync(id, new PartitionKey(partition), cancellationToken: token).ConfigureAwait(false);
            Demand(response.StatusCode, response.Headers);
            return response.StatusCode == HttpStatusCode.NotFound ? null : new StoredDocument(await ReadAsync(response, token).ConfigureAwait(false), response.Headers.ETag);
        },
        cancellation);

    /// <summary>False when there is one of this id.</summary>
    /// <exception cref="InvalidOperationException">There is no such container.</exception>
    public async Task<bool> CreateAsync(string partition, byte[] document, CancellationToken cancellation) => ToAContainer(
        await WriteAsync(token => container.CreateItemStreamAsync(Stream(document), new PartitionKey(partition), Unconditional, token), cancellation)
            .ConfigureAwait(false)) == WriteResult.Done;

    /// <summary>Creates or replaces, whatever is there.</summary>
    /// <exception cref="InvalidOperationException">There is no such container.</exception>
    public async Task PutAsync(string partition, byte[] document, CancellationToken cancellation) => ToAContainer(
        await WriteAsync(token => container.UpsertItemStreamAsync(Stream(document), new PartitionKey(partition), Unconditional, token), cancellation)
            .ConfigureAwait(false));

    /// <summary>Replaces what was read.</summary>
    public Task<WriteResult> ReplaceAsync(string partition, string id, byte[] document, string etag, CancellationToken cancellation) =>
        WriteAsync(token => container.ReplaceItemStreamAsync(Stream(document), id, new PartitionKey(partition), If(etag), token), cancellation);

    /// <param name="etag">Null for "whatever is there".</param>
    public Task<WriteResult> DeleteAsync(string partition, string id, string? etag, CancellationToken cancellation) =>
        WriteAsync(token => container.DeleteItemStreamAsync(id, new PartitionKey(partition), etag is null ? Unconditional : If(etag), token), cancellation);

    /// <summary>Changes parts of a document, at most 10, where it stands: no read before.</summary>
    /// <param name="condition">As <c>FROM c WHERE …</c>; null for none. It has no parameters: only our own numbers and instants belong in it.</param>
    public Task<WriteResult> PatchAsync(string partition, string id, IReadOnlyList<PatchOperation> changes, string? condition, CancellationToken cancellation) =>
        WriteAsync(token => container.PatchItemStreamAsync(id, new PartitionKey(partition), changes, Patch(condition), token), cancellation);

    /// <summary>All or none, in one partition. The answer is that of the operation that failed, with its place; of the last one when all went well.</summary>
    /// <param name="fill">Adds the operations; called anew for each try.</param>
    public Task<(WriteResult Result, int Failed)> BatchAsync(string partition, Action<TransactionalBatch> fill, CancellationToken cancellation) => RunAsync(
        async token =>
        {
            var batch = container.CreateTransactionalBatch(new PartitionKey(partition));
            fill(batch);
            using var response = await batch.ExecuteAsync(token).ConfigureAwait(false);
            Demand(response.StatusCode, response.Headers);
            if (response.IsSuccessStatusCode)
                return (WriteResult.Done, -1);
            var failed = Enumerable.Range(0, response.Count).FirstOrDefault(at => response[at].StatusCode != HttpStatusCode.FailedDependency, -1);
            return (ResultOf(response.StatusCode) ?? throw Failure(response), failed);
        },
        cancellation);

    /// <summary>
    /// The first rows that a query answers, page by page: each is a call of its own, with its own tries, so how long all of them take bounds nothing but
    /// <paramref name="cancellation"/>. Across partitions it asks each of them: look twice whether that must be. Queries need no TOP, the page size does the same.
    /// </summary>
    /// <param name="partition">Null for all.</param>
    /// <param name="goesOn">Asked after each page: false ends with the rows that there are.</param>
    public async Task<List<JsonElement>> AskAsync(
        QueryDefinition query, string? partition, int most, CancellationToken cancellation, Func<bool>? goesOn = null)
    {
        var rows = new List<JsonElement>();
        using var pages = new QueryPages(continuation => Begin(query, partition, most, continuation));
        while (pages.HasMore && rows.Count < most)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.AddRange((await RunAsync(pages.NextAsync, cancellation).ConfigureAwait(false)).Take(most - rows.Count));
            if (goesOn?.Invoke() == false)
                break;
        }

        return rows;
    }

    /// <summary>
    /// All rows of a query that puts documents together (groups, sums): the service keeps no place in it, so it is one call, whose second try begins anew. Its
    /// bounds are wider than those of a page.
    /// </summary>
    /// <param name="partition">Null for all.</param>
    public Task<List<JsonElement>> AskWholeAsync(QueryDefinition query, string? partition, CancellationToken cancellation) => CosmosDatabase.RunAsync(
        database.Pipelines.Sums,
        async token =>
        {
            var rows = new List<JsonElement>();
            using var pages = Begin(query, partition, MostInAPage, continuation: null);
            while (pages.HasMoreResults)
            {
                using var page = await pages.ReadNextAsync(token).ConfigureAwait(false);
                rows.AddRange((await ReadAsync(page, token).ConfigureAwait(false)).GetProperty("Documents").EnumerateArray());
            }

            return rows;
        },
        cancellation);

    /// <summary>The options of a patch in a batch, with its condition; null for none.</summary>
    public static TransactionalBatchPatchItemRequestOptions InBatch(string? condition) => new() { FilterPredicate = condition, EnableContentResponseOnWrite = false };

    internal static MemoryStream Stream(byte[] document) => new(document, writable: false);

    private Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation) => CosmosDatabase.RunAsync(pipeline, call, cancellation);

    private FeedIterator Begin(QueryDefinition query, string? partition, int most, string? continuation) => container.GetItemQueryStreamIterator(
        query, continuation, new QueryRequestOptions
        {
            PartitionKey = partition is null ? null : new PartitionKey(partition),
            MaxItemCount = Math.Clamp(most, 1, MostInAPage),
            // In one partition there is nothing to plan: the query goes there at once, without asking the gateway how.
            EnableOptimisticDirectExecution = true,
        });

    private Task<WriteResult> WriteAsync(Func<CancellationToken, Task<ResponseMessage>> write, CancellationToken cancellation) => RunAsync(
        async token =>
        {
            using var response = await write(token).ConfigureAwait(false);
            Demand(response.StatusCode, response.Headers);
            if (ResultOf(response.StatusCode) is { } result)
                return result;
            response.EnsureSuccessStatusCode();
            return WriteResult.Done;
        },
        cancellation);

    /// <summary>
    /// That the container is there. Without it a "not found" would be taken for that of a document: a reader would begin anew, and a writer's document would be lost.
    /// </summary>
    private void Demand(HttpStatusCode status, Headers headers)
    {
        if (status == HttpStatusCode.NotFound && headers["x-ms-substatus"] == OwnerNotFound)
            throw NoContainer();
    }

    /// <summary>What is written whole needs nothing to be there but its container.</summary>
    private WriteResult ToAContainer(WriteResult result) => result != WriteResult.Missing ? result : throw NoContainer();

    private InvalidOperationException NoContainer() => new($"Cosmos DB has no container '{container.Id}' in the database '{container.Database.Id}'.");

    private static WriteResult? ResultOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => WriteResult.Missing,
        HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => WriteResult.Refused,
        _ => null,
    };

    private static CosmosException Failure(TransactionalBatchResponse response) =>
        new(response.ErrorMessage, response.StatusCode, 0, response.ActivityId, response.RequestCharge);

    private static ItemRequestOptions If(string etag) => new() { IfMatchEtag = etag, EnableContentResponseOnWrite = false };

    private static PatchItemRequestOptions Patch(string? condition) => new() { FilterPredicate = condition, EnableContentResponseOnWrite = false };

    internal static async Task<JsonElement> ReadAsync(ResponseMessage response, CancellationToken cancellation)
    {
        response.EnsureSuccessStatusCode();
        using var parsed = await JsonDocument.ParseAsync(response.Content, cancellationToken: cancellation).ConfigureAwait(false);
        return parsed.RootElement.Clone();
    }
}
