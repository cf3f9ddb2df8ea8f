using System.Text.Json.Nodes;

namespace OrderFunctions.Tests.Contract;

/// <summary>docs/asyncapi.yaml, read.</summary>
internal sealed class EventCatalogue
{
    /// <summary>A message of it.</summary>
    public sealed record Message(string Key, string Type, JsonNode Example);

    private readonly OpenApi document;
    private readonly JsonNode root;

    private EventCatalogue(string yaml)
    {
        document = new OpenApi(yaml);
        root = document.Root;
    }

    public static EventCatalogue Read() => new(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "asyncapi.yaml")));

    public IReadOnlyList<Message> Messages =>
    [
        .. from entry in root["components"]!["messages"]!.AsObject()
           select new Message(entry.Key, entry.Value!["name"]!.GetValue<string>(), entry.Value["examples"]![0]!["payload"]!),
    ];

    /// <summary>The types that each subscription is let through.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Subscriptions => root["operations"]!.AsObject()
        .Where(operation => operation.Value!["action"]!.GetValue<string>() == "receive")
        .ToDictionary(operation => operation.Key, operation => TypesOf(operation.Value!));

    /// <summary>The types of the topic.</summary>
    public IReadOnlyList<string> Topic => [.. root["channels"]!["orderEvents"]!["messages"]!.AsObject().Select(entry => TypeAt(entry.Value!))];

    /// <summary>What is wrong with an event by its schema.</summary>
    public IReadOnlyList<string> ErrorsOf(JsonNode? body) => SchemaCheck.Of(document, document.Schema("OrderEvent"), body);

    private IReadOnlyList<string> TypesOf(JsonNode operation) =>
        operation["messages"] is { } messages ? [.. messages.AsArray().Select(reference => TypeAt(document.Resolve(reference!)))] : Topic;

    private string TypeAt(JsonNode message) => document.Resolve(message)["name"]!.GetValue<string>();
}

/// <summary>Where the repository is.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "OrderFunctions.sln")))
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        return folder;
    }
}
