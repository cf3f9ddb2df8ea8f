using Orders.Domain;

namespace Orders.Application.Payments;

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
