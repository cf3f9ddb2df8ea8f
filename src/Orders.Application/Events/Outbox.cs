using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>
/// An event as it will be sent, written in the batch of the change that it tells of and deleted once it is published.
/// </summary>
/// <param name="Id"><c>{orderId}-{sequence}</c>: document id, message id and CloudEvents id, so a doubled publish is one message.</param>
/// <param name="Order">Whose event it is; its session.</param>
/// <param name="Type">CloudEvents type: <c>order.paid.v1</c>.</param>
/// <param name="Sequence">The order's version after the change: without gaps per order.</param>
/// <param name="Body">CloudEvents 1.0 JSON, UTF-8 text, at most 192 KB.</param>
/// <param name="At">When the change was made.</param>
public sealed record OutboxItem(string Id, OrderRef Order, string Type, long Sequence, string Body, DateTimeOffset At)
{
    /// <summary>
    /// Whether the event is of an order with a coupon, so that the bus can pass over the others. Within a text of the body a quote is escaped, so the
    /// name in quotes is a field; it is left out when there is no coupon.
    /// </summary>
    public bool HasCoupon => Body.Contains("\"couponCode\":", StringComparison.Ordinal);

    /// <summary>Whether the event is of an order of a flash sale; told as <see cref="HasCoupon"/> is.</summary>
    public bool IsOfSale => Body.Contains("\"saleId\":", StringComparison.Ordinal);
}

/// <summary>The unpublished events. The relay hears of new ones by the change feed; this port is for what comes after.</summary>
public interface IOutbox
{
    /// <summary>Takes a published item away; a missing one is success.</summary>
    Task DeleteAsync(OutboxItem item, CancellationToken cancellation);

    /// <summary>Items written before that instant and not parked, oldest first, in order per order.</summary>
    Task<IReadOnlyList<OutboxItem>> FindOlderThanAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Counts a failed publish and returns how many there were; at <paramref name="parkAt"/> the item is parked and found no more.</summary>
    Task<int> CountFailureAsync(OutboxItem item, string error, int parkAt, CancellationToken cancellation);

    /// <summary>Lets an order's parked items be found again, with their failures forgotten; returns how many there were. Repeating is success.</summary>
    Task<int> ReviveAsync(OrderRef order, CancellationToken cancellation);

    /// <summary>Whether an earlier item of the same order is still unpublished and not parked: it must go first.</summary>
    Task<bool> HasEarlierAsync(OutboxItem item, CancellationToken cancellation);
}

/// <summary>Sends an event to the topic <c>order-events</c>: session = order id, message id = item id, subject = type.</summary>
public interface IEventPublisher
{
    /// <summary>Durable at the broker when it completes. Repeating it is harmless: consumers have an inbox.</summary>
    Task PublishAsync(OutboxItem item, CancellationToken cancellation);
}

/// <summary>What a consumer has already seen, by consumer and message id, kept for <see cref="OrderPolicy.InboxRetention"/>.</summary>
public interface IInbox
{
    /// <summary>Whether the consumer finished this message before.</summary>
    Task<bool> HasSeenAsync(string consumer, string messageId, CancellationToken cancellation);

    /// <summary>
    /// Remembers that it did, after the effect: a crash in between repeats the effect, which therefore has a key of its own. Repeating is success.
    /// </summary>
    Task RecordAsync(string consumer, string messageId, DateTimeOffset expiresAt, CancellationToken cancellation);

    /// <summary>Forgets records that expired before that instant; returns how many, at most <paramref name="limit"/>.</summary>
    Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}

/// <summary>What a buyer was told. A log that people can read; idempotent by event.</summary>
public interface INotifier
{
    /// <summary>Tells the buyer once per event id; repeating is success.</summary>
    Task NotifyAsync(Notification notification, CancellationToken cancellation);

    /// <summary>Forgets what the buyer was told about an order, and only that they were; repeating is success.</summary>
    Task ForgetAsync(OrderRef order, CancellationToken cancellation);
}

/// <param name="EventId">The event that it tells of.</param>
/// <param name="Order">Whose order.</param>
/// <param name="Text">One or two sentences without personal data.</param>
/// <param name="At">The event's time.</param>
public sealed record Notification(string EventId, OrderRef Order, string Text, DateTimeOffset At);

/// <summary>Named places to which a sweep or a nightly job has come, so that a restart goes on there.</summary>
public interface IWatermarks
{
    Task<string?> FindAsync(string name, CancellationToken cancellation);

    Task SetAsync(string name, string? value, CancellationToken cancellation);
}
