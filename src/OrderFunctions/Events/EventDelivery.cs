using System.Text.Json;
using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>A message of a subscription to <c>order-events</c>: its body is an event, or it is poison.</summary>
public sealed class EventDelivery(MessageDelivery delivery)
{
    private static readonly Rejection NotAnEvent = new("NotAnEvent", "The body is not an event of an order.");

    private readonly RecentEvents recent = new();

    public Task RunAsync(
        ServiceBusReceivedMessage message, ServiceBusMessageActions actions, Func<OrderEventEnvelope, CancellationToken, Task<Rejection?>> consume,
        CancellationToken cancellation) => delivery.RunAsync(
            message,
            actions,
            token => Read(message) is { } envelope ? consume(envelope, token) : Task.FromResult<Rejection?>(NotAnEvent),
            cancellation);

    private OrderEventEnvelope? Read(ServiceBusReceivedMessage message)
    {
        try
        {
            return recent.Parse(message.MessageId, message.Body.ToMemory());
        }
        catch (JsonException)
        {
            // Said by the rejection; the parser's own words quote the body.
            return null;
        }
    }
}
