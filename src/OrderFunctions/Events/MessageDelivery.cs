using Microsoft.Extensions.Logging;
using Orders.Application;
using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>
/// The pauses of a consumer whose dependency is away, within one delivery: shorter in all than the host renews the lock (5 minutes). A
/// stepped host sets none, for its clock stands still while a function runs.
/// </summary>
public sealed record DeliveryPauses(IReadOnlyList<TimeSpan> Pauses)
{
    public static readonly DeliveryPauses Default =
        new([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)]);

    /// <summary>How long a message that a bug stopped stays where it is before the host gives it back: longer with each delivery. Null when there are no pauses.</summary>
    public TimeSpan? AfterBug(int deliveryCount) => Pauses.Count == 0 ? null : Pauses[Math.Clamp(deliveryCount, 1, Pauses.Count) - 1];
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
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await SettleAsync(message, actions, await handle(cancellation), cancellation);
                return;
            }
            catch (DependencyUnavailableException away) when (attempt < patience.Pauses.Count)
            {
                log.DeliveryPaused(away, message.MessageId, patience.Pauses[attempt]);
            }
            catch (DependencyUnavailableException away)
            {
                log.DeliveryAbandoned(away, message.MessageId, message.DeliveryCount);
                await actions.AbandonMessageAsync(message, propertiesToModify: null, cancellation);
                return;
            }

            catch (Exception bug) when (bug is not OperationCanceledException && patience.AfterBug(message.DeliveryCount) is not null)
            {
                // The edge of the host: it hears of the bug as it was thrown.
                log.DeliveryFailed(bug, message.MessageId, message.DeliveryCount);
                await Task.Delay(patience.AfterBug(message.DeliveryCount)!.Value, clock, cancellation);
                throw;
            }

            await Task.Delay(patience.Pauses[attempt], clock, cancellation);
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
