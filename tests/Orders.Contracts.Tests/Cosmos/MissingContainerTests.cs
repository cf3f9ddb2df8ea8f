using Microsoft.Azure.Cosmos;
using Orders.Azure.Cosmos;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class MissingContainerTests : DoubleRig
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly byte[] Document = CosmosJson.Write(json =>
    {
        json.WriteString("id", "1");
        json.WriteString("user", "u");
    });

    /// <summary>An app that is deployed before its containers: what it writes is not taken for something that is there already.</summary>
    [Fact]
    public async Task Document_WithoutItsContainer_IsAnErrorAndNotMissing()
    {
        var nothing = new CosmosDatabase(Database.Client, Database.Id, CosmosSubject.Unguarded)["audit"];
        var nowhere = new CosmosDatabase(Database.Client, "elsewhere", CosmosSubject.Unguarded)["items"];
        PatchOperation[] changes = [PatchOperation.Set("/n", 1)];
        foreach (var documents in new[] { nothing, nowhere })
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => documents.FindAsync("u", "1", None));
            await Assert.ThrowsAsync<InvalidOperationException>(() => documents.ReplaceAsync("u", "1", Document, "e", None));
            await Assert.ThrowsAsync<InvalidOperationException>(() => documents.DeleteAsync("u", "1", etag: null, None));
            await Assert.ThrowsAsync<InvalidOperationException>(() => documents.PatchAsync("u", "1", changes, condition: null, None));
            await Assert.ThrowsAnyAsync<Exception>(() => documents.BatchAsync("u", batch => batch.DeleteItem("1"), None));
            await Assert.ThrowsAnyAsync<Exception>(() => documents.AskAsync(new QueryDefinition("SELECT * FROM c"), "u", 1, None));
        }

        var there = new CosmosDatabase(Database.Client, Database.Id, CosmosSubject.Unguarded)["items"];
        Assert.Null(await there.FindAsync("u", "1", None));
        Assert.Equal(WriteResult.Missing, await there.ReplaceAsync("u", "1", Document, "e", None));
        Assert.Equal(WriteResult.Missing, await there.DeleteAsync("u", "1", etag: null, None));
        Assert.Equal(WriteResult.Missing, await there.PatchAsync("u", "1", changes, condition: null, None));
        Assert.Equal((WriteResult.Missing, 0), await there.BatchAsync("u", batch => batch.DeleteItem("1"), None));
    }

    [Fact]
    public async Task Write_WithoutItsContainer_IsAnError()
    {
        var database = new CosmosDatabase(Database.Client, Database.Id, CosmosSubject.Unguarded);

        Assert.Contains("audit", (await Assert.ThrowsAnyAsync<Exception>(() => database["audit"].CreateAsync("u", Document, CancellationToken.None))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => database["audit"].PutAsync("u", Document, CancellationToken.None));

        Assert.True(await database["items"].CreateAsync("u", Document, CancellationToken.None));
        Assert.False(await database["items"].CreateAsync("u", Document, CancellationToken.None));
    }
}
