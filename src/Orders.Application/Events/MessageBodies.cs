using System.Globalization;
using System.Text;
using System.Text.Json;
using Orders.Application.Checkout;

namespace Orders.Application.Events;

/// <summary>What the bodies of the bus's messages must be, by where they lie: whether one that somebody edited could be taken by its consumer.</summary>
internal static class MessageBodies
{
    /// <summary>Service Bus takes 256 KB with everything.</summary>
    private const int MostBytes = 192 * 1024;

    /// <summary>Null when the consumer could read it as the message that it is.</summary>
    public static string? WrongWith(DeadLetter letter, string body)
    {
        if (Encoding.UTF8.GetByteCount(body) > MostBytes)
            return $"has more than {MostBytes} bytes";
        try
        {
            return letter.Source switch
            {
                "payment-messages" => ReadStoredMessageName(body) is null ? "is not {source, messageId}" : null,
                "sale-orders" => SaleOrderMessage.Parse(Encoding.UTF8.GetBytes(body)).MessageId == letter.MessageId ? null : "is of another ticket",
                "webhook-deliveries" => DeliveryTurn.Parse(Encoding.UTF8.GetBytes(body)) is null ? "is not a turn" : null,
                _ when letter.Consumer is not null => WrongWithEvent(letter, OrderEventEnvelope.Parse(body)),
                _ => "can't be edited here: nobody knows what this queue takes",
            };
        }
        catch (JsonException)
        {
            return "is not a message that its consumer reads";
        }
    }

    /// <summary>The two names of a message of the queue <c>payment-messages</c>; null when it is not one.</summary>
    public static (string Source, string MessageId)? ReadStoredMessageName(string body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.ValueKind == JsonValueKind.Object && Text(json.RootElement, "source") is { } source && Text(json.RootElement, "messageId") is { } id
            ? (source, id)
            : null;
    }

    /// <summary>
    /// An edit mends an event and makes no other one of it: consumers remember it by its id, the order's session and the type's filters brought it where it lies.
    /// </summary>
    private static string? WrongWithEvent(DeadLetter letter, OrderEventEnvelope envelope)
    {
        if (!EventTypes.All.Contains(envelope.Type))
            return $"has a type that there is not: {envelope.Type}";
        if (letter.Type is { } type && type != envelope.Type)
            return $"has another type than the message: {envelope.Type}, not {type}";
        if (letter.Session is { } session && session != envelope.Subject)
            return "is about another order than the message";
        var version = envelope.Data.Version.ToString(CultureInfo.InvariantCulture);
        if (envelope.Subject != envelope.Data.OrderId.Value || envelope.Sequence != version || envelope.Id != $"{envelope.Subject}-{version}")
            return "contradicts itself: id, subject and sequence follow from its data";
        return letter.MessageId is { } id && id != envelope.Id ? $"has another id than the message: {envelope.Id}, not {id}" : null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
