using Orders.Domain;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>The provider's word about an attempt.</summary>
public enum ProviderPaymentStatus
{
    Open,
    Succeeded,
    Failed,
    Voided,
}

/// <param name="Captured">What arrived; null unless <see cref="ProviderPaymentStatus.Succeeded"/>.</param>
/// <param name="CapturedAt">When.</param>
/// <param name="ProviderReference">The provider's number of the capture.</param>
/// <param name="PayUrl">Where the buyer pays.</param>
public sealed record ProviderPayment(
    PaymentId PaymentId, ProviderPaymentStatus Status, Money? Captured, DateTimeOffset? CapturedAt, string? ProviderReference, string? PayUrl)
{
    /// <summary>The provider's number of the attempt; null when it goes by ours.</summary>
    public string? ProviderPaymentId { get; init; }
}

/// <summary>An attempt by our id and, once it is known, by the provider's: who goes by its own is asked faster with that.</summary>
public readonly record struct ProviderKey(PaymentId PaymentId, string? ProviderPaymentId = null)
{
    public static ProviderKey Of(OrderPayment payment) => new(payment.PaymentId, payment.ProviderPaymentId);
}

/// <summary>The provider's word about a refund.</summary>
public enum ProviderRefundStatus
{
    /// <summary>Taken, and not decided: ask again.</summary>
    Pending,
    Succeeded,

    /// <summary>For good.</summary>
    Failed,
}

/// <param name="RefundId">Ours.</param>
/// <param name="Reference">The provider's number of the refund; null when there is none.</param>
/// <param name="Because">Why it failed, as the provider says it.</param>
public sealed record ProviderRefund(string RefundId, ProviderRefundStatus Status, string? Reference = null, string? Because = null);

public enum StatementLineType
{
    Capture,
    Refund,
}

/// <summary>One line of a provider's statement: money that moved. Ids are text as it stands there: a line whose ids are not ours must not be lost.</summary>
/// <param name="Reference">The provider's number of the capture or refund; our refund id if the provider keeps it.</param>
/// <param name="PaymentId">Ours, if the provider keeps it.</param>
/// <param name="OrderId">Ours, if the provider keeps it.</param>
/// <param name="Money">Above 0 for both types.</param>
/// <param name="At">When it moved, by the provider.</param>
public sealed record StatementLine(StatementLineType Type, string Reference, string? PaymentId, string? OrderId, Money Money, DateTimeOffset At);

/// <summary>
/// A payment provider. Every call carries a key of ours and may be repeated with it: at most one effect. A
/// <see cref="DependencyUnavailableException"/> means: unknown whether it happened; ask or repeat.
/// </summary>
public interface IPaymentProvider
{
    /// <summary>1 to 30 of <c>a–z 0–9 -</c>: the name in webhook routes and payments.</summary>
    string Name { get; }

    /// <summary>Opens an attempt over exactly this amount; the key is the payment id.</summary>
    Task<ProviderPayment> OpenAsync(PaymentId paymentId, OrderId orderId, Money amount, string? method, CancellationToken cancellation);

    /// <summary>What the provider knows of an attempt; null when it never heard of it.</summary>
    Task<ProviderPayment?> FindAsync(ProviderKey payment, CancellationToken cancellation);

    /// <summary>
    /// Withdraws an attempt. Returns how it stands afterwards: voided, or succeeded if the money was faster. Null when it never heard of it.
    /// </summary>
    Task<ProviderPayment?> VoidAsync(ProviderKey payment, CancellationToken cancellation);

    /// <summary>Sends money of a capture back; the key is the refund id. Failed when the provider refuses for good.</summary>
    Task<ProviderRefund> RefundAsync(string refundId, ProviderKey payment, Money amount, CancellationToken cancellation);

    /// <summary>What the provider knows of a refund; null when it never heard of it.</summary>
    /// <param name="refundId">Ours.</param>
    /// <param name="payment">Of which payment.</param>
    /// <param name="reference">The provider's own number of it, once it is known.</param>
    Task<ProviderRefund?> FindRefundAsync(string refundId, ProviderKey payment, string? reference, CancellationToken cancellation);

    /// <summary>
    /// A page of the captures and refunds that the provider booked from <paramref name="from"/> until before <paramref name="until"/>. At most
    /// <see cref="OrderLimits.MostStatementLines"/>; in no order that one may build on.
    /// </summary>
    /// <param name="cursor">Of the page before; null for the first. Belongs to the same <paramref name="from"/> and <paramref name="until"/>.</param>
    Task<Page<StatementLine>> ReadStatementAsync(DateTimeOffset from, DateTimeOffset until, string? cursor, CancellationToken cancellation);
}
