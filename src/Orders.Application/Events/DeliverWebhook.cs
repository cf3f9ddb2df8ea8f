using System.Text;
using Microsoft.Extensions.Logging;
using Orders.Application.Payments;

namespace Orders.Application.Events;

/// <summary>
/// One attempt: claim → send → judge the endpoint → record → set the next one's time. The claim comes first, so that nobody else sends it meanwhile; a crash
/// after it leaves the delivery to the sweep, which has it sent again under the same id. So it arrives at least once, and receivers know it by its id.
/// </summary>
public sealed class DeliverWebhook(
    IDeliveries deliveries, WebhookDirectory directory, WebhookChanges changes, IWebhookSender sender, IDeliveryQueue queue, WebhookPolicy policy,
    TimeProvider clock, ILogger<DeliverWebhook> log)
{
    private const int MostTries = 10;

    /// <summary>A turn that is not the delivery's next, or whose delivery somebody is sending, does nothing.</summary>
    public async Task RunAsync(DeliveryTurn turn, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await deliveries.FindAsync(turn.WebhookId, turn.DeliveryId, cancellation).ConfigureAwait(false) is not { Status: DeliveryStatus.Pending } delivery
            || delivery.AttemptCount != turn.Attempt
            || delivery.ClaimedUntil > now)
        {
            return;
        }

        if ((await directory.ReadAsync(cancellation).ConfigureAwait(false)).Find(turn.WebhookId) is not { IsEnabled: true } endpoint)
        {
            await deliveries.SaveAsync(DeliveryRules.End(delivery, "the endpoint is disabled or deleted", now), cancellation).ConfigureAwait(false);
            return;
        }

        var claimed = delivery with { Version = delivery.Version + 1, ClaimedUntil = now + policy.Claim, NextAt = now + policy.Claim };
        if (!await deliveries.SaveAsync(claimed, cancellation).ConfigureAwait(false))
            return;
        var outcome = await SendAsync(endpoint, claimed, cancellation).ConfigureAwait(false);
        await JudgeAsync(endpoint, outcome, cancellation).ConfigureAwait(false);
        if (await RecordAsync(claimed, outcome, cancellation).ConfigureAwait(false) is { NextAt: { } next } pending)
            await queue.EnqueueAsync(DeliveryTurn.Of(pending), next, cancellation).ConfigureAwait(false);
    }

    private async Task<SendOutcome> SendAsync(WebhookEndpoint endpoint, WebhookDelivery delivery, CancellationToken cancellation)
    {
        var (now, body) = (clock.GetUtcNow(), Encoding.UTF8.GetBytes(delivery.Body));
        var signatures = string.Join(' ', endpoint.SecretsAt(now).Select(secret => StandardWebhook.Sign(secret, delivery.EventId, now, body)));
        try
        {
            return await sender.SendAsync(new WebhookMessage(new Uri(endpoint.Url), delivery.EventId, now, signatures, body), cancellation).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException away)
        {
            // Unknown whether it arrived, like any lost answer: the table of waits is the way to repeat it.
            log.WebhookNotSent(away, delivery.DeliveryId);
            return new SendOutcome.NotReached("it could not be sent");
        }
    }

    /// <summary>Costs a write only when the endpoint begins or ceases to fail, or is disabled.</summary>
    private async Task JudgeAsync(WebhookEndpoint endpoint, SendOutcome outcome, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (ReferenceEquals(DeliveryRules.Judge(endpoint, outcome, now), endpoint))
            return;
        var disabled = false;
        await changes.ChangeAsync(
            endpoint.WebhookId,
            Result<WebhookEndpoint> (read) =>
            {
                var judged = DeliveryRules.Judge(read, outcome, now);
                disabled = read.IsEnabled && !judged.IsEnabled;
                return judged;
            },
            cancellation).ConfigureAwait(false);
        if (disabled)
            log.WebhookDisabled(endpoint.WebhookId.Value, outcome is SendOutcome.Answered { StatusCode: var status } ? status : 0);
    }

    /// <summary>The delivery as it is recorded; null when somebody else has ended it meanwhile.</summary>
    private async Task<WebhookDelivery?> RecordAsync(WebhookDelivery claimed, SendOutcome outcome, CancellationToken cancellation)
    {
        var read = claimed;
        for (var attempt = 0; attempt < MostTries && read is { Status: DeliveryStatus.Pending }; attempt++)
        {
            var recorded = DeliveryRules.Record(read, outcome, clock.GetUtcNow(), policy);
            if (await deliveries.SaveAsync(recorded, cancellation).ConfigureAwait(false))
            {
                if (recorded.Status == DeliveryStatus.Failed)
                {
                    OrderMetrics.WebhooksGivenUp.Add(1);
                    log.WebhookGivenUp(recorded.DeliveryId, recorded.AttemptCount);
                }

                return recorded;
            }

            read = await deliveries.FindAsync(claimed.WebhookId, claimed.DeliveryId, cancellation).ConfigureAwait(false);
        }

        return null;
    }
}
