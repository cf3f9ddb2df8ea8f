using Orders.Application.Events;

namespace Orders.Azure.ServiceBus;

/// <summary>Sends events to the topic <c>order-events</c>, those of orders that are relayed side by side in batches.</summary>
internal sealed class ServiceBusEventPublisher(BusConnection bus) : IEventPublisher
{
    private readonly BatchSender sender = new(bus, BusMessages.EventTopic);

    public Task PublishAsync(OutboxItem item, CancellationToken cancellation) => sender.SendAsync(BusMessages.Of(item), cancellation);
}
