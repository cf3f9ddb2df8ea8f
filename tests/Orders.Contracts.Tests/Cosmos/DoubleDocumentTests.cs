using System.Net;
using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.CosmosDouble;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>What the double says of single documents and batches, through the SDK: where it were kinder than the service, a bug would pass.</summary>
public sealed class DoubleDocumentTests : DoubleRig
{
    private static readonly PartitionKey Alice = new("alice");

    [Fact]
    public async Task Create_OfAnIdThatIsThere_IsAConflict_InThatPartitionOnly()
    {
        Assert.Equal(HttpStatusCode.Created, await CreateAsync("alice", new { id = "a", user = "alice", email = 1 }));
        Assert.Equal(HttpStatusCode.Conflict, await CreateAsync("alice", new { id = "a", user = "alice", email = 2 }));
        Assert.Equal(HttpStatusCode.Created, await CreateAsync("bob", new { id = "a", user = "bob", email = 1 }));
    }

    [Fact]
    public async Task UniqueKey_HoldsWithinAPartition_AndAMissingValueCountsAsOne()
    {
        Assert.Equal(HttpStatusCode.Created, await CreateAsync("alice", new { id = "a", user = "alice", email = "x" }));
        Assert.Equal(HttpStatusCode.Conflict, await CreateAsync("alice", new { id = "b", user = "alice", email = "x" }));
        Assert.Equal(HttpStatusCode.Created, await CreateAsync("alice", new { id = "c", user = "alice" }));
        Assert.Equal(HttpStatusCode.Conflict, await CreateAsync("alice", new { id = "d", user = "alice" }));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("")]
    public async Task Create_WithAnIdThatNoLinkCanCarry_IsRefused(string id) =>
        Assert.Equal(HttpStatusCode.BadRequest, await CreateAsync("alice", new { id, user = "alice" }));

    [Fact]
    public async Task Create_UnderAnotherPartition_IsRefused() =>
        Assert.Equal(HttpStatusCode.BadRequest, await CreateAsync("bob", new { id = "a", user = "alice" }));

