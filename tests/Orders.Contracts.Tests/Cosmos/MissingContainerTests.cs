using Orders.Azure.Cosmos;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class MissingContainerTests : DoubleRig
{
    private static readonly byte[] Document = CosmosJson.Write(json =>
    {
        json.WriteString("id", "1");
        json.WriteString("user", "u");
    });

    /// <summary>An app that is deployed before its containers: what it writes is not taken for something that is there already.</summary>
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
