using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Events;

/// <summary>Parts of sentences about an order, for <see cref="NotificationTexts"/>. Amounts by their currency's decimals, times in UTC.</summary>
public static class NotificationWords
{
    private const int MostParcels = 5;

    public static string Total(OrderSnapshot order) => MoneyText.Of(new Money(order.Totals.Total, order.Currency));

    public static string PayBy(OrderSnapshot order) => $"{order.PayBy:yyyy-MM-dd HH:mm} UTC";

    public static string PleasePay(OrderSnapshot order) => $"Please pay {Total(order)} by {PayBy(order)}.";

    /// <summary>Whether the last change of state was somebody's act and not the shop's own or the provider's: see <see cref="OrderSnapshot.LastReason"/>.</summary>
    public static bool IsByAPerson(OrderSnapshot order) => order.LastReason.StartsWith("by ", StringComparison.Ordinal);

    /// <summary>What a payment brought over the total goes back; nothing when there is no such.</summary>
    public static string Excess(OrderSnapshot order)
    {
        var excess = order.Payments
            .Where(payment => payment is { Captured: not null, Kept: > 0 } && payment.Captured.Value.Amount > payment.Kept)
            .Select(payment => payment.Captured!.Value with { Amount = payment.Captured.Value.Amount - payment.Kept })
            .ToList();
        return excess.Count == 0 ? "" : $"You sent {Sum(excess)} more than that; it goes back to you. ";
    }

    public static string NewestParcel(OrderSnapshot order) => order.Shipments is [.., var last] ? $" with {last.Carrier}, number {last.TrackingNumber}" : "";

    /// <summary>What the carriers say, of the newest parcels: an event does not tell which of them it is about.</summary>
    public static string ParcelNews(OrderSnapshot order) => string.Join(
        "; ",
        order.Shipments.Where(parcel => parcel.LastStatus is not null).TakeLast(MostParcels)
            .Select(parcel => $"{parcel.Carrier}, number {parcel.TrackingNumber}: {parcel.LastStatus}"));

    public static string CancelReason(OrderSnapshot order) => order.CancelledBecause switch
    {
        CancelCause.Buyer => " as you wished",
        CancelCause.Merchant => " by the shop",
        CancelCause.Support => " by our support",
        CancelCause.PaymentDeadline => " because it was not paid in time",
        // Events from before it was told.
        _ => $": {order.LastReason}",
    };

    public static string OnItsWayBack(OrderSnapshot order) => Sum(Refunds(order, RefundStatus.Requested));

    public static string NotSentBack(OrderSnapshot order) => Sum(Refunds(order, RefundStatus.Failed));

    public static string Refunded(OrderSnapshot order) => Sum(Refunds(order, RefundStatus.Succeeded));

    /// <summary>Why, of what is on its way back.</summary>
    public static string RefundReasons(OrderSnapshot order)
    {
        var reasons = order.Payments.SelectMany(payment => payment.Refunds).Where(refund => refund.Status == RefundStatus.Requested)
            .Select(refund => WordsFor(refund.Reason)).OfType<string>().Distinct().ToList();
        return reasons.Count == 0 ? "" : $": {string.Join(", and ", reasons)}";
    }

    /// <summary>Null for a reason that needs no words besides the amount.</summary>
    public static string? WordsFor(RefundReason reason) => reason switch
    {
        RefundReason.Late => "it came when the order was over",
        RefundReason.SecondPayment => "the order was paid before",
        RefundReason.Short => "it was less than the order costs",
        RefundReason.Over => "it was more than the order costs",
        RefundReason.OtherCurrency => "it was not in the order's currency",
        RefundReason.AfterSale => "as your after-sale case was decided",
        RefundReason.OutOfStock => "we can't deliver it after all",
        _ => null,
    };

    /// <summary>By currency; empty for nothing.</summary>
    public static string Sum(IEnumerable<Money> amounts) => string.Join(
        " and ",
        amounts.GroupBy(money => money.Currency).Select(of => of.Aggregate((sum, money) => sum + money)).Where(sum => !sum.IsZero).Select(MoneyText.Of));

    private static IEnumerable<Money> Refunds(OrderSnapshot order, RefundStatus status) =>
        from payment in order.Payments
        where payment.Captured is not null
        from refund in payment.Refunds
        where refund.Status == status
        select payment.Captured!.Value with { Amount = refund.Amount };
}