    [Fact]
    public async Task Create_BeyondTwoMegabytes_IsRefused()
    {
        Assert.Equal(HttpStatusCode.Created, await CreateAsync("alice", new { id = "a", user = "alice", text = new string('x', Bodies.MostBytes - 1_000) }));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await CreateAsync("alice", new { id = "b", user = "alice", email = 1, text = new string('x', Bodies.MostBytes) }));
    }

    /// <summary>The service keeps numbers as doubles: whole numbers of 64 bits are not safe in it.</summary>
    [Fact]
    public async Task WholeNumberBeyondADouble_ComesBackAsAnother()
    {
        const long Safe = 1L << 53;
        await CreateAsync("alice", new { id = "a", user = "alice", safe = Safe, ticks = 638_756_400_000_000_001L });
        var found = (await FindAsync("alice", "a"))!.Value;
        Assert.Equal(Safe, found.GetProperty("safe").GetInt64());
        Assert.NotEqual("638756400000000001", found.GetProperty("ticks").GetRawText());
    }

    [Fact]
    public async Task Replace_OnAnotherETag_IsRefused_AndEachWriteHasANewOne()
    {
        await CreateAsync("alice", new { id = "a", user = "alice", n = 1 });
        var first = (await FindAsync("alice", "a"))!.Value.GetProperty("_etag").GetString();
        using var replaced = await Items.ReplaceItemStreamAsync(Json(new { id = "a", user = "alice", n = 2 }), "a", Alice, new ItemRequestOptions { IfMatchEtag = first });
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.NotEqual(first, replaced.Headers.ETag);
        using var again = await Items.ReplaceItemStreamAsync(Json(new { id = "a", user = "alice", n = 3 }), "a", Alice, new ItemRequestOptions { IfMatchEtag = first });
        Assert.Equal(HttpStatusCode.PreconditionFailed, again.StatusCode);
        using var missing = await Items.ReplaceItemStreamAsync(Json(new { id = "b", user = "alice" }), "b", Alice);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal(2, (await FindAsync("alice", "a"))!.Value.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Upsert_CreatesAndReplaces_AndDeleteTakesAway()
    {
        foreach (var (n, status) in new[] { (1, HttpStatusCode.Created), (2, HttpStatusCode.OK) })
        {
            using var put = await Items.UpsertItemStreamAsync(Json(new { id = "a", user = "alice", n }), Alice);
            Assert.Equal(status, put.StatusCode);
        }

        foreach (var status in new[] { HttpStatusCode.NoContent, HttpStatusCode.NotFound })
        {
            using var gone = await Items.DeleteItemStreamAsync("a", Alice);
            Assert.Equal(status, gone.StatusCode);
        }
    }

    [Fact]
    public async Task Document_WithAnEnd_IsGoneThenAndItsIdIsFree()
    {
        await CreateAsync("alice", new { id = "a", user = "alice", ttl = 60 });
        Clock.MoveTo(Clock.GetUtcNow().AddSeconds(59));
        Assert.NotNull(await FindAsync("alice", "a"));
        Clock.MoveTo(Clock.GetUtcNow().AddSeconds(1));
        Assert.Null(await FindAsync("alice", "a"));
        Assert.Empty(await AskAsync("SELECT * FROM c"));
        Assert.Equal(HttpStatusCode.Created, await CreateAsync("alice", new { id = "a", user = "alice" }));
    }

    [Fact]
    public async Task Patch_ChangesPartsOnItsCondition()
    {
        await CreateAsync("alice", new { id = "a", user = "alice", n = 1, tags = new[] { "x" }, old = true });
        PatchOperation[] operations =
            [PatchOperation.Increment("/n", 2), PatchOperation.Add("/tags/-", "y"), PatchOperation.Remove("/old"), PatchOperation.Set("/name", "new")];
        using var refused = await Items.PatchItemStreamAsync("a", Alice, operations, new PatchItemRequestOptions { FilterPredicate = "FROM c WHERE c.n = 2" });
        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        using var patched = await Items.PatchItemStreamAsync("a", Alice, operations, new PatchItemRequestOptions { FilterPredicate = "FROM c WHERE c.n = 1" });
        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);
        var found = (await FindAsync("alice", "a"))!.Value;
        Assert.Equal(3, found.GetProperty("n").GetInt32());
        Assert.Equal("""["x","y"]""", found.GetProperty("tags").GetRawText());
        Assert.Equal("new", found.GetProperty("name").GetString());
        Assert.False(found.TryGetProperty("old", out _));
        using var tooMany = await Items.PatchItemStreamAsync("a", Alice, [.. Enumerable.Range(0, 11).Select(n => PatchOperation.Set($"/p{n}", n))]);
        Assert.Equal(HttpStatusCode.BadRequest, tooMany.StatusCode);
    }

    [Fact]
    public async Task Throttling_IsWaitedForByTheClient_AndCounted()
    {
        var throttles = 2;
        Server.Faults = request => request.What == "create" && throttles-- > 0 ? new Fault(HttpStatusCode.TooManyRequests, TimeSpan.FromMilliseconds(1)) : null;
        Server.Forget();
        Assert.Equal(HttpStatusCode.Created, await CreateAsync("alice", new { id = "a", user = "alice" }));
        Assert.Equal([429, 429, 201], Server.Answered.Where(answered => answered.Request.What == "create").Select(answered => answered.Status));
    }

    /// <summary>Client and double must agree where a key lies, else a query for one partition looks into another. The client's own calculation is asked.</summary>
    [Theory]
    [InlineData("[\"alice\"]")]
    [InlineData("[\"\"]")]
    [InlineData("[\"fifteen bytes..\"]")]
    [InlineData("[\"sixteen bytes...\"]")]
    [InlineData("[\"Zürich, and much more than sixteen bytes of it\"]")]
    [InlineData("[true]")]
    [InlineData("[null]")]
    [InlineData("[42]")]
    public void HashOfAKey_IsTheClientsOwn(string key)
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        var type = Assembly.Load("Microsoft.Azure.Cosmos.Direct").GetType("Microsoft.Azure.Documents.Routing.PartitionKeyInternal", throwOnError: true)!;
        var parsed = type.GetMethod("FromJsonString", Any, [typeof(string)])!.Invoke(null, [key]);
        var hash = type.GetMethods(Any).First(method => method.Name == "GetEffectivePartitionKeyString");
        var definition = Activator.CreateInstance(hash.GetParameters()[0].ParameterType)!;
        Set("Kind", "Hash");
        Set("Version", "V2");
        ((System.Collections.IList)definition.GetType().GetProperty("Paths", Any)!.GetValue(definition)!).Add("/user");
        object?[] arguments = hash.GetParameters().Length == 1 ? [definition] : [definition, true];
        Assert.Equal(hash.Invoke(parsed, arguments), PartitionKeys.HashOf(key));

        void Set(string name, string value)
        {
            var property = definition.GetType().GetProperty(name, Any)!;
            property.SetValue(definition, Enum.Parse(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, value));
        }
    }
}
