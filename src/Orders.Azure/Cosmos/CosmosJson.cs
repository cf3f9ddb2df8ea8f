using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Documents and the texts that they are sorted by. Numbers in Cosmos DB are doubles, so an instant is never kept as ticks: it is a text of one width, which
/// sorts as time does. A list goes by one text that ends in the item's id: one property, one index, and no two the same.
/// </summary>
internal static class CosmosJson
{
    /// <summary>Between the parts of a sort text; it comes before all that ids are made of.</summary>
    public const string Separator = " ";

    /// <summary>Comes right after <see cref="Separator"/>: the end of all texts that begin with a part.</summary>
    public const string AfterSeparator = "!";

    /// <summary>Nobody puts these texts into a page: letters stay letters.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A member that was serialized by its own context.</summary>
    public static void WriteMember(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    /// <summary>As it is sorted: <c>2026-03-01T12:00:00.0000000Z</c>.</summary>
    public static string Sortable(DateTimeOffset instant) => instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public static string Sortable(DateTimeOffset instant, string id) => $"{Sortable(instant)}{Separator}{id}";

    /// <summary>The instant in such a text.</summary>
    public static DateTimeOffset InstantOf(string sortable) =>
        DateTimeOffset.ParseExact(sortable.Split(Separator)[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>For <c>ttl</c>: whole seconds, never less than one, and never less than asked for.</summary>
    public static int SecondsUntil(DateTimeOffset end, DateTimeOffset now) => (int)Math.Clamp(Math.Ceiling((end - now).TotalSeconds) + 1, 1, int.MaxValue);

    /// <summary>Whether a part of a document says what that text says, however the database wrote it.</summary>
    public static bool IsSame(JsonElement stored, ReadOnlyMemory<byte> json)
    {
        using var parsed = JsonDocument.Parse(json);
        return JsonElement.DeepEquals(stored, parsed.RootElement);
    }

    public static ReadOnlySpan<byte> Utf8(this JsonElement element) => JsonMarshal.GetRawUtf8Value(element);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static string? TextOrNull(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
