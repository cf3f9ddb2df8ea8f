namespace Orders.Workflows;

/// <summary>
/// The activities of the lifecycle, by name. Each takes an <c>OrderRef</c> and returns an <see cref="OrderLook"/> at the document as it is
/// afterwards; each may be repeated. The names stand in histories: append, never rename.
/// </summary>
public static class OrderActivities
{
    public const string LookAtOrder = nameof(LookAtOrder);
    public const string CancelUnpaid = nameof(CancelUnpaid);
    public const string VoidOpenAttempts = nameof(VoidOpenAttempts);
    public const string RefundOwed = nameof(RefundOwed);
    public const string AcceptOrder = nameof(AcceptOrder);
    public const string PassReceiptDeadline = nameof(PassReceiptDeadline);
    public const string CloseOrder = nameof(CloseOrder);

    public static readonly IReadOnlyList<string> All =
        [LookAtOrder, CancelUnpaid, VoidOpenAttempts, RefundOwed, AcceptOrder, PassReceiptDeadline, CloseOrder];
}
