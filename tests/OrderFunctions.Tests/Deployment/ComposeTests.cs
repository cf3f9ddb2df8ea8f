using YamlDotNet.Serialization;

namespace OrderFunctions.Tests.Deployment;

/// <summary>The emulators stand where local.settings.sample.json looks for them, and for this machine alone.</summary>
public sealed class ComposeTests
{
    private static readonly Dictionary<object, object> Services = (Dictionary<object, object>)
        ((Dictionary<object, object>)new DeserializerBuilder().Build().Deserialize<object>(Repository.Text("compose.yaml"))!)["services"];

    [Theory]
    [InlineData("CosmosDB", "cosmos", 8081)]
    [InlineData("DURABLE_TASK_SCHEDULER_CONNECTION_STRING", "scheduler", 8080)]
    [InlineData("Redis__ConnectionString", "redis", 6379)]
    [InlineData("AzureWebJobsStorage", "azurite", 10000)]
    [InlineData("ServiceBus", "servicebus", 5672)]
    public void Emulator_StandsWhereTheSampleLooks(string setting, string service, int port)
    {
        var value = Repository.Json("local.settings.sample.json")["Values"]![setting]!.GetValue<string>();

        Assert.Contains($"127.0.0.1:{port}:{port}", PortsOf(service));
        // Two of them have a port of their own that nobody writes.
        Assert.True(setting is "AzureWebJobsStorage" or "ServiceBus" || value.Contains($"localhost:{port}", StringComparison.Ordinal));
    }

    [Fact]
    public void Ports_AreThisMachinesAlone() =>
        Assert.All(Services.Keys.SelectMany(service => PortsOf((string)service)), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    /// <summary>An image that changes under one's feet is a fault that nobody can find in the repository. The scheduler is the exception, and the file says why.</summary>
    [Fact]
    public void Images_AreOfOneVersion() => Assert.All(
        Services.Where(service => (string)service.Key != "scheduler").Select(service => (string)((Dictionary<object, object>)service.Value)["image"]),
        image => Assert.Matches(@":(?!.*latest).*\d[^:]*$", image));

    [Fact]
    public void TaskHub_IsTheSamples() => Assert.Equal(
        Repository.Json("local.settings.sample.json")["Values"]!["TASKHUB_NAME"]!.GetValue<string>(),
        ((Dictionary<object, object>)((Dictionary<object, object>)Services["scheduler"])["environment"])["DTS_TASK_HUB_NAMES"]);

    [Fact]
    public void Files_ThatAreMounted_AreThere() => Assert.All(
        Services.Values.Cast<Dictionary<object, object>>().SelectMany(service => service.TryGetValue("volumes", out var volumes) ? (List<object>)volumes : [])
            .Select(volume => ((string)volume).Split(':')[0]).Where(source => source.StartsWith("./", StringComparison.Ordinal)),
        source => Assert.True(File.Exists(Path.Combine(Repository.Root, source))));

    private static IEnumerable<string> PortsOf(string service) =>
        ((Dictionary<object, object>)Services[service]).TryGetValue("ports", out var ports) ? ((List<object>)ports).Cast<string>() : [];
}
