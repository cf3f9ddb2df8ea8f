using System.Net;
using Microsoft.Azure.Cosmos;
using Orders.CosmosDouble;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>The change feed of the double, and the protocol around documents.</summary>
public sealed class DoubleFeedTests : DoubleRig
{
    [Fact]
    public async Task Feed_ShowsEachDocumentAtItsLastWrite_AndNoDeletedOne()
    {
        foreach (var id in new[] { "a", "b", "c" })
            await CreateAsync("alice", new { id, user = "alice", email = id, n = 1 });
        var (first, place) = await FeedAsync(ChangeFeedStartFrom.Beginning());
        Assert.Equal(["a", "b", "c"], first);
        using var replaced = await Items.UpsertItemStreamAsync(Json(new { id = "a", user = "alice", email = "a", n = 2 }), new PartitionKey("alice"));
        using var gone = await Items.DeleteItemStreamAsync("b", new PartitionKey("alice"));
        var (next, after) = await FeedAsync(ChangeFeedStartFrom.ContinuationToken(place));
        Assert.Equal(["a"], next);
        Assert.Empty((await FeedAsync(ChangeFeedStartFrom.ContinuationToken(after))).Ids);
        Assert.Equal(["c", "a"], (await FeedAsync(ChangeFeedStartFrom.Beginning())).Ids);
    }

    /// <summary>A reader that stops between the documents of a batch would see half of it.</summary>
    [Fact]
    public async Task Feed_KeepsABatchInOnePage()
    {
        for (var order = 0; order < 3; order++)
        {
            using var batch = await Items.CreateTransactionalBatch(new PartitionKey("alice"))
                .CreateItemStream(Json(new { id = $"{order}a", user = "alice", email = $"{order}a" }))
                .CreateItemStream(Json(new { id = $"{order}b", user = "alice", email = $"{order}b" }))
                .ExecuteAsync();
            Assert.True(batch.IsSuccessStatusCode);
        }

        using var pages = Items.GetChangeFeedStreamIterator(
            ChangeFeedStartFrom.Beginning(FeedRange.FromPartitionKey(new PartitionKey("alice"))), ChangeFeedMode.LatestVersion, new ChangeFeedRequestOptions { PageSizeHint = 3 });
        using var page = await pages.ReadNextAsync();
        Assert.Equal(["0a", "0b", "1a", "1b"], Read(page.Content).GetProperty("Documents").EnumerateArray().Select(document => document.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task WhatIsNotSupported_SaysSo()
    {
        using var feed = Items.GetItemQueryStreamIterator();
        using var all = await feed.ReadNextAsync();
        Assert.Equal(HttpStatusCode.NotImplemented, all.StatusCode);
    }

    [Fact]
    public async Task Fault_AfterTheWrite_HasWritten()
    {
        Server.Faults = request => request.What == "create" ? new Fault(HttpStatusCode.ServiceUnavailable, AfterTheWrite: true) : null;
        var seen = await CreateAsync("alice", new { id = "a", user = "alice" });
        Assert.NotEqual(HttpStatusCode.Created, seen);
        Server.Faults = _ => null;
        Assert.NotNull(await FindAsync("alice", "a"));
    }

    private async Task<(List<string> Ids, string Place)> FeedAsync(ChangeFeedStartFrom from)
    {
        var ids = new List<string>();
        using var pages = Items.GetChangeFeedStreamIterator(from, ChangeFeedMode.LatestVersion);
        while (true)
        {
            using var page = await pages.ReadNextAsync();
            if (page.StatusCode == HttpStatusCode.NotModified)
                return (ids, page.ContinuationToken);
            page.EnsureSuccessStatusCode();
            ids.AddRange(Read(page.Content).GetProperty("Documents").EnumerateArray().Select(document => document.GetProperty("id").GetString()!));
        }
    }
}
