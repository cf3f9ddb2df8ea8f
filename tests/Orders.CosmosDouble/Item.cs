using System.Text.Json;

namespace Orders.CosmosDouble;

/// <summary>A stored document. Replaced as a whole, never changed.</summary>
/// <param name="PartitionKey">As JSON: <c>["alice"]</c>.</param>
/// <param name="Number">Its place among the container's documents, in the order of their creation; the document's <c>_rid</c>.</param>
/// <param name="Document">With the service's own properties.</param>
/// <param name="Lsn">The write that put it there; those of one batch have the same.</param>
/// <param name="EndsAt">When it is forgotten; null for never.</param>
internal sealed record Item(string Id, string PartitionKey, long Number, string ETag, JsonElement Document, int Size, long Lsn, DateTimeOffset? EndsAt);
