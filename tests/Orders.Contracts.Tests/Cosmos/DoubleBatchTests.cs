using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.CosmosDouble;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>Batches of the double, through the SDK's own wire format.</summary>
public sealed class DoubleBatchTests : DoubleRig
{
    private static readonly PartitionKey Alice = new("alice");

    [Fact]
    public async Task Batch_HappensWholeOrNotAtAll()
    {
        using var good = await Items.CreateTransactionalBatch(Alice)
            .CreateItemStream(Json(new { id = "a", user = "alice", email = 1, n = 1 }))
            .CreateItemStream(Json(new { id = "b", user = "alice", email = 2, n = 2 }))
            .ExecuteAsync();
        Assert.True(good.IsSuccessStatusCode);
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Created], good.Select(one => one.StatusCode));

        using var bad = await Items.CreateTransactionalBatch(Alice)
            .UpsertItemStream(Json(new { id = "a", user = "alice", email = 1, n = 9 }))
            .CreateItemStream(Json(new { id = "b", user = "alice", email = 3 }))
            .DeleteItem("b")
            .ExecuteAsync();
        Assert.Equal(HttpStatusCode.Conflict, bad.StatusCode);
        Assert.Equal([HttpStatusCode.FailedDependency, HttpStatusCode.Conflict, HttpStatusCode.FailedDependency], bad.Select(one => one.StatusCode));
        Assert.Equal(1, (await FindAsync("alice", "a"))!.Value.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Batch_SeesItsOwnWrites_AndMatchesETags()
    {
        await CreateAsync("alice", new { id = "a", user = "alice", n = 1 });
        var etag = (await FindAsync("alice", "a"))!.Value.GetProperty("_etag").GetString();
        using var stale = await Items.CreateTransactionalBatch(Alice)
            .CreateItemStream(Json(new { id = "b", user = "alice", email = 2 }))
            .ReplaceItemStream("a", Json(new { id = "a", user = "alice", n = 2 }), new TransactionalBatchItemRequestOptions { IfMatchEtag = "\"other\"" })
            .ExecuteAsync();
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        Assert.Null(await FindAsync("alice", "b"));

        using var good = await Items.CreateTransactionalBatch(Alice)
            .ReplaceItemStream("a", Json(new { id = "a", user = "alice", n = 2 }), new TransactionalBatchItemRequestOptions { IfMatchEtag = etag })
            .ReadItem("a")
            .PatchItem("a", [PatchOperation.Increment("/n", 1)])
            .ReadItem("a")
            .ExecuteAsync();
        Assert.True(good.IsSuccessStatusCode);
        using var last = JsonDocument.Parse(good[3].ResourceStream);
        Assert.Equal(3, last.RootElement.GetProperty("n").GetInt32());
        Assert.Equal(3, (await FindAsync("alice", "a"))!.Value.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Batch_BeyondAHundredOrTwoMegabytes_IsRefused()
    {
        foreach (var (count, bytes, status) in new[] { (100, 10, HttpStatusCode.OK), (101, 10, HttpStatusCode.BadRequest), (3, Bodies.MostBytes / 2, HttpStatusCode.RequestEntityTooLarge) })
        {
            var batch = Items.CreateTransactionalBatch(Alice);
            for (var n = 0; n < count; n++)
                batch.CreateItemStream(Json(new { id = $"{status}{n}", user = "alice", email = $"{status}{n}", text = new string('x', bytes) }));
            using var response = await batch.ExecuteAsync();
            Assert.Equal(status, response.StatusCode);
        }
    }
}
