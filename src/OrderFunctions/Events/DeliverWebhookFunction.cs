using System.Text.Json;
using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>
/// Makes attempts when their turns come. A session is one of an endpoint's lanes, so an endpoint that lets us wait holds up its own messages and nobody else's.
/// </summary>
public sealed class DeliverWebhookFunction(MessageDelivery delivery, DeliverWebhook deliver)
{
    [Function(nameof(DeliverWebhook))]
    public Task RunAsync(
        [ServiceBusTrigger("webhook-deliveries", Connection = "ServiceBus", IsSessionsEnabled = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => delivery.RunAsync(message, actions, token => DeliverAsync(message, token), cancellation);

    private async Task<Rejection?> DeliverAsync(ServiceBusReceivedMessage message, CancellationToken cancellation)
    {
        if (Read(message) is not { } turn)
            return new Rejection("NotATurn", "The body is not {webhookId, deliveryId, attempt}.");
        await deliver.RunAsync(turn, cancellation);
        return null;
    }

    private static DeliveryTurn? Read(ServiceBusReceivedMessage message)
    {
        try
        {
            return DeliveryTurn.Parse(message.Body.ToMemory().Span);
        }
        catch (JsonException)
        {
            // Said by the rejection.
            return null;
        }
    }
}
