using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orders.CosmosDouble.Sql;

/// <summary>What an expression is for one document, or for a group of them.</summary>
/// <param name="Parameters">By name, with their @.</param>
internal sealed record Evaluation(string From, IReadOnlyDictionary<string, JsonElement> Parameters)
{
    public JsonElement Document { get; init; }

    /// <summary>What aggregates go over; null where there is no group.</summary>
    public IReadOnlyList<JsonElement>? Group { get; init; }

    public JsonElement Of(Expr expr) => expr switch
    {
        Literal literal => literal.Value,
        Parameter parameter => Parameters.TryGetValue(parameter.Name, out var value) ? value : throw Refused.Bad($"The parameter {parameter.Name} has no value."),
        Alias alias => alias.Name == From ? Document : throw Refused.Bad($"Identifier '{alias.Name}' could not be resolved."),
        Member member => MemberOf(Of(member.Of), Of(member.Key)),
        Unary unary => UnaryOf(unary.Op, Of(unary.Of)),
        Binary binary => BinaryOf(binary),
        In among => Any(among.Among.Select(item => Equal(Of(among.Of), Of(item)))),
        Between between => And(Compared(">=", Of(between.Of), Of(between.From)), Compared("<=", Of(between.Of), Of(between.To))),
        Choice choice => Of(Of(choice.If).IsTrue() ? choice.Then : choice.Else),
        ArrayOf array => ArrayOfAll(array),
        ObjectOf made => ObjectOfAll(made.Members),
        Call { IsAggregate: true } call => Aggregates.Of(call, Group ?? throw Refused.Bad("An aggregate stands where there is no group."), this),
        Call call => Functions.Of(call.Name, [.. call.Arguments.Select(Of)]),
        _ => throw Refused.Unsupported(expr.GetType().Name),
    };

    public JsonElement ObjectOfAll(IEnumerable<(string Name, Expr Value)> members)
    {
        var made = new JsonObject();
        foreach (var (name, value) in members)
        {
            var element = Of(value);
            if (element.IsDefined())
                made[name] = JsonNode.Parse(element.GetRawText());
        }

        return JsonSerializer.SerializeToElement(made, Values.Plain);
    }

    private JsonElement ArrayOfAll(ArrayOf array) =>
        JsonSerializer.SerializeToElement(new JsonArray([.. array.Items.Select(Of).Where(item => item.IsDefined()).Select(item => JsonNode.Parse(item.GetRawText()))]), Values.Plain);

    private static JsonElement MemberOf(JsonElement of, JsonElement key) => (of.ValueKind, key.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.String) => of.TryGetProperty(key.GetString()!, out var value) ? value : default,
        (JsonValueKind.Array, JsonValueKind.Number) when key.TryGetInt32(out var index) && index >= 0 && index < of.GetArrayLength() => of[index],
        _ => default,
    };

    private static JsonElement UnaryOf(string op, JsonElement of) => (op, of.ValueKind) switch
    {
        ("NOT", JsonValueKind.True) => Values.False,
        ("NOT", JsonValueKind.False) => Values.True,
        ("-", JsonValueKind.Number) => Values.Of(-of.GetDouble()),
        _ => default,
    };

    private JsonElement BinaryOf(Binary binary)
    {
        var left = Of(binary.Left);
        switch (binary.Op)
        {
            case "??":
                return left.IsDefined() ? left : Of(binary.Right);
            case "AND":
                return left.ValueKind == JsonValueKind.False ? left : And(left, Of(binary.Right));
            case "OR":
                return left.IsTrue() ? left : Any([left, Of(binary.Right)]);
        }

        var right = Of(binary.Right);
        return binary.Op switch
        {
            "=" => Equal(left, right),
            "!=" => UnaryOf("NOT", Equal(left, right)),
            "<" or "<=" or ">" or ">=" => Compared(binary.Op, left, right),
            "||" when (left.ValueKind, right.ValueKind) is (JsonValueKind.String, JsonValueKind.String) => Values.Of(left.GetString() + right.GetString()),
            _ when (left.ValueKind, right.ValueKind) is (JsonValueKind.Number, JsonValueKind.Number) => Calculated(binary.Op, left.GetDouble(), right.GetDouble()),
            _ => default,
        };
    }

    /// <summary>Three values: what is neither true nor false makes a condition undefined unless another one decides it.</summary>
    private static JsonElement And(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.False || right.ValueKind == JsonValueKind.False ? Values.False
        : left.IsTrue() && right.IsTrue() ? Values.True
        : default;

    private static JsonElement Any(IEnumerable<JsonElement> conditions)
    {
        var all = conditions.ToList();
        return all.Exists(one => one.IsTrue()) ? Values.True : all.TrueForAll(one => one.ValueKind == JsonValueKind.False) ? Values.False : default;
    }

    private static JsonElement Equal(JsonElement left, JsonElement right) =>
        !left.IsDefined() || !right.IsDefined() ? default : Values.Of(Values.AreEqual(left, right));

    /// <summary>Values of different kinds don't compare: a number is neither before nor after a text.</summary>
    private static JsonElement Compared(string op, JsonElement left, JsonElement right)
    {
        if (!left.IsDefined() || !right.IsDefined() || left.ValueKind is JsonValueKind.Array or JsonValueKind.Object || KindOf(left) != KindOf(right))
            return default;
        var order = Values.Compare(left, right);
        return Values.Of(op switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 });
    }

    private static JsonValueKind KindOf(JsonElement value) => value.ValueKind == JsonValueKind.False ? JsonValueKind.True : value.ValueKind;

    private static JsonElement Calculated(string op, double left, double right) => op switch
    {
        "+" => Values.Of(left + right),
        "-" => Values.Of(left - right),
        "*" => Values.Of(left * right),
        "/" => right == 0 ? default : Values.Of(left / right),
        "%" => right == 0 ? default : Values.Of(left % right),
        _ => default,
    };
}
