using Orders.Domain;
using Orders.Domain.Payments;

namespace Orders.Application.Events;

/// <summary>What buyers are told. One or two sentences, without personal data.</summary>
public static class NotificationTexts
{
    /// <summary>Null for events that no buyer needs to hear of.</summary>
    public static string? For(OrderEventEnvelope envelope) => envelope.Type switch
    {
        EventTypes.Placed => $"We have your order {envelope.Subject}. Please pay {Total(envelope.Data)} by {envelope.Data.PayBy:yyyy-MM-dd HH:mm} UTC.",
        EventTypes.Paid => $"Your order {envelope.Subject} is paid: {Total(envelope.Data)}. Thank you.",
        EventTypes.PartiallyShipped => $"A part of your order {envelope.Subject} is on its way{Parcel(envelope.Data)}.",
        EventTypes.Shipped => $"Your order {envelope.Subject} is on its way{Parcel(envelope.Data)}.",
        EventTypes.Completed => $"Your order {envelope.Subject} is complete. We hope you like it.",
        EventTypes.Cancelled => $"Your order {envelope.Subject} was cancelled: {envelope.Data.LastReason}.",
        EventTypes.Refunded => $"We sent money back to you for your order {envelope.Subject}; in all {Refunded(envelope.Data)}.",
        _ => null,
    };

    private static string Total(OrderSnapshot order) => MoneyText.Of(new Money(order.Totals.Total, order.Currency));

    private static string Parcel(OrderSnapshot order) => order.Shipments is [.., var last] ? $" with {last.Carrier}, number {last.TrackingNumber}" : "";

    private static string Refunded(OrderSnapshot order)
    {
        var sums = order.Payments
            .Where(payment => payment.Captured is not null)
            .GroupBy(payment => payment.Captured!.Value.Currency)
            .Select(payments => new Money(
                payments.SelectMany(payment => payment.Refunds).Where(refund => refund.Status == RefundStatus.Succeeded).Sum(refund => refund.Amount),
                payments.Key));
        return string.Join(" and ", sums.Where(sum => !sum.IsZero).Select(MoneyText.Of));
    }
}
