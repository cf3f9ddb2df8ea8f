using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>A payment about which its provider is to be asked.</summary>
/// <param name="AskAt">When: says also whether somebody else has set another instant meanwhile.</param>
public sealed record PaymentToAsk(PaymentId PaymentId, OrderRef Order, DateTimeOffset AskAt)
{
    public AskedPayment Asked(DateTimeOffset? next) => new(PaymentId, Order.OrderId, AskAt, next);
}

/// <summary>A payment that was asked about.</summary>
/// <param name="Seen">The instant that brought it up.</param>
/// <param name="Next">When to ask again; null for never.</param>
public sealed record AskedPayment(PaymentId PaymentId, OrderId OrderId, DateTimeOffset Seen, DateTimeOffset? Next);

/// <summary>
/// Which order a payment belongs to (providers name payment and order, but not the buyer's partition), and when its provider is to be asked
/// about it.
/// </summary>
public interface IPaymentIndex
{
    /// <summary>Remembers it, before the provider hears of the payment. Repeating is success and changes nothing.</summary>
    /// <param name="askAt">When the provider is to be asked first.</param>
    Task AddAsync(PaymentId paymentId, OrderRef order, DateTimeOffset askAt, CancellationToken cancellation);

    Task<OrderRef?> FindAsync(OrderId orderId, PaymentId paymentId, CancellationToken cancellation);

    /// <summary>Payments to be asked about at that instant or before, the longest due first.</summary>
    Task<IReadOnlyList<PaymentToAsk>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>
    /// Says when to ask next, of each payment whose instant is still the one that was seen: what <see cref="AskAtAsync"/> set meanwhile stays.
    /// Repeating is harmless. Not atomic as a whole.
    /// </summary>
    Task AskedAsync(IReadOnlyList<AskedPayment> asked, CancellationToken cancellation);

    /// <summary>Has a payment asked about at that instant, whatever stood there: something about it is open again. Repeating is success.</summary>
    Task AskAtAsync(OrderId orderId, PaymentId paymentId, DateTimeOffset at, CancellationToken cancellation);
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

    /// <summary>The order that it says it is about; null in messages from before that was written down.</summary>
    public OrderId? OrderId { get; init; }

    /// <summary>How often it came: it has one effect all the same.</summary>
    public int Seen { get; init; } = 1;
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
    /// <summary>Stores it once per id and content; a repeat is counted.</summary>
    Task<StoreMessageResult> StoreAsync(ProviderMessage message, CancellationToken cancellation);

    Task<ProviderMessage?> FindAsync(string source, string messageId, CancellationToken cancellation);

    /// <summary>Records what was done. Repeating is success.</summary>
    Task SetStateAsync(string source, string messageId, ProviderMessageState state, string? note, CancellationToken cancellation);

    /// <summary>Messages still <see cref="ProviderMessageState.Stored"/> since before that instant, oldest first: their queue message was lost.</summary>
    Task<IReadOnlyList<ProviderMessage>> FindUnappliedAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>The messages that say that they are about an order, those refused for other content among them, in the order of storing: the first ones.</summary>
    Task<IReadOnlyList<ProviderMessage>> FindByOrderAsync(OrderId order, int limit, CancellationToken cancellation);
}

/// <summary>Hands a stored message to the queue <c>payment-messages</c>, whose trigger applies it. Durable when it completes.</summary>
public interface IPaymentQueue
{
    Task EnqueueAsync(string source, string messageId, CancellationToken cancellation);
}
