using Azure.Messaging.ServiceBus;
using Orders.Application;

namespace Orders.Azure.ServiceBus;

/// <summary>
/// Takes certain letters out of a dead-letter queue. Service Bus gives no message by its number: one receives from the front, holds what is not wanted so that it
/// does not come again, takes what is, and gives the rest back. Giving back does no harm: what is dead dies no second time. So a letter that lies behind more
/// than <see cref="MostHeld"/> others can't be reached before those in front are gone.
/// </summary>
internal sealed class DeadLetterRemoval(BusConnection bus)
{
    /// <summary>Held at once. What is received and given back within seconds, far from the minute that a lock lasts.</summary>
    internal const int MostHeld = 2_000;

    private const int PeekedAtOnce = 100;
    private const int ReceivedAtOnce = 250;
    private const int GivenBackAtOnce = 50;

    /// <summary>For a message to come; of those that are there and free the first ones come at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>For one that was asked for and is on its way already.</summary>
    private static readonly TimeSpan ShortPatience = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes those that are there; returns how many.</summary>
    /// <param name="before">Done with each under its lock, before it is taken away; what it throws leaves the letter there.</param>
    /// <exception cref="DependencyUnavailableException">Some may be gone; or somebody else has one locked, or too many lie before it.</exception>
    public async Task<int> TakeAsync(
        BusEntity entity, IReadOnlyCollection<long> numbers, Func<ServiceBusReceivedMessage, Task>? before, CancellationToken cancellation)
    {
        var wanted = await ThoseThereAsync(entity, numbers, cancellation).ConfigureAwait(false);
        if (wanted.Count == 0)
            return 0;
        var (count, outstanding, held) = (wanted.Count, 0, new List<ServiceBusReceivedMessage>());
        var receiver = bus.Receive(entity, SubQueue.DeadLetter);
        await using (receiver.ConfigureAwait(false))
        {
            try
            {
                while (wanted.Count > 0 && held.Count < MostHeld && await ReceiveAsync(wanted.Count + held.Count).ConfigureAwait(false) is { Count: > 0 } some)
                {
                    foreach (var message in some.Where(message => wanted.Contains(message.SequenceNumber)))
                        await TakeOneAsync(message).ConfigureAwait(false);
                }
            }
            finally
            {
                await GiveBackAsync(receiver, entity, held, outstanding).ConfigureAwait(false);
            }
        }

        // What is there and did not come is locked by somebody who is at it, or lies too far behind.
        return (await ThoseThereAsync(entity, wanted, cancellation).ConfigureAwait(false)).Count == 0
            ? count - wanted.Count
            : throw new DependencyUnavailableException($"A dead letter of {entity.Path}, which others have locked or which lies behind {MostHeld} others,");

        async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int most)
        {
            most = Math.Min(most, ReceivedAtOnce);
            var some = await bus.RunAsync(entity.Path, token => receiver.ReceiveMessagesAsync(most, Patience, token), cancellation).ConfigureAwait(false);
            held.AddRange(some);
            outstanding = most - some.Count;
            return some;
        }

        async Task TakeOneAsync(ServiceBusReceivedMessage message)
        {
            if (before is not null)
                await before(message).ConfigureAwait(false);
            await CompleteAsync(receiver, entity, message, cancellation).ConfigureAwait(false);
            wanted.Remove(message.SequenceNumber);
            held.Remove(message);
        }
    }

    private async Task CompleteAsync(ServiceBusReceiver receiver, BusEntity entity, ServiceBusReceivedMessage message, CancellationToken cancellation)
    {
        try
        {
            await bus.RunAsync(entity.Path, token => receiver.CompleteMessageAsync(message, token), cancellation).ConfigureAwait(false);
        }
        catch (ServiceBusException late) when (late.Reason is ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.MessageNotFound)
        {
            // It was not in time: the letter may lie there still.
            throw new DependencyUnavailableException($"Service Bus ({entity.Path})", late);
        }
    }

    /// <summary>Those of the numbers under which a letter lies there.</summary>
    private async Task<HashSet<long>> ThoseThereAsync(BusEntity entity, IReadOnlyCollection<long> numbers, CancellationToken cancellation)
    {
        var (there, rest) = (new HashSet<long>(), new SortedSet<long>(numbers));
        while (rest.Count > 0
            && await bus.PeekAsync(entity, SubQueue.DeadLetter, rest.Min, PeekedAtOnce, cancellation).ConfigureAwait(false) is { Count: > 0 } some)
        {
            there.UnionWith(some.Select(message => message.SequenceNumber).Where(rest.Contains));
            rest.RemoveWhere(number => number <= some[^1].SequenceNumber);
        }

        return there;
    }

    /// <summary>
    /// Also when the caller has gone. A call gives what has come so far; the rest of what it asked for comes all the same, is locked, and is nobody's unless it is
    /// taken in here.
    /// </summary>
    private async Task GiveBackAsync(ServiceBusReceiver receiver, BusEntity entity, List<ServiceBusReceivedMessage> held, int outstanding)
    {
        try
        {
            while (outstanding > 0 && await bus.RunAsync(
                entity.Path, token => receiver.ReceiveMessagesAsync(outstanding, ShortPatience, token), CancellationToken.None).ConfigureAwait(false) is { Count: > 0 } late)
            {
                held.AddRange(late);
                outstanding -= late.Count;
            }

            foreach (var some in held.Chunk(GivenBackAtOnce))
            {
                await Task.WhenAll(some.Select(message => bus.RunAsync(
                    entity.Path, token => receiver.AbandonMessageAsync(message, propertiesToModify: null, token), CancellationToken.None))).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is DependencyUnavailableException or ServiceBusException)
        {
            // Their locks end by themselves within a minute; what was done is done.
        }
    }
}
