using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>Reading and replacing the payments of an order.</summary>
internal static class OrderPayments
{
    /// <summary>Whether the provider may still take the buyer's money for it.</summary>
    public static bool IsUnresolved(this OrderPayment payment) => payment.Status is PaymentStatus.Opening or PaymentStatus.Open;

    public static OrderPayment? FindPayment(this Order order, PaymentId paymentId) =>
        order.Payments.FirstOrDefault(payment => payment.PaymentId == paymentId);

    public static (OrderPayment Payment, OrderRefund Refund)? FindRefund(this Order order, string refundId)
    {
        foreach (var payment in order.Payments)
        {
            if (payment.Refunds.FirstOrDefault(refund => refund.RefundId == refundId) is { } refund)
                return (payment, refund);
        }

        return null;
    }

    /// <summary>The order with this payment in place of the one with its id. Not a new version yet.</summary>
    public static Order With(this Order order, OrderPayment payment) => order with
    {
        Payments = [.. order.Payments.Select(other => other.PaymentId == payment.PaymentId ? payment : other)],
    };

    /// <summary>The order with this refund in place of the one with its id, and the sum of what went back. Not a new version yet.</summary>
    public static Order With(this Order order, OrderPayment payment, OrderRefund refund)
    {
        var refunds = payment.Refunds.Select(other => other.RefundId == refund.RefundId ? refund : other);
        var changed = order.With(payment with { Refunds = [.. refunds] });
        return changed with { Totals = changed.Totals with { Refunded = changed.RefundedInOwnCurrency() } };
    }

    private static long RefundedInOwnCurrency(this Order order) => order.Payments
        .Where(payment => payment.Captured?.Currency == order.Currency)
        .SelectMany(payment => payment.Refunds)
        .Where(refund => refund.Status == RefundStatus.Succeeded)
        .Aggregate(0L, (sum, refund) => checked(sum + refund.Amount));
}
