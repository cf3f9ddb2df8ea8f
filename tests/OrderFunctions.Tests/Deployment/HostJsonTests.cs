using System.Text.Json.Nodes;
using LocalFunctions.Hosting;
using Orders.Azure.Resilience;
using YamlDotNet.Serialization;

namespace OrderFunctions.Tests.Deployment;

/// <summary>
/// host.json and azure.yaml have the names that their readers know. Both were once validated against their public schemas: azure.yaml holds; host.json too but for
/// six names of durableTask that SchemaStore has not taken up yet; they are options of the durable extension itself (3.19), as are the others there.
/// </summary>
public sealed class HostJsonTests
{
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        [""] = ["version", "functionTimeout", "logging", "extensions"],
        ["logging"] = ["logLevel", "applicationInsights"],
        ["logging:applicationInsights:samplingSettings"] = ["isEnabled", "excludedTypes"],
        ["extensions"] = ["http", "durableTask", "serviceBus"],
        ["extensions:http"] = ["routePrefix"],
        ["extensions:durableTask"] =
        [
            "hubName", "storageProvider", "tracing", "maxConcurrentOrchestratorFunctions", "maxConcurrentActivityFunctions",
            "defaultVersion", "versionMatchStrategy", "versionFailureStrategy", // not in SchemaStore
        ],
        ["extensions:durableTask:storageProvider"] = ["connectionStringName", "type"], // type: not in SchemaStore
        ["extensions:durableTask:tracing"] = ["distributedTracingEnabled", "version"],
        ["extensions:serviceBus"] =
            ["prefetchCount", "autoCompleteMessages", "maxAutoLockRenewalDuration", "maxConcurrentCalls", "maxConcurrentSessions", "sessionIdleTimeout"],
    };

    [Fact]
    public void HostJson_HasKnownNamesOnly() => Assert.All(Known, section =>
    {
        var at = section.Key.Split(':', StringSplitOptions.RemoveEmptyEntries).Aggregate(Repository.Json("host.json"), (node, name) => node[name]!);
        Assert.Subset(section.Value.ToHashSet(StringComparer.Ordinal), at.AsObject().Select(member => member.Key).ToHashSet(StringComparer.Ordinal));
    });

    /// <summary>The scale controller reads the file and no settings, so the file itself must say who schedules.</summary>
    [Fact]
    public void HostJson_SaysTheScheduler()
    {
        var durable = Repository.Json("host.json")["extensions"]!["durableTask"]!;

        Assert.Equal("azureManaged", durable["storageProvider"]!["type"]!.GetValue<string>());
        Assert.Equal("%TASKHUB_NAME%", durable["hubName"]!.GetValue<string>());
    }

    /// <summary>
    /// Else the host's blobs and leases write two lines for each request, and a warning for each 409 that is no trouble: seen on the host. And the spans of
    /// orchestrations, which docs/operating.md speaks of, are made by the durable extension only when it is told to.
    /// </summary>
    [Fact]
    public void HostJson_KeepsRequestsOfTheSdksOutOfTheLogs_AndTracesOrchestrations()
    {
        var host = Repository.Json("host.json");
        var tracing = host["extensions"]!["durableTask"]!["tracing"]!;

        Assert.Equal("Error", host["logging"]!["logLevel"]!["Azure.Core"]!.GetValue<string>());
        Assert.Equal((true, "V2"), (tracing["distributedTracingEnabled"]!.GetValue<bool>(), tracing["version"]!.GetValue<string>()));
    }

    /// <summary>A delivery, its tries and its pauses, is over before the host ends its function or renews its lock no more; there is time to give the message back.</summary>
    [Fact]
    public void Locks_AreRenewed_AndFunctionsLast_LongerThanADelivery()
    {
        var host = HostJson.Load(Path.Combine(Repository.Root, "host.json"));

        var (longest, giveBack) = (global::OrderFunctions.Events.DeliveryPauses.Longest, new ResilienceOptions().Bus.TotalTimeout);

        Assert.True(host.Duration("extensions:serviceBus:maxAutoLockRenewalDuration") >= longest + giveBack);
        Assert.True(host.Duration("functionTimeout") >= longest + giveBack);
        Assert.Equal(64, host.Integer("extensions:serviceBus:maxConcurrentSessions"));
    }

    [Fact]
    public void AzureYaml_NamesWhatIsThere()
    {
        var azd = (Dictionary<object, object>)new DeserializerBuilder().Build().Deserialize<object>(Repository.Text("azure.yaml"))!;
        var services = (Dictionary<object, object>)azd["services"];
        var service = (Dictionary<object, object>)services["orders"];
        var hooks = (Dictionary<object, object>)azd["hooks"];

        Assert.Equal(["name", "infra", "services", "hooks", "pipeline"], azd.Keys.Select(key => (string)key));
        Assert.Single(services);
        Assert.Equal("function", service["host"]);
        Assert.True(File.Exists(Path.Combine(Repository.Root, (string)service["project"], "OrderFunctions.csproj")));
        Assert.Contains("'azd-service-name': 'orders'", Repository.Text("infra/apps.bicep"), StringComparison.Ordinal);
        Assert.Equal(["preprovision", "postprovision", "postdeploy"], hooks.Keys.Select(key => (string)key));
        Assert.All(hooks.Values, hook => Assert.True(File.Exists(Path.Combine(Repository.Root, (string)((Dictionary<object, object>)hook)["run"]))));
    }

    /// <summary>Every variable of azd that a parameter is filled from reaches the pipeline as well, or is azd's own.</summary>
    [Fact]
    public void Parameters_AreFilledInThePipelineToo()
    {
        var variables = Repository.Json("infra/main.parameters.json")["parameters"]!.AsObject()
            .Select(parameter => parameter.Value!["value"]!.GetValue<string>()[2..^1].Split('=')[0]).Where(name => name.StartsWith("ORDERS_", StringComparison.Ordinal)).ToList();
        var workflow = Repository.Text(".github/workflows/azure-dev.yml");
        var azd = Repository.Text("azure.yaml");

        Assert.NotEmpty(variables);
        Assert.All(variables, name => Assert.Contains($"vars.{name}", workflow, StringComparison.Ordinal));
        Assert.All(variables, name => Assert.Contains($"- {name}\n", azd, StringComparison.Ordinal));
    }

    /// <summary>A parameter that azd fills is one that main.bicep has.</summary>
    [Fact]
    public void Parameters_AreThoseOfMainBicep() => Assert.All(Repository.Json("infra/main.parameters.json")["parameters"]!.AsObject(), (KeyValuePair<string, JsonNode?> parameter) =>
        Assert.Contains($"\nparam {parameter.Key} ", Repository.Text("infra/main.bicep"), StringComparison.Ordinal));
}
