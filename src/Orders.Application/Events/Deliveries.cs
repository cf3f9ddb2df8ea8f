namespace Orders.Application.Events;

/// <summary>The query of a list, as a client sends it.</summary>
public sealed record ListDeliveriesRequest(string? Status, string? Limit, string? Cursor);

/// <summary>An endpoint's deliveries, the newest first, each with the log of its attempts.</summary>
public sealed class ListDeliveries(WebhookDirectory directory, IDeliveries deliveries, PageCursors cursors)
{
    public async Task<Result<Page<DeliveryView>>> RunAsync(string webhookId, ListDeliveriesRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var status = CheckStatus(form, request.Status);
        var limit = Paging.Limit(form, request.Limit);
        if (form.Refusal is { } refusal)
            return refusal;
        if (!WebhookId.TryParse(webhookId, out var id) || (await directory.ReadAsync(cancellation).ConfigureAwait(false)).Find(id) is null)
            return WebhookChanges.NoSuchWebhook;
        return await cursors.ReadAsync(
            request.Cursor,
            async cursor =>
            {
                var page = await deliveries.ListAsync(id, status, limit, cursor, cancellation).ConfigureAwait(false);
                return new Page<DeliveryView>([.. page.Items.Select(DeliveryView.Of)], page.NextCursor);
            }).ConfigureAwait(false);
    }

    private static DeliveryStatus? CheckStatus(Form form, string? status)
    {
        if (string.IsNullOrEmpty(status))
            return null;
        foreach (var known in Enum.GetValues<DeliveryStatus>())
        {
            if (known.ToString().ToLowerInvariant() == status)
                return known;
        }

        form.Error("status", "must be one of pending, delivered, failed");
        return null;
    }
}

/// <summary>Sends a delivery again now, whatever came of it before. While it is being sent nothing is changed.</summary>
public sealed class RetryDelivery(WebhookDirectory directory, IDeliveries deliveries, IDeliveryQueue queue, TimeProvider clock)
{
    private const int MostTries = 10;

    public async Task<Result<DeliveryView>> RunAsync(string webhookId, string deliveryId, CancellationToken cancellation)
    {
        if (!WebhookId.TryParse(webhookId, out var id) || (await directory.ReadAsync(cancellation).ConfigureAwait(false)).Find(id) is not { } endpoint)
            return WebhookChanges.NoSuchWebhook;
        if (!endpoint.IsEnabled)
            return new Refusal.WebhookIsDisabled();
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (await deliveries.FindAsync(id, deliveryId, cancellation).ConfigureAwait(false) is not { } read)
                return new Refusal.NotFound("delivery");
            var now = clock.GetUtcNow();
            if (read.ClaimedUntil > now)
                return DeliveryView.Of(read);
            var again = read with
            {
                Version = read.Version + 1,
                Status = DeliveryStatus.Pending,
                NextAt = now,
                ClaimedUntil = null,
                EndedAt = null,
                Note = null,
            };
            if (!await deliveries.SaveAsync(again, cancellation).ConfigureAwait(false))
                continue;
            await queue.EnqueueAsync(DeliveryTurn.Of(again), at: null, cancellation).ConfigureAwait(false);
            return DeliveryView.Of(again);
        }

        throw new DependencyUnavailableException($"delivery {deliveryId}, written by many at once,");
    }
}
