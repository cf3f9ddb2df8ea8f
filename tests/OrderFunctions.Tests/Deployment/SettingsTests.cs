using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Application.Stock;
using Orders.Azure.Tests.Payments;

namespace OrderFunctions.Tests.Deployment;

/// <summary>What infra sets is read by somebody, and what the code needs is set.</summary>
public sealed partial class SettingsTests
{
    private const string Provider = "Payments__acme__";

    /// <summary>Settings that the Functions host and its extensions read, and not our code.</summary>
    private static readonly string[] OfTheHost =
    [
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", // logs, by identity
        "AzureWebJobsDisableHomepage", // the root answers 204
        "AzureFunctionsJobHost__telemetryMode", // the host's own spans
    ];

    /// <summary>Sections that infra leaves to their defaults, and why nobody misses them.</summary>
    private static readonly Dictionary<string, string> LeftToDefaults = new(StringComparer.Ordinal)
    {
        ["Orders"] = "the shop's rules: windows and fees, each with a default that DESIGN names",
        ["Reconciliation"] = "how days are compared",
        ["Resilience"] = "how calls are guarded; docs/resilience.md has the numbers",
        ["Statistics"] = "how long buckets and reports are kept, and how many listen to the stream",
        ["Webhooks"] = "how webhooks go out",
    };

    [NodeFact]
    public async Task Setting_OfInfra_IsReadBySomebody()
    {
        var bicep = await OfInfraAsync();
        var hostJson = Repository.Text("host.json");
        var connections = Repository.Triggers<ServiceBusTriggerAttribute>().Select(trigger => trigger.Connection)
            .Concat(Repository.Triggers<CosmosDBTriggerAttribute>().Select(feed => feed.Connection)).Distinct();

        bool IsRead(string name) => OfTheHost.Contains(name) || hostJson.Contains(name, StringComparison.Ordinal)
            || connections.Any(connection => name.StartsWith(connection + "__", StringComparison.Ordinal))
            || name == Telemetry.Endpoint || SectionsOfTheCode().Contains(name.Split("__")[0]);
        Assert.All(bicep, name => Assert.True(IsRead(name), $"{name} is read by nobody"));
    }

    /// <summary>The sections are bound so that a name that nobody knows is an error; an app with all of infra's and nothing else starts.</summary>
    [NodeFact]
    public async Task App_WithTheSettingsOfInfra_Starts()
    {
        var configuration = Settings(await OfInfraAsync());

        await using var app = await OrderApp.StartAsync(builder => builder.Services.AddOrderFunctions(configuration));

        // Every port has its adapter by them.
        Assert.Null(Adapters.Complaint(new ServiceCollection().AddOrderFunctions(configuration).AddConfiguredAdapters(configuration)));
    }

