using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LocalFunctions.Messaging.Broker;

/// <summary>Application properties as text that keeps their types: <c>{"name":["type","value"]}</c>. A persisted format.</summary>
internal static class PropertyText
{
    /// <exception cref="ArgumentException">A value has a type that a message can't carry.</exception>
    public static string? Write(IEnumerable<KeyValuePair<string, object>> properties)
    {
        if (!properties.Any())
            return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in properties)
            {
                var (type, text) = Encode(name, value);
                json.WriteStartArray(name);
                json.WriteStringValue(type);
                json.WriteStringValue(text);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static Dictionary<string, object> Read(string? text)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        if (text is null)
            return properties;
        using var json = JsonDocument.Parse(text);
        foreach (var property in json.RootElement.EnumerateObject())
            properties[property.Name] = Decode(property.Value[0].GetString()!, property.Value[1].GetString()!);
        return properties;
    }

    private static (string Type, string Text) Encode(string name, object? value) => value switch
    {
        string text => ("s", text),
        bool flag => ("b", flag ? "1" : "0"),
        int number => ("i", number.ToString(CultureInfo.InvariantCulture)),
        long number => ("l", number.ToString(CultureInfo.InvariantCulture)),
        double number => ("d", number.ToString("R", CultureInfo.InvariantCulture)),
        decimal number => ("m", number.ToString(CultureInfo.InvariantCulture)),
        DateTimeOffset instant => ("o", instant.ToString("O", CultureInfo.InvariantCulture)),
        DateTime instant => ("t", instant.ToString("O", CultureInfo.InvariantCulture)),
        TimeSpan duration => ("p", duration.ToString("c", CultureInfo.InvariantCulture)),
        Guid id => ("g", id.ToString()),
        _ => throw new ArgumentException(
            $"Application property '{name}' is {value?.GetType().Name ?? "null"}; write it as a string, number, boolean, instant, duration or Guid."),
    };

    private static object Decode(string type, string text) => type switch
    {
        "s" => text,
        "b" => text == "1",
        "i" => int.Parse(text, CultureInfo.InvariantCulture),
        "l" => long.Parse(text, CultureInfo.InvariantCulture),
        "d" => double.Parse(text, CultureInfo.InvariantCulture),
        "m" => decimal.Parse(text, CultureInfo.InvariantCulture),
        "o" => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        "t" => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        "p" => TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture),
        "g" => Guid.Parse(text),
        _ => throw new FormatException($"Unknown property type '{type}' in a stored message."),
    };
}
