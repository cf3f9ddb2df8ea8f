using Azure.Messaging.ServiceBus;
using Orders.Application.Checkout;

namespace Orders.Azure.ServiceBus;

/// <summary>
/// Sends tickets to the queue <c>sale-orders</c>, in batches, and tells how many wait. The bus' own count takes the right to manage the namespace, which an app
/// should not have; its numbers have no gaps, so the first and the last message that wait say it too, but for those between them that are done already.
/// </summary>
internal sealed class ServiceBusSaleQueue(BusConnection bus) : ISaleQueue
{
    private static readonly BusEntity Queue = BusEntities.Find(BusMessages.SaleQueue)!;

    private readonly BatchSender sender = new(bus, BusMessages.SaleQueue);

    public Task EnqueueAsync(SaleOrderMessage message, CancellationToken cancellation) => sender.SendAsync(BusMessages.Of(message), cancellation);

    public async Task<SaleBacklog> LookAsync(CancellationToken cancellation) =>
        await FirstFromAsync(0, cancellation).ConfigureAwait(false) is { } oldest
            ? new SaleBacklog(await LastNumberAsync(oldest.SequenceNumber, cancellation).ConfigureAwait(false) - oldest.SequenceNumber + 1, oldest.EnqueuedTime)
            : new SaleBacklog(0, Oldest: null);

    /// <summary>By steps that double until they lead past the end, and then halve: some twenty looks for a hundred thousand messages.</summary>
    private async Task<long> LastNumberAsync(long first, CancellationToken cancellation)
    {
        var (last, step) = (first, 1L);
        while (await FirstFromAsync(last + step, cancellation).ConfigureAwait(false) is { } found)
            (last, step) = (found.SequenceNumber, step * 2);
        for (step /= 2; step > 0; step /= 2)
        {
            if (await FirstFromAsync(last + step, cancellation).ConfigureAwait(false) is { } found)
                last = found.SequenceNumber;
        }

        return last;
    }

    private async Task<ServiceBusReceivedMessage?> FirstFromAsync(long number, CancellationToken cancellation) =>
        (await bus.PeekAsync(Queue, SubQueue.None, number, most: 1, cancellation).ConfigureAwait(false)).FirstOrDefault();
}
