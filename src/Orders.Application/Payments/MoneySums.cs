using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>Where the money of an order is, per currency.</summary>
public static class MoneySums
{
    /// <summary>In the order's currency first, then as they came. One of zeros when nothing was captured.</summary>
    public static IReadOnlyList<MoneySumView> Of(Order order)
    {
        var sums = order.Payments
            .Where(payment => payment.Captured is not null)
            .GroupBy(payment => payment.Captured!.Value.Currency)
            .OrderBy(payments => payments.Key != order.Currency)
            .Select(payments => payments.Select(payment => Of(order, payment)).Aggregate(Add))
            .ToList();
        return sums.Count > 0 ? sums : [new MoneySumView(order.Currency, 0, 0, 0, 0, 0)];
    }

    private static MoneySumView Of(Order order, OrderPayment payment)
    {
        var captured = payment.Captured!.Value;
        // One that failed and was sent anew counts by its successor.
        var refunded = Sum(payment, RefundStatus.Succeeded);
        var failed = Sum(payment, RefundStatus.Failed);
        var pending = checked(Sum(payment, RefundStatus.Requested) + Sum(payment, RefundStatus.Pending));
        var owed = checked(failed + (order.OwesOn(payment) ? payment.Owed : 0));
        return new(captured.Currency, captured.Amount, refunded, checked(captured.Amount - refunded - pending - owed), pending, owed);
    }

    private static long Sum(OrderPayment payment, RefundStatus status) =>
        payment.Refunds.Where(refund => refund.Status == status && refund.RetriedBy is null).Sum(refund => refund.Amount);

    private static MoneySumView Add(MoneySumView one, MoneySumView other) => checked(new(
        one.Currency, one.Captured + other.Captured, one.Refunded + other.Refunded, one.Kept + other.Kept, one.Pending + other.Pending, one.Owed + other.Owed));
}
