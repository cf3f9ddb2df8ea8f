using Orders.Domain;

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
    PaymentId PaymentId, ProviderPaymentStatus Status, Money? Captured, DateTimeOffset? CapturedAt, string? ProviderReference, string? PayUrl);

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
    Task<ProviderPayment?> FindAsync(PaymentId paymentId, CancellationToken cancellation);

    /// <summary>
    /// Withdraws an attempt. Returns how it stands afterwards: voided, or succeeded if the money was faster. Null when it never heard of it.
    /// </summary>
    Task<ProviderPayment?> VoidAsync(PaymentId paymentId, CancellationToken cancellation);

    /// <summary>Sends money of a capture back; the key is the refund id. False when the provider refuses for good.</summary>
    Task<bool> RefundAsync(string refundId, PaymentId paymentId, Money amount, CancellationToken cancellation);
}

/// <summary>Which order a payment belongs to: providers name payment and order, but not the buyer's partition.</summary>
public interface IPaymentIndex
{
    /// <summary>Remembers it, before the provider hears of the payment. Repeating is success.</summary>
    Task AddAsync(PaymentId paymentId, OrderRef order, CancellationToken cancellation);

    Task<OrderRef?> FindAsync(OrderId orderId, PaymentId paymentId, CancellationToken cancellation);
}

/// <summary>A message of a provider as it came in. Its body is kept: it is evidence.</summary>
/// <param name="Source">The provider's name.</param>
/// <param name="MessageId">The <c>webhook-id</c>: 1 to 100 characters.</param>
/// <param name="ContentHash">SHA-256 of the body, hex.</param>
public sealed record ProviderMessage(string Source, string MessageId, string ContentHash, string Body, DateTimeOffset ReceivedAt)
{
    /// <summary>What was done with it.</summary>
    public ProviderMessageState State { get; init; }

    /// <summary>Why, in words.</summary>
    public string? Note { get; init; }
}

public enum ProviderMessageState
{
    /// <summary>Stored and answered, to be applied.</summary>
    Stored,

    /// <summary>Had its one effect.</summary>
    Applied,

    /// <summary>Kept without effect: it contradicts what is known, or belongs to no payment of ours.</summary>
    Refused,
}

/// <summary>What storing a message found.</summary>
public enum StoreMessageResult
{
    Stored,

    /// <summary>The same message was there.</summary>
    AlreadyThere,

    /// <summary>Its id was there with other content: this one is kept as refused.</summary>
    OtherContent,
}

/// <summary>The local message table: provider messages by source and id, with the hash of their content.</summary>
public interface IProviderMessages
{
    Task<StoreMessageResult> StoreAsync(ProviderMessage message, CancellationToken cancellation);

    Task<ProviderMessage?> FindAsync(string source, string messageId, CancellationToken cancellation);

    /// <summary>Records what was done. Repeating is success.</summary>
    Task SetStateAsync(string source, string messageId, ProviderMessageState state, string? note, CancellationToken cancellation);

    /// <summary>Messages still <see cref="ProviderMessageState.Stored"/> since before that instant, oldest first: their queue message was lost.</summary>
    Task<IReadOnlyList<ProviderMessage>> FindUnappliedAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}

/// <summary>Hands a stored message to the queue <c>payment-messages</c>, whose trigger applies it. Durable when it completes.</summary>
public interface IPaymentQueue
{
    Task EnqueueAsync(string source, string messageId, CancellationToken cancellation);
}
