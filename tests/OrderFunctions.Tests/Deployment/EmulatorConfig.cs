using System.Text.Json.Nodes;

namespace OrderFunctions.Tests.Deployment;

/// <summary>What the Service Bus emulator reads, made from the entities. Its messages live an hour at most, so they do.</summary>
internal static class EmulatorConfig
{
    private const string LongestLife = "PT1H";

    public static JsonObject Of(JsonNode bus) => new()
    {
        ["UserConfig"] = new JsonObject
        {
            ["Namespaces"] = new JsonArray(new JsonObject
            {
                ["Name"] = "sbemulatorns",
                ["Queues"] = new JsonArray([.. bus["queues"]!.AsArray().Select(queue => Entity(queue!, bus["receiving"]!))]),
                ["Topics"] = new JsonArray([.. bus["topics"]!.AsArray().Select(topic => Topic(topic!, bus["receiving"]!))]),
            }),
            ["Logging"] = new JsonObject { ["Type"] = "Console" },
        },
    };

    private static JsonObject Topic(JsonNode topic, JsonNode receiving) => new()
    {
        ["Name"] = topic["name"]!.GetValue<string>(),
        ["Properties"] = new JsonObject { ["DefaultMessageTimeToLive"] = LongestLife },
        ["Subscriptions"] = new JsonArray([.. topic["subscriptions"]!.AsArray().Select(subscription => Subscription(subscription!, receiving))]),
    };

    private static JsonObject Subscription(JsonNode subscription, JsonNode receiving)
    {
        var entity = Entity(subscription, receiving);
        if (subscription["filter"]?.GetValue<string>() is { } filter)
        {
            entity["Rules"] = new JsonArray(new JsonObject
            {
                ["Name"] = "filter",
                ["Properties"] = new JsonObject { ["FilterType"] = "Sql", ["SqlFilter"] = new JsonObject { ["SqlExpression"] = filter } },
            });
        }

        return entity;
    }

    private static JsonObject Entity(JsonNode entity, JsonNode receiving) => new()
    {
        ["Name"] = entity["name"]!.GetValue<string>(),
        ["Properties"] = new JsonObject
        {
            ["RequiresSession"] = entity["requiresSession"]!.GetValue<bool>(),
            ["LockDuration"] = receiving["lockDuration"]!.GetValue<string>(),
            ["MaxDeliveryCount"] = receiving["maxDeliveryCount"]!.GetValue<int>(),
            ["DefaultMessageTimeToLive"] = LongestLife,
            ["DeadLetteringOnMessageExpiration"] = receiving["deadLetteringOnMessageExpiration"]!.GetValue<bool>(),
        },
    };
}
