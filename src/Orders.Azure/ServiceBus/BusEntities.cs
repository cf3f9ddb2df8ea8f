using System.Text.Json;

namespace Orders.Azure.ServiceBus;

/// <summary>Something that messages are received from: a queue, or a subscription of a topic.</summary>
/// <param name="Path">The queue's name, or <c>topic/subscription</c>.</param>
/// <param name="RequiresSession">Whether a message without a session is dead there at once.</param>
internal sealed record BusEntity(string Path, bool RequiresSession)
{
    /// <summary>Where a message for it is sent to: the queue itself, or the topic, whose other subscriptions then see it too.</summary>
    public string SendTo { get; } = Path.Split('/')[0];

    /// <summary>Null for a queue.</summary>
    public string? Subscription { get; } = Path.Split('/') is [_, var subscription] ? subscription : null;
}

/// <summary>The entities as <c>infra/servicebus-entities.json</c> declares them: the file that the bus itself is made from travels in the assembly.</summary>
internal static class BusEntities
{
    private const string Resource = "servicebus-entities.json";

    /// <summary>By path, in the order of their characters.</summary>
    public static IReadOnlyList<BusEntity> All { get; } = Load();

    public static BusEntity? Find(string path) => All.FirstOrDefault(entity => entity.Path == path);

    private static BusEntity[] Load()
    {
        using var stream = typeof(BusEntities).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        using var file = JsonDocument.Parse(stream);
        var queues = file.RootElement.GetProperty("queues").EnumerateArray().Select(queue => Of("", queue));
        var subscriptions =
            from topic in file.RootElement.GetProperty("topics").EnumerateArray()
            from subscription in topic.GetProperty("subscriptions").EnumerateArray()
            select Of(topic.GetProperty("name").GetString() + "/", subscription);
        return [.. queues.Concat(subscriptions).OrderBy(entity => entity.Path, StringComparer.Ordinal)];
    }

    private static BusEntity Of(string prefix, JsonElement entity) =>
        new(prefix + entity.GetProperty("name").GetString(), entity.GetProperty("requiresSession").GetBoolean());
}
