using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Orders.Application.Checkout;
using Orders.Application.Events;

namespace Orders.Azure.ServiceBus;

/// <summary>
/// What our messages look like on the bus. Each has a message id that follows from what it is about, so that a repeated one is known as such by its consumer's
/// inbox; the embedded bus sends the same.
/// </summary>
internal static class BusMessages
{
    public const string EventTopic = "order-events";
    public const string PaymentQueue = "payment-messages";
    public const string SaleQueue = "sale-orders";
    public const string DeliveryQueue = "webhook-deliveries";

    /// <summary>Application property of events about orders with a coupon; absent from the others. A subscription's filter asks for it.</summary>
    public const string CouponProperty = "coupon";

    /// <summary>Application property of events about orders of a flash sale; absent from the others.</summary>
    public const string SaleProperty = "sale";

    private const string Json = "application/json";

    /// <summary>Properties that the bus adds to a dead letter. They say why it died, and are no part of the message.</summary>
    private static readonly string[] OfTheDead = ["DeadLetterReason", "DeadLetterErrorDescription"];

    public static ServiceBusMessage Of(OutboxItem item)
    {
        var message = new ServiceBusMessage(item.Body)
        {
            MessageId = item.Id,
            SessionId = item.Order.OrderId.Value,
            Subject = item.Type,
            ContentType = "application/cloudevents+json",
        };
        if (item.HasCoupon)
            message.ApplicationProperties[CouponProperty] = true;
        if (item.IsOfSale)
            message.ApplicationProperties[SaleProperty] = true;
        return message;
    }

    public static ServiceBusMessage OfProviderMessage(string source, string messageId) =>
        new(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["source"] = source, ["messageId"] = messageId }))
        {
            MessageId = $"{source}-{messageId}",
            ContentType = Json,
        };

    public static ServiceBusMessage Of(SaleOrderMessage ticket) => new(ticket.Write()) { MessageId = ticket.MessageId, ContentType = Json };

    public static ServiceBusMessage Of(DeliveryTurn turn) =>
        new(turn.Write()) { MessageId = turn.MessageId, SessionId = turn.Lane, ContentType = Json };

    /// <summary>
    /// A dead letter as it was sent, with another body perhaps. Only what senders set: the SDK's own copy keeps the instant at which the first one was to expire,
    /// which may be over, and the copy would be dead on arrival.
    /// </summary>
    public static ServiceBusMessage Again(ServiceBusReceivedMessage letter, string? body)
    {
        var message = new ServiceBusMessage(body is null ? letter.Body : BinaryData.FromString(body))
        {
            MessageId = letter.MessageId,
            SessionId = letter.SessionId,
            Subject = letter.Subject,
            ContentType = letter.ContentType,
            CorrelationId = letter.CorrelationId,
        };
        foreach (var (name, value) in letter.ApplicationProperties.Where(property => !OfTheDead.Contains(property.Key)))
            message.ApplicationProperties[name] = value;
        return message;
    }
}
