using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using Microsoft.Data.Sqlite;
using Orders.Application;
using Orders.Application.Checkout;

namespace Orders.Embedded.Checkout;

/// <summary>Sends tickets to the queue <c>sale-orders</c> of the local bus.</summary>
public sealed class BusSaleQueue(LocalServiceBus bus) : ISaleQueue
{
    public const string Queue = "sale-orders";

    public async Task EnqueueAsync(SaleOrderMessage message, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            await bus.SendAsync(Queue, new ServiceBusMessage(message.Write()) { MessageId = message.MessageId, ContentType = "application/json" }).ConfigureAwait(false);
        }
        catch (SqliteException broken)
        {
            throw new DependencyUnavailableException($"The queue {Queue}", broken);
        }
    }

    public Task<SaleBacklog> LookAsync(CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult(new SaleBacklog(bus.Counts[Queue].Active, bus.OldestIn(Queue)));
        }
        catch (SqliteException broken)
        {
            return Task.FromException<SaleBacklog>(new DependencyUnavailableException($"The queue {Queue}", broken));
        }
    }
}
