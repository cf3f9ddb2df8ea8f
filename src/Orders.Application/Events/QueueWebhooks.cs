using System.Security.Cryptography;
using System.Text;
using Orders.Application.Access;

namespace Orders.Application.Events;

/// <summary>
/// Puts a message for each endpoint that wants it into the outbox of deliveries, and then into the queue. The delivery's id is its key, so a repeated event
/// makes no second one; a message that is lost on its way to the queue is found by the sweep.
/// </summary>
public sealed class QueueWebhooks(WebhookDirectory directory, IDeliveries deliveries, IDeliveryQueue queue, TimeProvider clock)
{
    /// <param name="envelope">The event.</param>
    /// <param name="text">What the buyer is told of it.</param>
    public async Task RunAsync(OrderEventEnvelope envelope, string text, CancellationToken cancellation)
    {
        var type = WebhookTypes.Of(envelope.Type);
        var known = await directory.KnownAsync(cancellation).ConfigureAwait(false);
        var wanting = known.Endpoints.Where(endpoint => endpoint.Wants(type)).ToList();
        if (wanting.Count == 0)
            return;
        var (body, now) = (WebhookBody.Of(envelope, text), clock.GetUtcNow());
        await AddAsync([.. wanting.Select(endpoint => WebhookDelivery.New(endpoint.WebhookId, envelope.Id, type, body, now))], cancellation).ConfigureAwait(false);
    }

    internal async Task AddAsync(IReadOnlyList<WebhookDelivery> added, CancellationToken cancellation)
    {
        await deliveries.AddAsync(added, cancellation).ConfigureAwait(false);
        foreach (var delivery in added)
            await queue.EnqueueAsync(DeliveryTurn.Of(delivery), at: null, cancellation).ConfigureAwait(false);
    }
}

/// <summary>Sends an endpoint a message that means nothing, to see whether it arrives.</summary>
public sealed class TestWebhook(WebhookDirectory directory, QueueWebhooks queue, TimeProvider clock)
{
    /// <param name="key">The caller's idempotency key, or what else makes this request one of a kind.</param>
    public async Task<Result<DeliveryView>> RunAsync(Caller caller, string webhookId, string key, CancellationToken cancellation)
    {
        if (!WebhookId.TryParse(webhookId, out var id)
            || (await directory.ReadAsync(cancellation).ConfigureAwait(false)).Find(id) is not { } endpoint)
        {
            return WebhookChanges.NoSuchWebhook;
        }

        if (!endpoint.IsEnabled)
            return new Refusal.WebhookIsDisabled();
        var now = clock.GetUtcNow();
        var message = "test-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"test\n{caller.UserId}\n{key}")).AsSpan(0, 12));
        var delivery = WebhookDelivery.New(id, message, WebhookTypes.Test, WebhookBody.OfTest(id, now), now);
        await queue.AddAsync([delivery], cancellation).ConfigureAwait(false);
        return DeliveryView.Of(delivery);
    }
}
