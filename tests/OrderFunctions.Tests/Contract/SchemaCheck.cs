using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrderFunctions.Tests.Contract;

/// <summary>
/// Holds JSON against a schema of the contract: the part of JSON Schema that the contract uses. Fields that no schema names are errors in our
/// answers too, for a caller could come to rely on them.
/// </summary>
internal sealed class SchemaCheck(OpenApi contract)
{
    private readonly List<string> errors = [];

    public static IReadOnlyList<string> Of(OpenApi contract, JsonNode schema, JsonNode? value)
    {
        var check = new SchemaCheck(contract);
        check.Check(schema, value, "");
        return check.errors;
    }

    private void Check(JsonNode schema, JsonNode? value, string at)
    {
        schema = contract.Resolve(schema);
        if (schema["oneOf"] is JsonArray choices)
        {
            if (choices.Count(choice => Of(contract, choice!, value).Count == 0) != 1)
                errors.Add($"{at}: {Show(value)} is not exactly one of the choices");
            return;
        }

        if (schema["const"] is { } constant && !JsonNode.DeepEquals(constant, value))
            errors.Add($"{at}: {Show(value)} is not {constant}");
        if (schema["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value)))
            errors.Add($"{at}: {Show(value)} is not in the enum");
        if (schema["type"] is { } type && !TypesOf(type).Any(one => one == TypeOf(value) || (one == "number" && TypeOf(value) == "integer")))
            errors.Add($"{at}: {Show(value)} is not {type}");
        switch (value)
        {
            case JsonObject fields:
                CheckFields(schema, fields, at);
                break;
            case JsonArray items when schema["items"] is { } each:
                for (var i = 0; i < items.Count; i++)
                    Check(each, items[i], $"{at}/{i}");
                break;
            case JsonValue scalar:
                CheckScalar(schema, scalar, at);
                break;
        }
    }

    private void CheckFields(JsonNode schema, JsonObject fields, string at)
    {
        foreach (var name in schema["required"]?.AsArray().Select(required => required!.GetValue<string>()) ?? [])
        {
            if (!fields.ContainsKey(name))
                errors.Add($"{at}/{name} is missing");
        }

        foreach (var (name, field) in fields)
        {
            if (schema["properties"]?[name] is { } known)
                Check(known, field, $"{at}/{name}");
            else if (schema["additionalProperties"] is JsonObject others)
                Check(others, field, $"{at}/{name}");
            else if (schema["properties"] is not null)
                errors.Add($"{at}/{name} is not in the schema");
        }
    }

    private void CheckScalar(JsonNode schema, JsonValue value, string at)
    {
        if (schema["pattern"] is { } pattern && !Regex.IsMatch(value.ToString(), pattern.GetValue<string>()))
            errors.Add($"{at}: {value} does not match {pattern}");
        if (schema["format"]?.ToString() == "date-time" && TypeOf(value) == "string" && !value.ToString().EndsWith('Z'))
            errors.Add($"{at}: {value} is not a UTC time");
        if (schema["minimum"] is { } least && value.GetValueKind() == JsonValueKind.Number && decimal.Parse(value.ToString()) < decimal.Parse(least.ToString()))
            errors.Add($"{at}: {value} is less than {least}");
    }

    private static IEnumerable<string> TypesOf(JsonNode type) =>
        type is JsonArray several ? several.Select(one => one!.ToString()) : [type.ToString()];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.ToString().Contains('.', StringComparison.Ordinal) ? "number" : "integer",
        _ => "boolean",
    };

    private static string Show(JsonNode? value) => value?.ToJsonString() ?? "null";
}
