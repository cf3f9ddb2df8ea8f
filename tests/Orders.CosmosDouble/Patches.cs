using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orders.CosmosDouble;

/// <summary>Partial updates of a document: add, set, replace, remove and incr; at most 10.</summary>
internal static class Patches
{
    private const int Most = 10;

    public static JsonElement Apply(JsonElement document, JsonElement operations)
    {
        if (operations.GetArrayLength() > Most)
            throw Refused.Bad($"A patch has at most {Most} operations.");
        var root = JsonNode.Parse(document.GetRawText())!;
        foreach (var operation in operations.EnumerateArray())
            Apply(root, operation);
        return JsonSerializer.SerializeToElement(root, Sql.Values.Plain);
    }

    private static void Apply(JsonNode root, JsonElement operation)
    {
        var path = operation.GetProperty("path").GetString()!;
        var names = path.Split('/')[1..];
        var parent = names[..^1].Aggregate((JsonNode?)root, (node, name) => Child(node, name)) ?? throw Refused.Bad($"The path {path} leads nowhere.");
        var last = names[^1];
        var op = operation.GetProperty("op").GetString();
        if (parent is JsonArray array && op is not ("incr" or "increment"))
        {
            InArray(array, op, last, operation);
            return;
        }

        switch (op)
        {
            case "add" or "set":
                Set(parent, last, Value(operation));
                break;
            case "replace" when Child(parent, last) is not null || Has(parent, last):
                Set(parent, last, Value(operation));
                break;
            case "remove" when parent is JsonObject holder && holder.Remove(last):
                break;
            case "replace" or "remove":
                throw Refused.Bad($"There is nothing at {path}.");
            case "incr" or "increment":
                Set(parent, last, JsonValue.Create((Child(parent, last)?.GetValue<double>() ?? 0) + operation.GetProperty("value").GetDouble()));
                break;
            default:
                throw Refused.Unsupported($"the patch operation {op}");
        }
    }

    private static void InArray(JsonArray array, string? op, string last, JsonElement operation)
    {
        var at = last == "-" ? array.Count : int.Parse(last, System.Globalization.CultureInfo.InvariantCulture);
        if (at > array.Count || (op is not "add" && at == array.Count))
            throw Refused.Bad("The index is beyond the array.");
        switch (op)
        {
            case "add":
                array.Insert(at, Value(operation));
                break;
            case "set" or "replace":
                array[at] = Value(operation);
                break;
            case "remove":
                array.RemoveAt(at);
                break;
            default:
                throw Refused.Unsupported($"the patch operation {op}");
        }
    }

    private static JsonNode? Value(JsonElement operation) => JsonNode.Parse(operation.GetProperty("value").GetRawText());

    private static bool Has(JsonNode parent, string name) => parent is JsonObject holder && holder.ContainsKey(name);

    private static JsonNode? Child(JsonNode? parent, string name) => parent switch
    {
        JsonObject holder => holder[name],
        JsonArray array when int.TryParse(name, out var index) && index >= 0 && index < array.Count => array[index],
        _ => null,
    };

    private static void Set(JsonNode parent, string name, JsonNode? value)
    {
        if (parent is JsonArray array && int.TryParse(name, out var index))
            array[index] = value;
        else if (parent is JsonObject holder)
            holder[name] = value;
        else
            throw Refused.Bad($"There is no object to set '{name}' in.");
    }
}
