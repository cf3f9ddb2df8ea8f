using Microsoft.Extensions.Logging;

namespace Orders.Application.Payments;

/// <summary>The second layer of the webhook's way: messages that were stored but not applied are enqueued again.</summary>
public sealed class SweepUnappliedMessages(IProviderMessages messages, IPaymentQueue queue, TimeProvider clock, ILogger<SweepUnappliedMessages> log)
{
    private const int MostPerRun = 500;

    /// <summary>How long a message may be on its way by the queue.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Returns how many were enqueued. The queue's duplicate detection and the message's state make a message too many harmless.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var found = await messages.FindUnappliedAsync(clock.GetUtcNow() - Patience, MostPerRun, cancellation).ConfigureAwait(false);
        foreach (var message in found)
            await queue.EnqueueAsync(message.Source, message.MessageId, cancellation).ConfigureAwait(false);
        if (found.Count > 0)
            log.MessagesEnqueuedAgain(found.Count);
        return found.Count;
    }
}
