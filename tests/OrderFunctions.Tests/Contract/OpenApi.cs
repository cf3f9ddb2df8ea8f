using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace OrderFunctions.Tests.Contract;

/// <summary>One operation of the contract.</summary>
/// <param name="Roles">Any one suffices; empty for anybody.</param>
/// <param name="OwnersOnly">Whether a customer reaches only what is theirs.</param>
public sealed record Operation(string Id, string Method, string Path, IReadOnlyList<string> Roles, bool OwnersOnly, JsonNode Node)
{
    public bool NeedsToken => Roles.Count > 0;

    public bool NeedsKey(OpenApi contract) => contract.ParametersOf(Node).Any(
        parameter => parameter["name"]!.GetValue<string>() == "Idempotency-Key" && parameter["required"]?.GetValue<bool>() == true);

    /// <summary>The JSON body, if the operation has one.</summary>
    public JsonNode? Body => Node["requestBody"]?["content"]?["application/json"];

    /// <summary>The bodies that stand as examples, by name; those that are refused too.</summary>
    public IReadOnlyDictionary<string, JsonNode> Requests => Examples(Body).Concat(Examples(Body, "x-refused")).ToDictionary();

    internal static IReadOnlyDictionary<string, JsonNode> Examples(JsonNode? media, string under = "examples") =>
        media?[under]?.AsObject().ToDictionary(example => example.Key, example => example.Value!["value"]!) ?? [];
}

/// <summary>openapi.yaml as the app serves it.</summary>
public sealed class OpenApi
{
    private static readonly string[] Methods = ["get", "post", "put", "delete", "patch"];

    private readonly JsonNode root;

    public OpenApi(string yaml)
    {
        var graph = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        root = ToJson(graph)!;
    }

    /// <summary>The whole document.</summary>
    internal JsonNode Root => root;

    /// <summary>As it is embedded in the app.</summary>
    public static OpenApi Served { get; } = Read();

    public IReadOnlyList<Operation> Operations =>
    [
        .. from path in root["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           where Methods.Contains(operation.Key)
           let node = operation.Value!
           select new Operation(
               node["operationId"]!.GetValue<string>(), operation.Key.ToUpperInvariant(), path.Key, RolesOf(node), node["x-owner"]?.GetValue<bool>() ?? false, node),
    ];

    public Operation this[string id] => Operations.Single(operation => operation.Id == id);

    public IEnumerable<string> ProblemTypes => Schema("Problem")["properties"]!["type"]!["enum"]!.AsArray().Select(type => type!.GetValue<string>());

    public IEnumerable<JsonNode> ParametersOf(JsonNode operation) => operation["parameters"]?.AsArray().Select(parameter => Resolve(parameter!)) ?? [];

    /// <summary>What the operation says of an answer with this status; null when it says nothing.</summary>
    public JsonNode? ResponseOf(Operation operation, int status) =>
        operation.Node["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)] is { } response ? Resolve(response) : null;

    public IEnumerable<(int Status, JsonNode Response)> ResponsesOf(Operation operation) =>
        operation.Node["responses"]!.AsObject().Select(response => (int.Parse(response.Key, System.Globalization.CultureInfo.InvariantCulture), Resolve(response.Value!)));

    public JsonNode Schema(string name) => root["components"]!["schemas"]![name]!;

    /// <summary>Every name of a field in the document: one with a space is a sentence that a comma has cut in two.</summary>
    public IEnumerable<string> FieldNames => NamesIn(root);

    private static IEnumerable<string> NamesIn(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => NamesIn(field.Value).Prepend(field.Key)),
        JsonArray items => items.SelectMany(NamesIn),
        _ => [],
    };

    /// <summary>Follows <c>$ref</c> within the document.</summary>
    public JsonNode Resolve(JsonNode node)
    {
        while (node is JsonObject && node["$ref"] is { } reference)
        {
            var at = root;
            foreach (var part in reference.GetValue<string>().TrimStart('#', '/').Split('/'))
                at = at[part] ?? throw new InvalidOperationException($"{reference} leads nowhere.");
            node = at;
        }

        return node;
    }

    private static string[] RolesOf(JsonNode operation) =>
    [
        .. from entry in operation["security"]!.AsArray()
           where entry!["bearer"] is not null
           from role in entry["bearer"]!.AsArray()
           select role!.GetValue<string>(),
    ];

    private static OpenApi Read()
    {
        using var reader = new StreamReader(typeof(Composition).Assembly.GetManifestResourceStream("openapi.yaml")!);
        return new OpenApi(reader.ReadToEnd());
    }

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        IDictionary<object, object> map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key.ToString()!, ToJson(entry.Value)))),
        IList<object> list => new JsonArray([.. list.Select(ToJson)]),
        bool flag => JsonValue.Create(flag),
        string text => JsonValue.Create(text),
        double number => JsonValue.Create(number),
        _ => JsonValue.Create(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
