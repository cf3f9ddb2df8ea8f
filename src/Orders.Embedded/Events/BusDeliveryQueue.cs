using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using Microsoft.Data.Sqlite;
using Orders.Application;
using Orders.Application.Events;

namespace Orders.Embedded.Events;

/// <summary>Sends turns to the queue <c>webhook-deliveries</c> of the local bus. A session is a lane of an endpoint.</summary>
public sealed class BusDeliveryQueue(LocalServiceBus bus) : IDeliveryQueue
{
    public const string Queue = "webhook-deliveries";

    public async Task EnqueueAsync(DeliveryTurn turn, DateTimeOffset? at, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var message = new ServiceBusMessage(turn.Write()) { MessageId = turn.MessageId, SessionId = turn.Lane, ContentType = "application/json" };
        try
        {
            await (at is { } due ? bus.ScheduleAsync(Queue, due, message) : bus.SendAsync(Queue, message)).ConfigureAwait(false);
        }
        catch (SqliteException broken)
        {
            throw new DependencyUnavailableException($"The queue {Queue}", broken);
        }
    }
}
