using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using Orders.Application.Events;

namespace Orders.Embedded.Events;

/// <summary>Sends events to the topic <c>order-events</c> of the local bus.</summary>
public sealed class BusEventPublisher(LocalServiceBus bus) : IEventPublisher
{
    public const string Topic = "order-events";

    /// <summary>Application property of events about orders with a coupon; absent from the others.</summary>
    public const string CouponProperty = "coupon";

    /// <summary>Application property of events about orders of a flash sale; absent from the others.</summary>
    public const string SaleProperty = "sale";

    public Task PublishAsync(OutboxItem item, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
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
        return bus.SendAsync(Topic, message);
    }
}
