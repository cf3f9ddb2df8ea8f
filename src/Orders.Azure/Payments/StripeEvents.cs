using System.Text;
using System.Text.Json.Serialization.Metadata;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Azure.Payments;

/// <summary>What an event of Stripe's says in our words. Money without our ids in its metadata is no payment of ours: another app's, or somebody's by hand.</summary>
internal static class StripeEvents
{
    private const string NotAPaymentOfOurs = "it names no payment of ours in its metadata";

    public static MessageReading Read(StripeEvent @event) => @event.Type switch
    {
        "payment_intent.succeeded" => Read(@event, StripeJson.Default.StripeIntent, Succeeded),
        "payment_intent.canceled" => Read(@event, StripeJson.Default.StripeIntent, Canceled),
        "payment_intent.payment_failed" => Read(@event, StripeJson.Default.StripeIntent, Declined),
        "refund.created" or "refund.updated" or "refund.failed" or "charge.refund.updated" => Read(@event, StripeJson.Default.StripeRefund, Refunded),
        var other => new MessageReading.NoEffect($"{other} changes nothing here"),
    };

    private static MessageReading Read<T>(StripeEvent @event, JsonTypeInfo<T> type, Func<StripeEvent, T, MessageReading> read)
        where T : class =>
        StripeWebhook.TryRead(Encoding.UTF8.GetBytes(@event.Data.Object.GetRawText()), type, out var subject)
            ? read(@event, subject)
            : new MessageReading.Malformed($"its object is none of {@event.Type}");

    private static MessageReading Succeeded(StripeEvent @event, StripeIntent intent) =>
        About(@event, ProviderMessageTypes.PaymentSucceeded, intent.Metadata, intent.AmountReceived, intent.Currency, intent.ChargeId ?? intent.Id, intent.Id);

    private static MessageReading Canceled(StripeEvent @event, StripeIntent intent) =>
        About(@event, ProviderMessageTypes.PaymentFailed, intent.Metadata, intent.Amount, intent.Currency, intent.Id, intent.Id);

    /// <summary>A declined card does not end the intent: the buyer can try again, and we can still withdraw it. So the attempt stays open here too.</summary>
    private static MessageReading Declined(StripeEvent @event, StripeIntent intent) =>
        new MessageReading.NoEffect($"declined ({intent.LastPaymentError}); the attempt stays open");

    private static MessageReading Refunded(StripeEvent @event, StripeRefund refund)
    {
        var type = refund.Word switch
        {
            ProviderRefundStatus.Succeeded => ProviderMessageTypes.RefundSucceeded,
            ProviderRefundStatus.Failed => ProviderMessageTypes.RefundFailed,
            _ => null,
        };
        return type is null
            ? new MessageReading.NoEffect($"the refund is {refund.Status}: not decided")
            : About(@event, type, refund.Metadata, refund.Amount, refund.Currency, refund.Metadata.Get(StripeMetadata.RefundId) ?? refund.Id, providerPaymentId: null);
    }

    private static MessageReading About(
        StripeEvent @event, string type, IReadOnlyDictionary<string, string>? metadata, long amount, string currency, string reference, string? providerPaymentId)
    {
        if (!PaymentId.TryParse(metadata.Get(StripeMetadata.PaymentId), out var paymentId) || !OrderId.TryParse(metadata.Get(StripeMetadata.OrderId), out var orderId))
            return new MessageReading.NotOurs(NotAPaymentOfOurs);
        if (StripeUnits.Read(amount, currency) is not { } money)
            return new MessageReading.NotOurs("its amount can't be one of ours");
        return new MessageReading.Told(new ProviderMessageBody(
            type, DateTimeOffset.FromUnixTimeSeconds(@event.Created),
            new ProviderMessageData(paymentId, orderId, money.Amount, money.Currency, reference) { ProviderPaymentId = providerPaymentId }));
    }
}
