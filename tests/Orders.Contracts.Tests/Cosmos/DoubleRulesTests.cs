using System.Net;
using Microsoft.Azure.Cosmos;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>What the double demands of containers and requests, as the service does.</summary>
public sealed class DoubleRulesTests : DoubleRig
{
    private static readonly PartitionKey Alice = new("alice");

    [Fact]
    public async Task ContainerWithoutAnIndex_IsReadByIdAlone()
    {
        var container = (await Database.CreateContainerAsync(new ContainerProperties("bare", "/user")
        {
            PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2,
            IndexingPolicy = new IndexingPolicy { IndexingMode = IndexingMode.None, Automatic = false },
        })).Container;
        using var created = await container.CreateItemStreamAsync(Json(new { id = "a", user = "alice", ttl = 1 }), Alice);
        using var found = await container.ReadItemStreamAsync("a", Alice);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        using var pages = container.GetItemQueryStreamIterator("SELECT * FROM c WHERE c.n = 1", requestOptions: new QueryRequestOptions { PartitionKey = Alice });
        using var page = await pages.ReadNextAsync();
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
    }

    /// <summary>A document's own end means something only where the container says that documents may have one.</summary>
    [Theory]
    [InlineData(null, 1, null, true)]
    [InlineData(-1, 5, 1, false)]
    [InlineData(-1, 500, null, true)]
    [InlineData(3, 2, null, true)]
    [InlineData(3, 3, null, false)]
    [InlineData(3, 500, -1, true)]
    [InlineData(3, 4, 9, true)]
    public async Task EndOfADocument_IsItsOwnOrTheContainers(int? container, int after, int? own, bool isThere)
    {
        var items = (await Database.CreateContainerAsync(
            new ContainerProperties("ending", "/user") { PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2, DefaultTimeToLive = container })).Container;
        object document = own is { } seconds ? new { id = "a", user = "alice", ttl = seconds } : new { id = "a", user = "alice" };
        using var created = await items.CreateItemStreamAsync(Json(document), Alice);
        Clock.MoveTo(Clock.GetUtcNow().AddSeconds(after));
        using var found = await items.ReadItemStreamAsync("a", Alice);
        Assert.Equal(isThere, found.StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData("60")]
    public async Task EndThatIsNone_IsRefused(object ttl) =>
        Assert.Equal(HttpStatusCode.BadRequest, await CreateAsync("alice", new { id = "a", user = "alice", ttl }));

    [Fact]
    public async Task PartitionKey_BeyondItsBound_IsRefused()
    {
        Assert.Equal(HttpStatusCode.Created, await CreateAsync(new string('k', 2_048), new { id = "a", user = new string('k', 2_048) }));
        Assert.Equal(HttpStatusCode.BadRequest, await CreateAsync(new string('k', 2_049), new { id = "a", user = new string('k', 2_049) }));
    }

    [Fact]
    public async Task Read_OfWhatIsKnown_IsNotModified_AndAnUpsertHasItsCondition()
    {
        await CreateAsync("alice", new { id = "a", user = "alice" });
        var etag = (await FindAsync("alice", "a"))!.Value.GetProperty("_etag").GetString();
        using var known = await Items.ReadItemStreamAsync("a", Alice, new ItemRequestOptions { IfNoneMatchEtag = etag });
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using var other = await Items.UpsertItemStreamAsync(Json(new { id = "a", user = "alice" }), Alice, new ItemRequestOptions { IfMatchEtag = "\"other\"" });
        Assert.Equal(HttpStatusCode.PreconditionFailed, other.StatusCode);
    }

    [Theory]
    [InlineData("SELECT * FROM c WHERE c.top = 1")]
    [InlineData("SELECT * FROM c WHERE c.value = 1")]
    [InlineData("SELECT c.n AS order FROM c")]
    [InlineData("SELECT * FROM c WHERE c.n == 1")]
    [InlineData("SELECT * FROM c; SELECT * FROM c")]
    public async Task Query_ThatIsNone_IsRefused(string sql)
    {
        var refused = await Assert.ThrowsAsync<CosmosException>(() => AskAsync(sql, "alice"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task ContainerThatIsNotThere_IsNotFound()
    {
        using var found = await Database.GetContainer("none").ReadItemStreamAsync("a", Alice);
        Assert.Equal(HttpStatusCode.NotFound, found.StatusCode);
    }

    [Theory]
    [InlineData("/a", "/b")]
    public async Task PartitionKeyOfSeveralLevels_IsNotSupported(params string[] paths)
    {
        var refused = await Assert.ThrowsAsync<CosmosException>(() => Database.CreateContainerAsync(new ContainerProperties("levels", paths)));
        Assert.Equal(HttpStatusCode.NotImplemented, refused.StatusCode);
    }
}
