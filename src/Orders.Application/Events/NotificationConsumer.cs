namespace Orders.Application.Events;

/// <summary>Tells buyers what happens to their orders, once per event, and the systems of the shop that want to hear of it.</summary>
public sealed class NotificationConsumer(INotifier notifier, QueueWebhooks webhooks, ConsumeEvent consume)
{
    public const string Name = "notification";

    /// <summary>What it wants to hear of: what a buyer is told, and only that is told to the systems of the shop (<see cref="WebhookTypes"/>).</summary>
    public static readonly IReadOnlyList<string> Types = [.. EventTypes.All.Where(type => NotificationTexts.Rows.GetValueOrDefault(type) is Telling.Text)];

    /// <returns>Null when the event is done with.</returns>
    public Task<Rejection?> RunAsync(OrderEventEnvelope envelope, CancellationToken cancellation) =>
        NotificationTexts.For(envelope) is { } text
            ? consume.RunAsync(Name, envelope, (e, token) => TellAsync(e, text, token), cancellation)
            : Task.FromResult<Rejection?>(null);

    private async Task<Rejection?> TellAsync(OrderEventEnvelope envelope, string text, CancellationToken cancellation)
    {
        await notifier.NotifyAsync(new Notification(envelope.Id, envelope.Order, text, envelope.Time), cancellation).ConfigureAwait(false);
        await webhooks.RunAsync(envelope, text, cancellation).ConfigureAwait(false);
        return null;
    }
}
