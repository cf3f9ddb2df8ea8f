using LocalFunctions.Messaging.Broker;
using Orders.Application.Events;
using Orders.Application.Search;
using Orders.Application.Statistics;
using Orders.Embedded.Checkout;
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
            .Queue(BusSaleQueue.Queue)
            .Queue(BusDeliveryQueue.Queue, new EntityRules { RequiresSession = true })
            .Topic(BusEventPublisher.Topic)
            .Subscription(BusEventPublisher.Topic, "lifecycle", perOrder)
            .Subscription(BusEventPublisher.Topic, InventoryConsumer.Name, perOrder, SubscriptionFilter.Subjects(InventoryConsumer.Types))
            .Subscription(BusEventPublisher.Topic, NotificationConsumer.Name, perOrder, SubscriptionFilter.Subjects(NotificationConsumer.Types))
            .Subscription(BusEventPublisher.Topic, FinanceConsumer.Name, perOrder, SubscriptionFilter.Subjects(FinanceConsumer.Types))
            .Subscription(BusEventPublisher.Topic, StatisticsConsumer.Name, perOrder, SubscriptionFilter.Subjects(StatisticsConsumer.Types))
            .Subscription(BusEventPublisher.Topic, CouponConsumer.Name, perOrder, [.. CouponConsumer.Types.Select(type => With(BusEventPublisher.CouponProperty, type))])
            .Subscription(BusEventPublisher.Topic, SaleConsumer.Name, perOrder, [.. SaleConsumer.Types.Select(type => With(BusEventPublisher.SaleProperty, type))])
            .Subscription(BusEventPublisher.Topic, SearchConsumer.Name, perOrder);
    }

    /// <summary>Few orders have a coupon or come from a sale: the bus passes over the others, and each that it lets through costs one more message.</summary>
    private static SubscriptionFilter With(string property, string type) => SubscriptionFilter.Correlation(
        subject: type, applicationProperties: new Dictionary<string, object> { [property] = true });
}
