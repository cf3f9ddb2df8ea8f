using System.Net;
using System.Text;
using System.Text.Json;
using LocalFunctions.Time;
using Microsoft.Azure.Cosmos;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>A double of its own for each test of the double, with one container and the SDK's client as anybody would make it.</summary>
public abstract class DoubleRig : IAsyncLifetime
{
    private CosmosClient client = null!;

    protected LocalClock Clock { get; } = new(Subject.Start, frozen: true);

    protected CosmosServer Server { get; private set; } = null!;

    protected Microsoft.Azure.Cosmos.Container Items { get; private set; } = null!;

    protected Database Database => Items.Database;

    protected virtual ContainerProperties Definition => new("items", "/user")
    {
        PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2,
        DefaultTimeToLive = -1,
        UniqueKeyPolicy = new UniqueKeyPolicy { UniqueKeys = { new UniqueKey { Paths = { "/email" } } } },
        IndexingPolicy = new IndexingPolicy
        {
            IncludedPaths = { new IncludedPath { Path = "/kind/?" }, new IncludedPath { Path = "/n/?" }, new IncludedPath { Path = "/name/?" } },
            ExcludedPaths = { new ExcludedPath { Path = "/*" } },
            CompositeIndexes = { new() { new CompositePath { Path = "/kind" }, new CompositePath { Path = "/n", Order = CompositePathSortOrder.Descending } } },
        },
    };

    public async Task InitializeAsync()
    {
        Server = await CosmosServer.StartAsync(Clock, ranges: 3);
        client = Server.CreateClient();
        var database = (await client.CreateDatabaseAsync("db")).Database;
        Items = (await database.CreateContainerAsync(Definition)).Container;
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await Server.DisposeAsync();
    }

    protected static Stream Json(object document) => new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(document));

    protected static JsonElement Read(Stream content)
    {
        using var parsed = JsonDocument.Parse(content);
        return parsed.RootElement.Clone();
    }

    protected async Task<HttpStatusCode> CreateAsync(string user, object document)
    {
        using var response = await Items.CreateItemStreamAsync(Json(document), new PartitionKey(user));
        return response.StatusCode;
    }

    protected async Task<JsonElement?> FindAsync(string user, string id)
    {
        using var response = await Items.ReadItemStreamAsync(id, new PartitionKey(user));
        return response.StatusCode == HttpStatusCode.NotFound ? null : Read(response.EnsureSuccessStatusCode().Content);
    }

    /// <summary>All that a query answers, by pages of a size, through the continuation of each.</summary>
    protected async Task<List<JsonElement>> AskAsync(string sql, string? user = null, int pageSize = 100, params (string Name, object Value)[] parameters)
    {
        var query = parameters.Aggregate(new QueryDefinition(sql), (made, parameter) => made.WithParameter(parameter.Name, parameter.Value));
        var rows = new List<JsonElement>();
        string? continuation = null;
        do
        {
            using var pages = Items.GetItemQueryStreamIterator(query, continuation, new QueryRequestOptions
            {
                PartitionKey = user is null ? null : new PartitionKey(user),
                MaxItemCount = pageSize,
            });
            using var page = (await pages.ReadNextAsync()).EnsureSuccessStatusCode();
            rows.AddRange(Read(page.Content).GetProperty("Documents").EnumerateArray());
            continuation = page.ContinuationToken;
        }
        while (continuation is not null);
        return rows;
    }

    protected static string Text(IEnumerable<JsonElement> rows) => new StringBuilder().AppendJoin(' ', rows.Select(row => row.ToString())).ToString();
}
