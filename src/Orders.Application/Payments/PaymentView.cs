using Orders.Domain;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>An attempt to pay, as the API answers it. What was captured may be of another currency than what was asked for.</summary>
/// <param name="Amount">What is to be paid, in minor units of <paramref name="Currency"/>.</param>
/// <param name="PayUrl">Where the buyer pays; null until the provider answered.</param>
/// <param name="Captured">What arrived; null before.</param>
/// <param name="Refunds">What goes or went back of it, in its currency.</param>
/// <param name="ForCase">The exchange whose difference it is to pay; null for a payment of the order itself.</param>
public sealed record PaymentView(
    PaymentId PaymentId, OrderId OrderId, long Amount, Currency Currency, PaymentStatus Status, string Provider, string? PayUrl, DateTime OpenedAt,
    Money? Captured, DateTime? CapturedAt, IReadOnlyList<RefundView> Refunds, CaseId? ForCase)
{
    public static PaymentView Of(OrderId orderId, OrderPayment payment) => new(
        payment.PaymentId, orderId, payment.Amount.Amount, payment.Amount.Currency, payment.Status, payment.Provider, payment.PayUrl,
        payment.OpenedAt.UtcDateTime, payment.Captured, payment.CapturedAt?.UtcDateTime, [.. payment.Refunds.Select(RefundView.Of)],
        payment.ForCase);
}

/// <summary>Money on its way back.</summary>
/// <param name="ForCase">The after-sale case that it is for; null for money that was never kept.</param>
/// <param name="RetriedBy">The refund that was sent in its place after it had failed.</param>
/// <param name="SettledOutside">How it was paid back outside the provider.</param>
public sealed record RefundView(
    string RefundId, long Amount, RefundReason Reason, RefundStatus Status, DateTime RequestedAt, CaseId? ForCase, string? RetriedBy, string? SettledOutside)
{
    public static RefundView Of(OrderRefund refund) => new(
        refund.RefundId, refund.Amount, refund.Reason, refund.Status, refund.RequestedAt.UtcDateTime, refund.ForCase, refund.RetriedBy, refund.SettledOutside);
}
