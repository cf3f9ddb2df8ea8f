using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orders.CosmosDouble.Sql;

/// <summary>JSON values as queries see them. <c>default</c> is "undefined": a property that isn't there.</summary>
internal static class Values
{
    /// <summary>As the service writes: letters stay letters.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonElement True = JsonSerializer.SerializeToElement(true);
    public static readonly JsonElement False = JsonSerializer.SerializeToElement(false);
    public static readonly JsonElement Null = JsonSerializer.SerializeToElement<object?>(null);

    public static JsonElement Of(bool value) => value ? True : False;

    public static JsonElement Of(double value) =>
        value == Math.Floor(value) && Math.Abs(value) < 1L << 53 ? JsonSerializer.SerializeToElement((long)value) : JsonSerializer.SerializeToElement(value, Plain);

    public static JsonElement Of(string value) => JsonSerializer.SerializeToElement(value, Plain);

    public static bool IsDefined(this JsonElement value) => value.ValueKind != JsonValueKind.Undefined;

    public static bool IsTrue(this JsonElement value) => value.ValueKind == JsonValueKind.True;

    /// <summary>Undefined, null, booleans, numbers, texts, arrays, objects: the order of values of different kinds.</summary>
    public static int Rank(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => 0,
        JsonValueKind.Null => 1,
        JsonValueKind.False => 2,
        JsonValueKind.True => 3,
        JsonValueKind.Number => 4,
        JsonValueKind.String => 5,
        JsonValueKind.Array => 6,
        _ => 7,
    };

    /// <summary>The order of <c>ORDER BY</c>. Numbers are doubles, as in the service; texts go by their code units.</summary>
    public static int Compare(JsonElement left, JsonElement right) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => left.GetDouble().CompareTo(right.GetDouble()),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(left.GetString(), right.GetString()),
        _ => left.Rank().CompareTo(right.Rank()),
    };

    public static bool AreEqual(JsonElement left, JsonElement right) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => left.GetDouble().Equals(right.GetDouble()),
        (JsonValueKind.Array, JsonValueKind.Array) =>
            left.GetArrayLength() == right.GetArrayLength() && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second)),
        (JsonValueKind.Object, JsonValueKind.Object) =>
            left.EnumerateObject().Count() == right.EnumerateObject().Count()
            && left.EnumerateObject().All(member => right.TryGetProperty(member.Name, out var other) && AreEqual(member.Value, other)),
        var (l, r) when l != r => false,
        (JsonValueKind.String, _) => left.ValueEquals(right.GetString()),
        _ => true,
    };

    /// <summary>The same text for equal values, for grouping.</summary>
    public static string KeyOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "undefined",
        JsonValueKind.Number => value.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => JsonSerializer.Serialize(value),
    };
}
