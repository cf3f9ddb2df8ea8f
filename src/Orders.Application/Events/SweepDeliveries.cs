using Microsoft.Extensions.Logging;

namespace Orders.Application.Events;

/// <summary>
/// The second layer of deliveries: those that have been due for a minute without anybody having made an attempt. Their turn was lost, who sent them died, or
/// their lane is long; in the last case a turn too many does nothing.
/// </summary>
public sealed class SweepDeliveries(IDeliveries deliveries, IDeliveryQueue queue, TimeProvider clock, ILogger<SweepDeliveries> log)
{
    private const int AtOnce = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(10);

    /// <summary>Returns how many were put into the queue again.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var (now, count) = (clock.GetUtcNow(), 0);
        foreach (var due in await deliveries.FindDueAsync(now - Patience, AtOnce, cancellation).ConfigureAwait(false))
        {
            // Moved on first: the sweep of the next minute finds others.
            var later = due with { Version = due.Version + 1, NextAt = now + LookAgainAfter, ClaimedUntil = null };
            if (!await deliveries.SaveAsync(later, cancellation).ConfigureAwait(false))
                continue;
            await queue.EnqueueAsync(DeliveryTurn.Of(later), at: null, cancellation).ConfigureAwait(false);
            count++;
        }

        if (count > 0)
            log.DeliveriesSwept(count);
        return count;
    }
}
