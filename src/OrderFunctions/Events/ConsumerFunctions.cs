using OrderFunctions.Lifecycle;
using Orders.Application.Events;
using Orders.Application.Statistics;

namespace OrderFunctions.Events;

/// <summary>
/// The subscribers of <c>order-events</c>. Their session is the order, so each sees an order's events one after the other; messages are
/// settled by hand (<see cref="MessageDelivery"/>).
/// </summary>
public sealed class ConsumerFunctions(
    EventDelivery delivery, InventoryConsumer inventory, CouponConsumer coupon, SaleConsumer sale, NotificationConsumer notification,
    LifecycleConsumer lifecycle, FinanceConsumer finance, StatisticsConsumer statistics)
{
    private const string Topic = "order-events";

    /// <remarks>The subscription's filter lets through only what <see cref="InventoryConsumer.Types"/> names.</remarks>
    [Function(nameof(UpdateInventory))]
    public Task UpdateInventory(
        [ServiceBusTrigger(Topic, InventoryConsumer.Name, Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => delivery.RunAsync(message, actions, inventory.RunAsync, cancellation);

    /// <remarks>The subscription's filters let through only what <see cref="CouponConsumer.Types"/> names, of orders with a coupon.</remarks>
    [Function(nameof(UpdateCoupon))]
    public Task UpdateCoupon(
        [ServiceBusTrigger(Topic, CouponConsumer.Name, Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => delivery.RunAsync(message, actions, coupon.RunAsync, cancellation);

    /// <remarks>The subscription's filters let through only what <see cref="SaleConsumer.Types"/> names, of orders of a sale.</remarks>
    [Function(nameof(UpdateSale))]
    public Task UpdateSale(
        [ServiceBusTrigger(Topic, SaleConsumer.Name, Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => delivery.RunAsync(message, actions, sale.RunAsync, cancellation);

    /// <remarks>The subscription's filter lets through only what <see cref="FinanceConsumer.Types"/> names.</remarks>
    [Function(nameof(KeepBooks))]
    public Task KeepBooks(
        [ServiceBusTrigger(Topic, FinanceConsumer.Name, Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => delivery.RunAsync(message, actions, finance.RunAsync, cancellation);

    /// <remarks>The subscription's filter lets through only what <see cref="StatisticsConsumer.Types"/> names.</remarks>
    [Function(nameof(CountStatistics))]
    public Task CountStatistics(
        [ServiceBusTrigger(Topic, StatisticsConsumer.Name, Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => delivery.RunAsync(message, actions, statistics.RunAsync, cancellation);

    /// <remarks>The subscription's filter lets through only what <see cref="NotificationConsumer.Types"/> names.</remarks>
    [Function(nameof(NotifyBuyer))]
    public Task NotifyBuyer(
        [ServiceBusTrigger(Topic, NotificationConsumer.Name, Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => delivery.RunAsync(message, actions, notification.RunAsync, cancellation);

    [Function(nameof(SignalLifecycle))]
    public Task SignalLifecycle(
        [ServiceBusTrigger(Topic, LifecycleConsumer.Name, Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation) => delivery.RunAsync(
            message, actions, (envelope, token) => lifecycle.RunAsync(envelope, new DurableOrderProcess(client), token), cancellation);
}
