using System.Text.Json;
using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Orders.Azure.Cosmos;

namespace Orders.Azure.Tests.Cosmos;

/// <summary>Where the database is, how it is opened, and what its containers are.</summary>
public sealed class CosmosSettingsTests
{
    private const string Emulator = "AccountEndpoint=https://localhost:8081/;AccountKey=a2V5;DisableServerCertificateValidation=True";

    [Fact]
    public void Settings_AreThoseOfTheTrigger()
    {
        Assert.Null(CosmosSettings.From(Configuration()));
        var account = CosmosSettings.From(Configuration(
            ("CosmosDB:accountEndpoint", "https://shop.documents.azure.com"), ("CosmosDB:credential", "managedidentity"), ("CosmosDB:clientId", "me")))!;
        Assert.Equal(("https://shop.documents.azure.com", null), (account.AccountEndpoint, account.ConnectionString));
        Assert.Equal(ConnectionMode.Direct, account.ForClient().ConnectionMode);
        var emulator = CosmosSettings.From(Configuration(("CosmosDB", Emulator)))!;
        Assert.Equal(Emulator, emulator.ConnectionString);
        Assert.Equal((ConnectionMode.Gateway, true), (emulator.ForClient().ConnectionMode, emulator.ForClient().LimitToEndpoint));
    }

    [Fact]
    public void Options_AreRead_AndReachTheClient()
    {
        var options = CosmosSettings.From(Configuration(
            ("CosmosDB:accountEndpoint", "https://shop.documents.azure.com"), ("Cosmos:Mode", "Gateway"), ("Cosmos:PreferredRegions:0", "North Europe"), ("Cosmos:Database", "other")))!;
        Assert.Equal("other", options.Options.Database);
        var client = options.ForClient();
        Assert.Equal(ConnectionMode.Gateway, client.ConnectionMode);
        Assert.Equal(["North Europe"], client.ApplicationPreferredRegions);
        Assert.False(client.EnableContentResponseOnWrite);
    }

    /// <summary>The app's identity by its name, and no search for others; without it whoever is signed in.</summary>
    [Theory]
    [InlineData("managedidentity", "me", typeof(ManagedIdentityCredential))]
    [InlineData("ManagedIdentity", null, typeof(ManagedIdentityCredential))]
    [InlineData(null, null, typeof(DefaultAzureCredential))]
    public void Identity_IsWhatTheTriggerTakes(string? credential, string? clientId, Type identity) => Assert.IsType(identity, CosmosSettings.From(Configuration(
        ("CosmosDB:accountEndpoint", "https://shop.documents.azure.com"), ("CosmosDB:credential", credential), ("CosmosDB:clientId", clientId)))!.Identity);

    [Theory]
    [InlineData("credential", "password", "CosmosDB:credential")]
    [InlineData("clientId", "me", "CosmosDB:credential=managedidentity")]
    public void HalfAnIdentity_IsNamed(string name, string value, string named) => Assert.Contains(
        named,
        Assert.Throws<InvalidOperationException>(() => CosmosSettings.From(Configuration(("CosmosDB:accountEndpoint", "https://shop.documents.azure.com"), ($"CosmosDB:{name}", value)))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("CosmosDB:accountEndpiont", "https://shop.documents.azure.com")]
    [InlineData("CosmosDB:clientId", "me")]
    [InlineData("CosmosDB", "AccountEndpoint=https://shop.documents.azure.com;AccountKey=a2V5")]
    [InlineData("CosmosDB", "nonsense=1")]
    [InlineData("Cosmos:Moed", "Direct")]
    public void Setting_ThatMakesNoSense_IsAnError(string name, string value) =>
        Assert.Throws<InvalidOperationException>(() => CosmosSettings.From(Configuration((name, value))));

    [Fact]
    public void Containers_AreThoseOfInfra()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "infra", "cosmos-containers.json")));
        var infra = file.RootElement.GetProperty("containers").EnumerateArray().ToList();
        Assert.Equal(infra.Select(container => container.GetProperty("name").GetString()), CosmosContainers.All.Select(container => container.Id));
        Assert.All(CosmosContainers.All.Zip(infra), pair =>
        {
            var (made, said) = pair;
            Assert.Equal(said.GetProperty("partitionKey").GetString(), made.PartitionKeyPath);
            Assert.Equal(said.TryGetProperty("ttl", out var ttl) ? ttl.GetInt32() : null, made.DefaultTimeToLive);
            Assert.Equal(said.GetProperty("indexed").GetArrayLength(), made.IndexingPolicy.IncludedPaths.Count);
            Assert.Equal(said.TryGetProperty("composite", out var composite) ? composite.GetArrayLength() : 0, made.IndexingPolicy.CompositeIndexes.Count);
        });
        var orders = CosmosContainers.All.Single(container => container.Id == CosmosOrderStore.Container);
        Assert.Equal("/*", Assert.Single(orders.IndexingPolicy.ExcludedPaths).Path);
        Assert.Equal(IndexingMode.None, CosmosContainers.All.Single(container => container.Id == "watermarks").IndexingPolicy.IndexingMode);
    }

    /// <summary>What stands there and nobody reads would be taken for deployed.</summary>
    [Fact]
    public void Containers_SayNothingThatNobodyReads()
    {
        string[] read = ["name", "why", "partitionKey", "dedicated", "ttl", "indexed", "composite"];
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "infra", "cosmos-containers.json")));
        Assert.All(file.RootElement.GetProperty("containers").EnumerateArray(), container => Assert.All(container.EnumerateObject(), member => Assert.Contains(member.Name, read)));
        var bicep = File.ReadAllText(Path.Combine(Root(), "infra", "modules", "cosmos-container.bicep"));
        Assert.All(read.Except(["why"]), member => Assert.Matches($@"\bcontainer\.\??{member}\b", bicep));
    }

    /// <summary>A question of staff takes what throughput there is: it must not be that of users, coupons and catalogue, which a checkout reads.</summary>
    [Fact]
    public void TheSearch_HasThroughputOfItsOwn()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "infra", "cosmos-containers.json")));
        var search = file.RootElement.GetProperty("containers").EnumerateArray().Single(container => container.GetProperty("name").GetString() == "search");
        Assert.True(search.TryGetProperty("dedicated", out var dedicated) && dedicated.GetBoolean());
    }

    /// <summary>The search keeps words as they are (decision 0012): the account is not asked for what it doesn't use.</summary>
    [Fact]
    public void Account_HasNoFullText() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(Root(), "infra"), "*.bicep", SearchOption.AllDirectories),
        file => Assert.DoesNotContain("FullText", File.ReadAllText(file), StringComparison.OrdinalIgnoreCase));

    private static IConfiguration Configuration(params (string Name, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrderFunctions.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
