using System.Text.Json;
using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>
/// An outbox item as a document of the container <c>orders</c>, where the change feed shows it:
/// <c>{id, kind: "outbox", userId, orderId, type, sequence, at, event: {…}}</c>. A persisted format; its readers pass over other kinds.
/// </summary>
public static class OutboxDocument
{
    public const string Kind = "outbox";

    public static byte[] Write(OutboxItem item)
    {
        using var buffer = new MemoryStream(item.Body.Length + 256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", item.Id);
            json.WriteString("kind", Kind);
            json.WriteString("userId", item.Order.UserId.Value);
            json.WriteString("orderId", item.Order.OrderId.Value);
            json.WriteString("type", item.Type);
            json.WriteNumber("sequence", item.Sequence);
            json.WriteString("at", item.At);
            json.WritePropertyName("event");
            // The event was made by our own serializer a moment ago; looking through it again would double the cost of an order's write.
            json.WriteRawValue(item.Body, skipInputValidation: true);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>The item in a document of the container; null for documents of another kind.</summary>
    /// <exception cref="JsonException">It says that it is one, and is not.</exception>
    public static OutboxItem? Read(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty("kind", out var kind) || !kind.ValueEquals(Kind))
            return null;
        try
        {
            return new OutboxItem(
                document.GetProperty("id").GetString()!,
                new OrderRef(Id.Parse<UserId>(document.GetProperty("userId").GetString()!), Id.Parse<OrderId>(document.GetProperty("orderId").GetString()!)),
                document.GetProperty("type").GetString()!,
                document.GetProperty("sequence").GetInt64(),
                document.GetProperty("event").GetRawText(),
                document.GetProperty("at").GetDateTimeOffset());
        }
        catch (Exception malformed) when (malformed is KeyNotFoundException or FormatException or InvalidOperationException or ArgumentNullException)
        {
            throw new JsonException("Not a stored outbox item.", malformed);
        }
    }
}
