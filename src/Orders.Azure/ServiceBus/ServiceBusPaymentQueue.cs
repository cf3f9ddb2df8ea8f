using Orders.Application.Payments;

namespace Orders.Azure.ServiceBus;

/// <summary>Sends <c>{source, messageId}</c> to the queue <c>payment-messages</c>.</summary>
internal sealed class ServiceBusPaymentQueue(BusConnection bus) : IPaymentQueue
{
    public Task EnqueueAsync(string source, string messageId, CancellationToken cancellation) =>
        bus.SendAsync(BusMessages.PaymentQueue, BusMessages.OfProviderMessage(source, messageId), at: null, cancellation);
}
