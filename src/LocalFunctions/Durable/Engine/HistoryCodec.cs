using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LocalFunctions.Durable.Engine;

/// <summary>Histories as UTF-8 JSON: one array per turn, payloads embedded as they are. A persisted format.</summary>
internal static class HistoryCodec
{
    /// <summary>A payload is as deep as the app's converter lets it be, and lies a few levels down in here.</summary>
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    public static byte[] Encode(IReadOnlyList<HistoryEvent> events)
    {
        var json = Begin();
        json.WriteStartArray();
        foreach (var one in events)
            Write(json, one);
        json.WriteEndArray();
        return End(json);
    }

    public static byte[] Encode(HistoryEvent one)
    {
        var json = Begin();
        Write(json, one);
        return End(json);
    }

    public static byte[] Encode(TaskFailureDetails failure)
    {
        var json = Begin();
        WriteFailure(json, failure);
        return End(json);
    }

    public static List<HistoryEvent> DecodeMany(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, AnyDepth);
        reader.Read();
        return ReadMany(ref reader, json);
    }

    public static HistoryEvent DecodeOne(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, AnyDepth);
        reader.Read();
        return ReadOne(ref reader, json);
    }

    public static TaskFailureDetails DecodeFailure(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, AnyDepth);
        reader.Read();
        return ReadFailure(ref reader);
    }

    internal static List<HistoryEvent> ReadMany(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var events = new List<HistoryEvent>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            events.Add(ReadOne(ref reader, json));
        return events;
    }

    internal static void Write(Utf8JsonWriter json, HistoryEvent one)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, KindNames[(int)one.Kind]);
        if (one.Id >= 0)
            json.WriteNumber("id"u8, one.Id);
        if (one.Name is not null)
            json.WriteString("name"u8, one.Name);
        if (one.At is { } at)
            json.WriteString("at"u8, at.UtcDateTime.ToString("o", CultureInfo.InvariantCulture));
        if (one.Target is not null)
            json.WriteString("target"u8, one.Target);
        if (!string.IsNullOrEmpty(one.Version))
            json.WriteString("version"u8, one.Version);
        if (one.Flag)
            json.WriteBoolean("flag"u8, true);
        if (one.Data is not null)
        {
            json.WritePropertyName("data"u8);
            json.WriteRawValue(one.Data, skipInputValidation: true);
        }

        if (one.Failure is not null)
        {
            json.WritePropertyName("failure"u8);
            WriteFailure(json, one.Failure);
        }

        json.WriteEndObject();
    }

    private static readonly JsonEncodedText[] KindNames = [.. Enum.GetNames<EventKind>().Select(name => JsonEncodedText.Encode(name))];

    private static HistoryEvent ReadOne(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var kind = EventKind.TurnStarted;
        var (id, flag) = (-1, false);
        string? name = null, data = null, target = null, version = null;
        DateTimeOffset? at = null;
        TaskFailureDetails? failure = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("kind"u8))
                kind = ReadKind(ref reader);
            else if (reader.ValueTextEquals("id"u8) && reader.Read())
                id = reader.GetInt32();
            else if (reader.ValueTextEquals("name"u8) && reader.Read())
                name = reader.GetString();
            else if (reader.ValueTextEquals("at"u8) && reader.Read())
                at = reader.GetDateTimeOffset();
            else if (reader.ValueTextEquals("target"u8) && reader.Read())
                target = reader.GetString();
            else if (reader.ValueTextEquals("version"u8) && reader.Read())
                version = reader.GetString();
            else if (reader.ValueTextEquals("flag"u8) && reader.Read())
                flag = reader.GetBoolean();
            else if (reader.ValueTextEquals("data"u8) && reader.Read())
                data = ReadRaw(ref reader, json);
            else if (reader.ValueTextEquals("failure"u8) && reader.Read())
                failure = ReadFailure(ref reader);
            else
                throw new JsonException($"A history event has the unknown property '{reader.GetString()}'.");
        }

        return new HistoryEvent(kind)
        {
            Id = id,
            Name = name,
            Data = data,
            At = at,
            Target = target,
            Version = version,
            Flag = flag,
            Failure = failure,
        };
    }

    private static EventKind ReadKind(ref Utf8JsonReader reader)
    {
        reader.Read();
        for (var i = 0; i < KindNames.Length; i++)
        {
            if (reader.ValueTextEquals(KindNames[i].EncodedUtf8Bytes))
                return (EventKind)i;
        }

        throw new JsonException($"'{reader.GetString()}' is no kind of history event.");
    }

    private static string ReadRaw(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
    }

    private static void WriteFailure(Utf8JsonWriter json, TaskFailureDetails failure)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, failure.ErrorType);
        json.WriteString("message"u8, failure.ErrorMessage);
        if (failure.StackTrace is not null)
            json.WriteString("stack"u8, failure.StackTrace);
        if (failure.InnerFailure is not null)
        {
            json.WritePropertyName("inner"u8);
            WriteFailure(json, failure.InnerFailure);
        }

        json.WriteEndObject();
    }

    private static TaskFailureDetails ReadFailure(ref Utf8JsonReader reader)
    {
        string type = "", message = "";
        string? stack = null;
        TaskFailureDetails? inner = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("type"u8) && reader.Read())
                type = reader.GetString()!;
            else if (reader.ValueTextEquals("message"u8) && reader.Read())
                message = reader.GetString()!;
            else if (reader.ValueTextEquals("stack"u8) && reader.Read())
                stack = reader.GetString();
            else if (reader.ValueTextEquals("inner"u8) && reader.Read())
                inner = ReadFailure(ref reader);
            else
                throw new JsonException($"A failure has the unknown property '{reader.GetString()}'.");
        }

        return new TaskFailureDetails(type, message, stack, inner, null);
    }

    private static Utf8JsonWriter Begin()
    {
        buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        writer ??= new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.Reset(buffer);
        return writer;
    }

    private static byte[] End(Utf8JsonWriter json)
    {
        json.Flush();
        return buffer!.WrittenSpan.ToArray();
    }
}
