using System.Text.Json;
using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using Orders.Application.Payments;

namespace Orders.Embedded.Payments;

/// <summary>Sends <c>{source, messageId}</c> to the queue <c>payment-messages</c> of the local bus.</summary>
public sealed class BusPaymentQueue(LocalServiceBus bus) : IPaymentQueue
{
    public const string Queue = "payment-messages";

    public Task EnqueueAsync(string source, string messageId, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["source"] = source, ["messageId"] = messageId });
        return bus.SendAsync(Queue, new ServiceBusMessage(body) { MessageId = $"{source}-{messageId}", ContentType = "application/json" });
    }
}
