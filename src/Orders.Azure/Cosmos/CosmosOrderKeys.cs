using Microsoft.Azure.Cosmos;

namespace Orders.Azure.Cosmos;

/// <summary>The different order keys of a partition's documents, which have them as <c>orderKey</c>, in pages.</summary>
internal static class CosmosOrderKeys
{
    private const int MostKeys = 10_000;

    /// <summary>A question brings the documents and not the keys: it is asked again behind the last one until there are enough.</summary>
    public static async Task<IReadOnlyList<string>> OrderKeysAsync(
        this CosmosDocuments documents, string partition, string? after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostKeys);
        var found = new List<string>();
        for (var last = after ?? ""; ;)
        {
            var query = new QueryDefinition("SELECT VALUE c.orderKey FROM c WHERE c.orderKey > @last ORDER BY c.orderKey").WithParameter("@last", last);
            var rows = await documents.AskAsync(query, partition, limit, cancellation).ConfigureAwait(false);
            foreach (var key in rows.Select(row => row.GetString()!).Where(key => key != last))
                found.Add(last = key);
            if (rows.Count < limit || found.Count >= limit)
                return found.Count > limit ? found.GetRange(0, limit) : found;
        }
    }
}
