using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace OrderFunctions.Tests.Deployment;

/// <summary>Alerts name events that the code writes, and no error of the code is without an alert.</summary>
public sealed class AlertsTests
{
    private static readonly IReadOnlyList<JsonNode> Alerts = [.. Repository.Json("infra/alerts.json")["events"]!.AsArray().Select(alert => alert!)];

    /// <summary>The events of the files Logs.cs, by id.</summary>
    private static readonly Dictionary<string, (string Name, LogLevel Level)> Written = new[] { typeof(Adapters).Assembly, typeof(Orders.Application.OrderPolicy).Assembly }
        .Select(assembly => assembly.GetTypes().Single(type => type.Name == "Logs"))
        .SelectMany(logs => logs.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Select(method => (Method: method, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
        .Where(found => found.Message is not null)
        .ToDictionary(
            found => found.Message!.EventId.ToString(System.Globalization.CultureInfo.InvariantCulture), found => (found.Method.Name, found.Message!.Level), StringComparer.Ordinal);

    [Fact]
    public void Events_OfAlerts_AreWritten() => Assert.All(Named(), named =>
        Assert.True(Written.TryGetValue(named.Key, out var written) && written.Name == named.Value, $"{named.Key} {named.Value} is written by nobody"));

    [Fact]
    public void Error_HasItsAlert()
    {
        var named = Named().Select(alert => alert.Key).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(Written);
        Assert.Empty(Written.Where(written => written.Value.Level >= LogLevel.Error && !named.Contains(written.Key)).Select(written => $"{written.Key} {written.Value.Name}: add it to infra/alerts.json"));
    }

    /// <summary>What an alert counts must not be left out by sampling.</summary>
    [Fact]
    public void Events_AreNotSampled() => Assert.Contains(
        "Trace", Repository.Json("host.json")["logging"]!["applicationInsights"]!["samplingSettings"]!["excludedTypes"]!.GetValue<string>().Split(';'));

    private static IEnumerable<KeyValuePair<string, string>> Named() => Alerts
        .SelectMany(alert => alert["events"]!.AsObject()).Select(named => KeyValuePair.Create(named.Key, named.Value!.GetValue<string>()));
}
