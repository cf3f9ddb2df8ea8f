using System.Collections.ObjectModel;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Orders.Azure.Cosmos;

/// <summary>The containers as <c>infra/cosmos-containers.json</c> says them, which is also what is deployed: keys, indexes and ends of documents stand there alone.</summary>
public static class CosmosContainers
{
    private static readonly JsonElement Content = Read();

    public static string DefaultDatabase { get; } = Content.GetProperty("database").GetString()!;

    public static IReadOnlyList<ContainerProperties> All { get; } = [.. Content.GetProperty("containers").EnumerateArray().Select(Properties)];

    /// <summary>Makes what is missing. For the emulator and tests: an app's identity may not, infra does it.</summary>
    public static async Task CreateAsync(CosmosClient client, string database, CancellationToken cancellation)
    {
        var created = await client.CreateDatabaseIfNotExistsAsync(database, cancellationToken: cancellation).ConfigureAwait(false);
        foreach (var container in All)
            await created.Database.CreateContainerIfNotExistsAsync(container, cancellationToken: cancellation).ConfigureAwait(false);
    }

    private static JsonElement Read()
    {
        using var stream = typeof(CosmosContainers).Assembly.GetManifestResourceStream("cosmos-containers.json")!;
        using var parsed = JsonDocument.Parse(stream);
        return parsed.RootElement.Clone();
    }

    private static ContainerProperties Properties(JsonElement container)
    {
        var properties = new ContainerProperties(container.GetProperty("name").GetString(), container.GetProperty("partitionKey").GetString())
        {
            PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2,
            IndexingPolicy = Indexing(container),
        };
        if (container.TryGetProperty("ttl", out var ttl))
            properties.DefaultTimeToLive = ttl.GetInt32();
        return properties;
    }

    private static IndexingPolicy Indexing(JsonElement container)
    {
        var indexed = container.GetProperty("indexed").EnumerateArray().Select(path => path.GetString()!).ToList();
        if (indexed.Count == 0)
            return new IndexingPolicy { IndexingMode = IndexingMode.None, Automatic = false };
        var policy = new IndexingPolicy();
        foreach (var path in indexed)
            policy.IncludedPaths.Add(new IncludedPath { Path = path });
        if (!indexed.Contains("/*"))
            policy.ExcludedPaths.Add(new ExcludedPath { Path = "/*" });
        foreach (var index in container.TryGetProperty("composite", out var composite) ? [.. composite.EnumerateArray()] : Array.Empty<JsonElement>())
            policy.CompositeIndexes.Add(new Collection<CompositePath>([.. index.EnumerateArray().Select(path => Key(path.GetString()!))]));
        return policy;
    }

    private static CompositePath Key(string path) => new()
    {
        Path = path.TrimStart('-'),
        Order = path.StartsWith('-') ? CompositePathSortOrder.Descending : CompositePathSortOrder.Ascending,
    };
}