    [NodeFact]
    public async Task SettingOfInfra_ThatIsMisspelt_IsAnError()
    {
        var misspelt = Settings((await OfInfraAsync()).Select(name => name.Replace("CursorKey", "CursorKye", StringComparison.Ordinal)));

        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddOrderFunctions(misspelt));
    }

    [NodeFact]
    public async Task Section_OfTheCode_IsSetOrLeftToItsDefaults()
    {
        var set = (await OfInfraAsync()).Select(name => name.Split("__")[0]).ToHashSet(StringComparer.Ordinal);

        Assert.All(SectionsOfTheCode(), section => Assert.True(set.Contains(section) != LeftToDefaults.ContainsKey(section), $"{section}: set it, or say why its defaults will do"));
        Assert.Subset(SectionsOfTheCode(), LeftToDefaults.Keys.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The first is where decisions are read: a copy elsewhere may be behind.</summary>
    [NodeFact]
    public async Task RegionThatWrites_IsReadFirst()
    {
        var main = Repository.Text("infra/main.bicep");

        Assert.Superset(new HashSet<string> { "Cosmos__PreferredRegions__0", "Cosmos__PreferredRegions__1" }, (await OfInfraAsync()).ToHashSet(StringComparer.Ordinal));
        Assert.Contains("Cosmos__PreferredRegions__0: regions[0], Cosmos__PreferredRegions__1: regions[1]", Repository.Text("infra/modules/app-settings.bicep"), StringComparison.Ordinal);
        Assert.Contains("regions: empty(readRegion) ? [location] : [location, readRegion]", main, StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task Connections_OfTriggers_AndNamesInHostJson_AreSet()
    {
        var set = await OfInfraAsync();

        Assert.Contains("ServiceBus__fullyQualifiedNamespace", set);
        Assert.Contains("CosmosDB__accountEndpoint", set);
        Assert.All(["Redis__host", "Redis__credential", "Redis__clientId"], name => Assert.Contains(name, set));
        Assert.All(NameInPercent().Matches(Repository.Text("host.json")), name => Assert.Contains(name.Groups[1].Value, set));
        Assert.Contains(Repository.Json("host.json")["extensions"]!["durableTask"]!["storageProvider"]!["connectionStringName"]!.GetValue<string>(), set);
    }

    /// <summary>The sample works as copied: its sections bind, and the emulators' addresses are there.</summary>
    [Fact]
    public async Task Sample_WorksAsCopied()
    {
        var sample = Repository.Json("local.settings.sample.json")["Values"]!.AsObject().ToDictionary(value => value.Key, value => value.Value!.GetValue<string>());
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(sample.Select(value => KeyValuePair.Create(value.Key.Replace("__", ":", StringComparison.Ordinal), (string?)value.Value)))
            .AddInMemoryCollection([KeyValuePair.Create("Access:Issuer", (string?)Tokens.Issuer)]) // whose tokens the tests carry
            .Build();

        await using var app = await OrderApp.StartAsync(builder => builder.Services.AddOrderFunctions(configuration));
        var adapters = new ServiceCollection().AddConfiguredAdapters(configuration);

        Assert.All([typeof(IStock), typeof(IEventPublisher), typeof(IPaymentProvider)], port => Assert.Contains(adapters, service => service.ServiceType == port));
        Assert.All(["AzureWebJobsStorage", "CosmosDB", "ServiceBus", "Redis__ConnectionString", "TASKHUB_NAME", "DURABLE_TASK_SCHEDULER_CONNECTION_STRING"], name => Assert.Contains(name, sample.Keys));
        Assert.Equal("AzureStorage", sample["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"]);
    }

    /// <summary>Secrets are references: no parameter of infra can carry one.</summary>
    [Fact]
    public void Secrets_AreReferencesIntoTheVault()
    {
        var bicep = Repository.Text("infra/modules/app-settings.bicep");

        Assert.All(["Access__CursorKey", "FlashSales__AdmissionKeys__0", "'${provider}ApiKey'", "'${provider}WebhookSecrets__0'"], name =>
            Assert.Contains($"{name}: secretOf(", bicep, StringComparison.Ordinal));
        Assert.All(["FlashSales__AdmissionKeys__1", "'${provider}WebhookSecrets__1'"], name => Assert.Contains($"{name}: secretOf(", bicep, StringComparison.Ordinal));
        Assert.All(Repository.Bicep, path => Assert.DoesNotContain("@secure()", Repository.Text(path), StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> OfInfraAsync()
    {
        var objects = (await BicepFile.ReadAsync("infra/modules/app-settings.bicep")).Single().Objects;
        return [.. objects["host"].Concat(objects["shop"]).Concat(objects["optional"]).Select(name => name.Replace("${provider}", Provider, StringComparison.Ordinal))];
    }

    private static IConfiguration Settings(IEnumerable<string> names) => new ConfigurationBuilder()
        .AddInMemoryCollection(names.Select(name => KeyValuePair.Create(name.Replace("__", ":", StringComparison.Ordinal), (string?)ExampleOf(name)))).Build();

    private static string ExampleOf(string name) => name switch
    {
        _ when name.EndsWith("Key", StringComparison.Ordinal) || name.Contains("Keys", StringComparison.Ordinal) => Convert.ToBase64String(new byte[32]),
        _ when name.Contains("WebhookSecrets", StringComparison.Ordinal) => OrderApp.WebhookSecret,
        _ when name.EndsWith("Kind", StringComparison.Ordinal) => "stripe",
        _ when name.EndsWith("Hops", StringComparison.Ordinal) => "1",
        _ when name.Contains("PreferredRegions", StringComparison.Ordinal) => "westeurope",
        "Redis__host" => "redis.example.com:10000",
        "ServiceBus__fullyQualifiedNamespace" => "orders.servicebus.windows.net",
        _ when name.EndsWith("__credential", StringComparison.Ordinal) => "managedidentity",
        "AzureWebJobsStorage__accountName" => "storders",
        "Access__Issuer" => Tokens.Issuer,
        "Access__Audience" => Tokens.Audience,
        _ => "https://example.com",
    };

    /// <summary>The sections that our code reads, found in its text.</summary>
    private static HashSet<string> SectionsOfTheCode() => [.. new[] { "src/OrderFunctions", "src/Orders.Azure" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .SelectMany(path => SectionRead().Matches(File.ReadAllText(path)))
        .Select(match => match.Groups[1].Value)
        .Where(section => section != "WebhookSecrets")];

    [GeneratedRegex("""(?:GetSection\(\$?"|Read<\w+>\(configuration, ")(\w+)""")]
    private static partial Regex SectionRead();

    [GeneratedRegex("%([A-Za-z_]+)%")]
    private static partial Regex NameInPercent();
}
