using Orders.Application.Events;

namespace Orders.Azure.ServiceBus;

/// <summary>Sends turns to the queue <c>webhook-deliveries</c>, those of later as scheduled messages. A session is a lane of an endpoint.</summary>
internal sealed class ServiceBusDeliveryQueue(BusConnection bus) : IDeliveryQueue
{
    public Task EnqueueAsync(DeliveryTurn turn, DateTimeOffset? at, CancellationToken cancellation) =>
        bus.SendAsync(BusMessages.DeliveryQueue, BusMessages.Of(turn), at, cancellation);
}
