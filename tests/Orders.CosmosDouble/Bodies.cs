using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Orders.CosmosDouble;

/// <summary>Documents as they are taken in and given out.</summary>
internal static class Bodies
{
    /// <summary>2 MB.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    private static readonly string[] Own = ["_rid", "_self", "_etag", "_attachments", "_ts"];

    /// <summary>From here on a double can't tell a whole number from its neighbour.</summary>
    private const long Exact = 1L << 53;

    public static JsonElement Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MostBytes)
            throw new Refused(System.Net.HttpStatusCode.RequestEntityTooLarge, "Request size is too large.");
        JsonElement document;
        try
        {
            using var parsed = JsonDocument.Parse(body);
            document = parsed.RootElement.Clone();
        }
        catch (JsonException malformed)
        {
            throw Refused.Bad($"The input content is invalid: {malformed.Message}");
        }

        return document.ValueKind == JsonValueKind.Object ? document : throw Refused.Bad("The input content is invalid: a document is an object.");
    }

    /// <summary>1 to 1,023 bytes without / \ ? #.</summary>
    public static string IdOf(JsonElement document)
    {
        if (!document.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
            throw Refused.Bad("The input content is invalid because the required properties - 'id; ' - are missing.");
        var text = id.GetString()!;
        if (text.Length == 0 || Encoding.UTF8.GetByteCount(text) > 1_023 || text.AsSpan().ContainsAny("/\\?#") || text.EndsWith(' '))
            throw Refused.Bad("The input name is invalid: an id has 1 to 1023 bytes, none of / \\ ? # and no space at its end.");
        return text;
    }

    /// <summary>The document as it is kept: numbers are doubles, so a whole number beyond 2^53 comes back as another one; the service's own properties are new.</summary>
    public static (JsonElement Document, int Size) Stored(JsonElement document, string rid, string self, string etag, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var member in document.EnumerateObject().Where(member => !Own.Contains(member.Name)))
            {
                json.WritePropertyName(member.Name);
                Copy(member.Value, json);
            }

            json.WriteString("_rid", rid);
            json.WriteString("_self", self);
            json.WriteString("_etag", etag);
            json.WriteString("_attachments", "attachments/");
            json.WriteNumber("_ts", at.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        if (buffer.WrittenCount > MostBytes)
            throw new Refused(System.Net.HttpStatusCode.RequestEntityTooLarge, "Request size is too large.");
        using var stored = JsonDocument.Parse(buffer.WrittenMemory);
        return (stored.RootElement.Clone(), buffer.WrittenCount);
    }

    private static void Copy(JsonElement value, Utf8JsonWriter json)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Copy(member.Value, json);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Copy(item, json);
                json.WriteEndArray();
                break;
            case JsonValueKind.Number when !(value.TryGetInt64(out var whole) && Math.Abs(whole) <= Exact):
                json.WriteNumberValue(value.GetDouble());
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
