namespace Orders.Domain.Payments;

/// <summary>Where an attempt to pay stands.</summary>
public enum PaymentStatus
{
    /// <summary>Written down, the provider not yet (or not certainly) asked.</summary>
    Opening,

    /// <summary>The buyer can pay.</summary>
    Open,

    /// <summary>The provider says that money arrived; how much stands in <see cref="OrderPayment.Captured"/>.</summary>
    Settled,

    /// <summary>The provider says that it failed.</summary>
    Failed,

    /// <summary>Withdrawn by us. Money may arrive all the same; then it is settled.</summary>
    Voided,
}

/// <summary>Where money on its way back stands.</summary>
public enum RefundStatus
{
    /// <summary>Written down, the provider not yet (or not certainly) asked.</summary>
    Requested,

    Succeeded,

    /// <summary>The provider did not send it. The money is with the provider, and people decide.</summary>
    Failed,

    /// <summary>The provider has taken it and not decided yet: it is asked again, or tells by itself.</summary>
    Pending,
}

/// <summary>One attempt to pay an order and what became of its money.</summary>
/// <param name="PaymentId">Also the provider's idempotency key.</param>
/// <param name="Amount">What was asked for: the order's total, fixed by us.</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="OpenedAt">When it was written down.</param>
public sealed record OrderPayment(PaymentId PaymentId, Money Amount, string Provider, PaymentStatus Status, DateTimeOffset OpenedAt)
{
    /// <summary>How the buyer wants to pay, as the provider calls it; null for the provider's choice.</summary>
    public string? Method { get; init; }

    /// <summary>Where the buyer pays; null until the provider answered.</summary>
    public string? PayUrl { get; init; }

    /// <summary>What the provider captured, perhaps in another currency; null before.</summary>
    public Money? Captured { get; init; }

    /// <summary>When the provider captured it.</summary>
    public DateTimeOffset? CapturedAt { get; init; }

    /// <summary>When we wrote the capture down: the change's own time, by our clock. Null before, and of captures from before it was kept.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The provider's own number of the attempt; null until it answered, and for a provider that goes by ours.</summary>
    public string? ProviderPaymentId { get; init; }

    /// <summary>The provider's own number of the capture.</summary>
    public string? ProviderReference { get; init; }

    /// <summary>How much of the capture the shop keeps: what it settled, the order's total or a difference, less what after-sale cases gave back; else 0. The rest goes back.</summary>
    public long Kept { get; init; }

    /// <summary>Money on its way back, one entry per order to the provider.</summary>
    public IReadOnlyList<OrderRefund> Refunds { get; init; } = [];

    /// <summary>The exchange whose difference it is to pay; null for a payment of the order itself.</summary>
    public CaseId? ForCase { get; init; }

    /// <summary>Minor units that must go back and for which no refund was requested yet. One that failed and was sent anew counts by its successor.</summary>
    public long Owed => Captured is { } captured
        ? checked(captured.Amount - Kept - Refunds.Where(refund => refund.RetriedBy is null).Sum(refund => refund.Amount))
        : 0;
}

/// <summary>One refund of one payment, in the capture's currency.</summary>
/// <param name="RefundId"><c>{paymentId}-r{n}</c>: also the provider's idempotency key, so that a retry never pays twice.</param>
/// <param name="Amount">Minor units, above 0.</param>
/// <param name="Reason">Why the money goes back.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="RequestedAt">When it was written down, before the provider was asked.</param>
public sealed record OrderRefund(string RefundId, long Amount, RefundReason Reason, RefundStatus Status, DateTimeOffset RequestedAt)
{
    /// <summary>The after-sale case that it is for; null for money that was never kept.</summary>
    public CaseId? ForCase { get; init; }

    /// <summary>The refund that was sent in its place after it had failed; null while it stands for itself.</summary>
    public string? RetriedBy { get; init; }

    /// <summary>How staff paid it back outside the provider: the bank's number of the transfer, say. Null for a refund by the provider.</summary>
    public string? SettledOutside { get; init; }

    /// <summary>Who sent it again or paid it outside, as a role; null while nobody had to.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>What they said about it, for colleagues; it stands in the order alone.</summary>
    public string? Note { get; init; }

    /// <summary>When we learned that it was sent: the change's own time, by our clock. Null before, and of refunds from before it was kept.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The provider's own number of the refund; null until it answered.</summary>
    public string? ProviderReference { get; init; }
}

/// <summary>Why money goes back.</summary>
public enum RefundReason
{
    /// <summary>It came when the order was over and could not be revived.</summary>
    Late,

    /// <summary>The order had been paid already.</summary>
    SecondPayment,

    /// <summary>Less than the total had come when the deadline passed.</summary>
    Short,

    /// <summary>More than the total came; this is the excess.</summary>
    Over,

    /// <summary>Not in the order's currency.</summary>
    OtherCurrency,

    /// <summary>The ledger could not give the stock after all.</summary>
    OutOfStock,

    /// <summary>An after-sale case.</summary>
    AfterSale,
}
