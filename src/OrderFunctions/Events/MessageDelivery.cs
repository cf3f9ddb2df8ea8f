using Microsoft.Extensions.Logging;
using Orders.Application;
using Orders.Application.Events;
using Orders.Azure.Resilience;

namespace OrderFunctions.Events;

/// <summary>
/// The pauses of a consumer whose dependency is away, within one delivery. A stepped host sets none, for its clock stands still while a function runs.
/// </summary>
public sealed record DeliveryPauses(IReadOnlyList<TimeSpan> Pauses)
{
    public static readonly DeliveryPauses Default =
        new([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)]);

    /// <summary>
    /// How long a delivery takes at most, tries and pauses: the host renews the lock for 5 minutes, and ends a function after 5. Each try may wait for a call's whole bound, so of those
    /// that hang fewer fit than there are pauses.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(4.5);

    /// <summary>How long to wait for the next try; null when it must not begin, because there were enough or it might not end in time.</summary>
    /// <param name="attempt">From 0.</param>
    /// <param name="elapsed">Since the delivery began.</param>
    public TimeSpan? After(int attempt, TimeSpan elapsed) =>
        attempt < Pauses.Count && elapsed + Pauses[attempt] + PipelineOptions.LongestCall <= Longest ? Pauses[attempt] : null;

    /// <summary>
    /// How long a message that a bug stopped stays where it is before the host gives it back: longer with each delivery, as far as there is time. Null when there are no pauses.
    /// </summary>
    public TimeSpan? AfterBug(int deliveryCount, TimeSpan elapsed)
    {
        if (Pauses.Count == 0)
            return null;
        var (pause, left) = (Pauses[Math.Clamp(deliveryCount, 1, Pauses.Count) - 1], Longest - elapsed);
        return left <= TimeSpan.Zero ? TimeSpan.Zero : pause < left ? pause : left;
    }
}

/// <summary>
/// Settles one message by what its handler makes of it: done → complete; rejected → dead letter with the reason; dependency away → wait in
/// place (Service Bus would deliver again at once and be out of deliveries in a second), then abandon. A bug throws, after a pause of its own for the same
/// reason: the host abandons, and the last delivery makes it a dead letter.
/// </summary>
public sealed class MessageDelivery(DeliveryPauses patience, TimeProvider clock, ILogger<MessageDelivery> log)
{
    public async Task RunAsync(
        ServiceBusReceivedMessage message, ServiceBusMessageActions actions, Func<CancellationToken, Task<Rejection?>> handle,
        CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await SettleAsync(message, actions, await handle(cancellation), cancellation);
                return;
            }
            catch (DependencyUnavailableException away) when (patience.After(attempt, clock.GetElapsedTime(began)) is { } pause)
            {
                log.DeliveryPaused(away, message.MessageId, pause);
                await Task.Delay(pause, clock, cancellation);
            }
            catch (DependencyUnavailableException away)
            {
                log.DeliveryAbandoned(away, message.MessageId, message.DeliveryCount);
                await actions.AbandonMessageAsync(message, propertiesToModify: null, cancellation);
                return;
            }
            catch (Exception bug) when (bug is not OperationCanceledException && patience.AfterBug(message.DeliveryCount, clock.GetElapsedTime(began)) is { } pause)
            {
                // The edge of the host: it hears of the bug as it was thrown.
                log.DeliveryFailed(bug, message.MessageId, message.DeliveryCount);
                await Task.Delay(pause, clock, cancellation);
                throw;
            }
        }
    }

    private async Task SettleAsync(
        ServiceBusReceivedMessage message, ServiceBusMessageActions actions, Rejection? rejection, CancellationToken cancellation)
    {
        if (rejection is null)
        {
            await actions.CompleteMessageAsync(message, cancellation);
            return;
        }

        OrderMetrics.DeadLetters.Add(1, OrderMetrics.By("order.rejection", rejection.Reason));
        log.MessageRejected(message.MessageId, rejection.Reason, rejection.Description);
        await actions.DeadLetterMessageAsync(message, propertiesToModify: null, rejection.Reason, rejection.Description, cancellation);
    }
}
