namespace Orders.Application.Events;

/// <summary>Why a consumer can't take an event, however often it comes: it belongs among the dead letters.</summary>
/// <param name="Reason">One word, stable: people filter by it.</param>
/// <param name="Description">For people.</param>
public sealed record Rejection(string Reason, string Description);

/// <summary>
/// The way of an event into a consumer: seen before? → effect → remember. A crash between the effect and the remembering repeats the
/// effect, so every effect has a key of its own; a rejected event is not remembered, so that it can be sent again once its cause is mended.
/// </summary>
public sealed class ConsumeEvent(IInbox inbox, OrderPolicy policy, TimeProvider clock)
{
    /// <param name="consumer">Its name, which is its subscription's.</param>
    /// <param name="envelope">The event.</param>
    /// <param name="effect">Null when it had its effect, now or before.</param>
    /// <returns>Null when the event is done with.</returns>
    public async Task<Rejection?> RunAsync(
        string consumer, OrderEventEnvelope envelope, Func<OrderEventEnvelope, CancellationToken, Task<Rejection?>> effect,
        CancellationToken cancellation)
    {
        if (await inbox.HasSeenAsync(consumer, envelope.Id, cancellation).ConfigureAwait(false))
            return null;
        using var span = OrderTracing.Consume(consumer, envelope);
        string? failed = "Failed";
        try
        {
            if (await effect(envelope, cancellation).ConfigureAwait(false) is { } rejection)
            {
                failed = rejection.Reason;
                return rejection;
            }

            failed = null;
        }
        finally
        {
            if (failed is not null)
                span.Failed(failed);
        }

        await inbox.RecordAsync(consumer, envelope.Id, clock.GetUtcNow() + policy.InboxRetention, cancellation).ConfigureAwait(false);
        if (OrderMetrics.ConsumerLag.Enabled)
        {
            OrderMetrics.ConsumerLag.Record(
                (clock.GetUtcNow() - envelope.Time).TotalSeconds, OrderMetrics.By("order.consumer", consumer), OrderMetrics.By("order.event", envelope.Type));
        }

        return null;
    }
}
