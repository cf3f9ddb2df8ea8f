using System.Text.Json;

namespace Orders.CosmosDouble.Sql;

/// <summary>The functions that the double knows; of a wrong kind of argument the answer is undefined, as in the service.</summary>
internal static class Functions
{
    public static JsonElement Of(string name, IReadOnlyList<JsonElement> arguments)
    {
        var first = arguments.Count > 0 ? arguments[0] : default;
        var second = arguments.Count > 1 ? arguments[1] : default;
        return (name, arguments.Count) switch
        {
            ("IS_DEFINED", 1) => Values.Of(first.IsDefined()),
            ("IS_NULL", 1) => Values.Of(first.ValueKind == JsonValueKind.Null),
            ("IS_STRING", 1) => Values.Of(first.ValueKind == JsonValueKind.String),
            ("IS_NUMBER", 1) => Values.Of(first.ValueKind == JsonValueKind.Number),
            ("IS_BOOL" or "IS_BOOLEAN", 1) => Values.Of(first.ValueKind is JsonValueKind.True or JsonValueKind.False),
            ("IS_ARRAY", 1) => Values.Of(first.ValueKind == JsonValueKind.Array),
            ("IS_OBJECT", 1) => Values.Of(first.ValueKind == JsonValueKind.Object),
            ("IS_PRIMITIVE", 1) => Values.Of(first.Rank() is >= 1 and <= 5),
            ("ARRAY_CONTAINS", 2 or 3) => ArrayContains(first, second, arguments.Count == 3 && arguments[2].IsTrue()),
            ("ARRAY_LENGTH", 1) => first.ValueKind == JsonValueKind.Array ? Values.Of(first.GetArrayLength()) : default,
            ("STARTSWITH", 2 or 3) => Texts(first, second, (text, part) => text.StartsWith(part, Comparison(arguments))),
            ("ENDSWITH", 2 or 3) => Texts(first, second, (text, part) => text.EndsWith(part, Comparison(arguments))),
            ("CONTAINS", 2 or 3) => Texts(first, second, (text, part) => text.Contains(part, Comparison(arguments))),
            ("LOWER", 1) => first.ValueKind == JsonValueKind.String ? Values.Of(first.GetString()!.ToLowerInvariant()) : default,
            ("UPPER", 1) => first.ValueKind == JsonValueKind.String ? Values.Of(first.GetString()!.ToUpperInvariant()) : default,
            ("LENGTH", 1) => first.ValueKind == JsonValueKind.String ? Values.Of(first.GetString()!.Length) : default,
            _ => throw Refused.Unsupported($"the function {name} with {arguments.Count} argument(s)"),
        };
    }

    private static StringComparison Comparison(IReadOnlyList<JsonElement> arguments) =>
        arguments.Count == 3 && arguments[2].IsTrue() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private static JsonElement Texts(JsonElement text, JsonElement part, Func<string, string, bool> test) =>
        (text.ValueKind, part.ValueKind) is (JsonValueKind.String, JsonValueKind.String) ? Values.Of(test(text.GetString()!, part.GetString()!)) : default;

    private static JsonElement ArrayContains(JsonElement array, JsonElement value, bool partly) => array.ValueKind != JsonValueKind.Array || !value.IsDefined()
        ? default
        : Values.Of(array.EnumerateArray().Any(item => Values.AreEqual(item, value) || (partly && IsPartOf(value, item))));

    private static bool IsPartOf(JsonElement part, JsonElement whole) => (part.ValueKind, whole.ValueKind) is (JsonValueKind.Object, JsonValueKind.Object)
        && part.EnumerateObject().All(member => whole.TryGetProperty(member.Name, out var other) && Values.AreEqual(member.Value, other));
}

/// <summary>COUNT, SUM, MIN, MAX and AVG over a group.</summary>
internal static class Aggregates
{
    public static JsonElement Of(Call call, IReadOnlyList<JsonElement> group, Evaluation evaluation)
    {
        if (call.Arguments.Count != 1)
            throw Refused.Bad($"{call.Name} takes one argument.");
        var values = group.Select(document => (evaluation with { Document = document, Group = null }).Of(call.Arguments[0])).Where(value => value.IsDefined()).ToList();
        if (call.Name == "COUNT")
            return Values.Of(values.Count);
        if (call.Name is "SUM" or "AVG")
        {
            if (values.Exists(value => value.ValueKind != JsonValueKind.Number))
                return default;
            var sum = values.Sum(value => value.GetDouble());
            return call.Name == "SUM" ? Values.Of(sum) : values.Count == 0 ? default : Values.Of(sum / values.Count);
        }

        var order = Comparer<JsonElement>.Create(Values.Compare);
        return values.Count == 0 ? default : call.Name == "MIN" ? values.Min(order) : values.Max(order);
    }
}
