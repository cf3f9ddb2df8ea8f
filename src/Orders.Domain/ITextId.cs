using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders.Domain;

/// <summary>An id that is text on the wire and a type of its own in code, so that two ids can't be swapped.</summary>
public interface ITextId<TSelf>
    where TSelf : struct, ITextId<TSelf>
{
    string Value { get; }

    static abstract bool TryParse(string? text, out TSelf id);

    /// <exception cref="FormatException">The text has not the form of such an id.</exception>
    static TSelf Parse(string text) =>
        TSelf.TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a {typeof(TSelf).Name}.");
}

/// <summary>Short for <c>ITextId&lt;T&gt;.Parse</c>: <c>Id.Parse&lt;OrderId&gt;(text)</c>.</summary>
public static class Id
{
    /// <inheritdoc cref="ITextId{TSelf}.Parse"/>
    public static TId Parse<TId>(string text)
        where TId : struct, ITextId<TId> => ITextId<TId>.Parse(text);
}

/// <summary>Reads and writes such an id as a JSON string or property name, refusing what has not its form.</summary>
public sealed class TextIdConverter<TId> : JsonConverter<TId>
    where TId : struct, ITextId<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override TId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);

    private static TId Parse(string? text) =>
        TId.TryParse(text, out var id) ? id : throw new JsonException($"'{text}' is not a {typeof(TId).Name}.");
}
