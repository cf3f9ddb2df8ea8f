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

    public static readonly IReadOnlyList<string> All =
    [
        Placed, PaymentRequested, PaymentOpened, PaymentFailed, PaymentVoided, MoneyReceived, Paid, Accepted, PartiallyShipped, Shipped, ParcelReported,
        Completed, Cancelled, RefundRequested, Refunded, RefundFailed, Closed, RefundPending,
    ];
}
