using LocalFunctions.Messaging.Broker;
using Orders.Application.Events;
using Orders.Embedded.Payments;

namespace Orders.Embedded.Events;

/// <summary>The queue, topic and subscriptions of the order system, as infra declares them on Azure.</summary>
public static class OrderMessaging
{
    /// <summary>
    /// No duplicate detection: it would only cover its window, while every consumer's inbox covers the whole life of a message.
    /// </summary>
    public static MessagingTopology Topology()
    {
        var perOrder = new EntityRules { RequiresSession = true };
        return new MessagingTopology()
            .Queue(BusPaymentQueue.Queue)
            .Topic(BusEventPublisher.Topic)
            .Subscription(BusEventPublisher.Topic, "lifecycle", perOrder)
            .Subscription(BusEventPublisher.Topic, "inventory", perOrder)
            .Subscription(BusEventPublisher.Topic, "notification", perOrder)
            .Subscription(BusEventPublisher.Topic, CouponConsumer.Name, perOrder, [.. CouponConsumer.Types.Select(OfCoupon)]);
    }

    /// <summary>Few orders have a coupon: the bus passes over the others, and each that it lets through costs one more message.</summary>
    private static SubscriptionFilter OfCoupon(string type) => SubscriptionFilter.Correlation(
        subject: type, applicationProperties: new Dictionary<string, object> { [BusEventPublisher.CouponProperty] = true });
}
