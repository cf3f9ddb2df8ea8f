using System.Text.Json;
using OrderFunctions.Events;
using Orders.Application.Events;
using Orders.Application.Payments;

namespace OrderFunctions.Payments;

/// <summary>A message of the queue <c>payment-messages</c>: where to find what a provider said.</summary>
public sealed record StoredMessageName(string Source, string MessageId);

/// <summary>Applies what providers said, after it was stored and answered.</summary>
public sealed class ApplyProviderMessageFunction(MessageDelivery delivery, ApplyProviderMessage apply)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Function(nameof(ApplyProviderMessage))]
    public Task RunAsync(
        [ServiceBusTrigger("payment-messages", Connection = "ServiceBus", AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation) => delivery.RunAsync(message, actions, token => ApplyAsync(message, token), cancellation);

    private async Task<Rejection?> ApplyAsync(ServiceBusReceivedMessage message, CancellationToken cancellation)
    {
        if (Read(message) is not { Source: not null, MessageId: not null } name)
            return new Rejection("NotAMessageName", "The body is not {source, messageId}.");
        return await apply.RunAsync(name.Source, name.MessageId, cancellation) == ApplyMessageOutcome.NoSuchMessage
            ? new Rejection("NoSuchMessage", $"No message {name.MessageId} of {name.Source} is stored.")
            : null;
    }

    private static StoredMessageName? Read(ServiceBusReceivedMessage message)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredMessageName>(message.Body.ToMemory().Span, Json);
        }
        catch (JsonException)
        {
            // Said by the rejection.
            return null;
        }
    }
}
