namespace Orders.Application.Events;

/// <summary>CloudEvents types of the topic <c>order-events</c>: one for each kind of saved change. Stable names: append, never rename.</summary>
public static class EventTypes
{
    public const string Placed = "order.placed.v1";
    public const string PaymentRequested = "order.payment-requested.v1";
    public const string PaymentOpened = "order.payment-opened.v1";
    public const string PaymentFailed = "order.payment-failed.v1";
    public const string PaymentVoided = "order.payment-voided.v1";
    public const string MoneyReceived = "order.money-received.v1";
    public const string Paid = "order.paid.v1";
    public const string Accepted = "order.accepted.v1";
    public const string PartiallyShipped = "order.partially-shipped.v1";
    public const string Shipped = "order.shipped.v1";
    public const string ParcelReported = "order.parcel-reported.v1";
    public const string Completed = "order.completed.v1";
    public const string Cancelled = "order.cancelled.v1";
    public const string RefundRequested = "order.refund-requested.v1";
    public const string RefundPending = "order.refund-pending.v1";
    public const string Refunded = "order.refunded.v1";
    public const string RefundFailed = "order.refund-failed.v1";
    public const string Closed = "order.closed.v1";

    // Of after-sale cases. A case that is completed says so, whatever completed it.
    public const string CaseOpened = "order.case-opened.v1";
    public const string CaseApproved = "order.case-approved.v1";
    public const string CaseRejected = "order.case-rejected.v1";
    public const string CaseWithdrawn = "order.case-withdrawn.v1";
    public const string CaseGoodsSent = "order.case-goods-sent.v1";
    public const string CaseGoodsReceived = "order.case-goods-received.v1";
    public const string CaseLapsed = "order.case-lapsed.v1";
    public const string CaseDifferenceDue = "order.case-difference-due.v1";
    public const string CaseDifferencePaid = "order.case-difference-paid.v1";
    public const string CaseReplacementSent = "order.case-replacement-sent.v1";
    public const string CaseFellBack = "order.case-fell-back.v1";
    public const string CaseRefundFailed = "order.case-refund-failed.v1";
    public const string CaseRefundRetried = "order.case-refund-retried.v1";
    public const string CaseCompleted = "order.case-completed.v1";
    public const string CaseWithoutStock = "order.case-without-stock.v1";

    /// <summary>What is of a person was taken out of the order.</summary>
    public const string Erased = "order.erased.v1";

    public static readonly IReadOnlyList<string> All =
    [
        Placed, PaymentRequested, PaymentOpened, PaymentFailed, PaymentVoided, MoneyReceived, Paid, Accepted, PartiallyShipped, Shipped, ParcelReported,
        Completed, Cancelled, RefundRequested, Refunded, RefundFailed, Closed, RefundPending,
        CaseOpened, CaseApproved, CaseRejected, CaseWithdrawn, CaseGoodsSent, CaseGoodsReceived, CaseLapsed, CaseDifferenceDue, CaseDifferencePaid,
        CaseReplacementSent, CaseFellBack, CaseRefundFailed, CaseRefundRetried, CaseCompleted, CaseWithoutStock,
        Erased,
    ];
}
