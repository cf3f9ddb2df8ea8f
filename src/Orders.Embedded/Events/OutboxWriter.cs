using LocalFunctions.ChangeFeed;
using LocalFunctions.Storage;
using Orders.Application.Events;

namespace Orders.Embedded.Events;

/// <summary>
/// Adds an event to the outbox within the order's write, and to the change feed of container <c>orders</c>, from which the relay takes it.
/// Order documents themselves are not fed: nothing consumes them, and each would cost a second copy of the document per save.
/// </summary>
public sealed class OutboxWriter(LocalChangeFeed feed, TimeProvider clock)
{
    /// <summary>The container's name in change-feed triggers.</summary>
    public const string Container = "orders";

    /// <summary>The number that the next event has in the log: an order's row names it, so it is asked for before either is written.</summary>
    internal static long NextEvent(WriteTransaction transaction) => transaction.Scalar("SELECT coalesce(max(seq), 0) + 1 FROM order_events");

    /// <param name="transaction">The order's write.</param>
    /// <param name="item">The event.</param>
    /// <param name="number">Of <see cref="NextEvent"/>.</param>
    /// <param name="previous">The order's event before; null for its first.</param>
    internal void Add(WriteTransaction transaction, OutboxItem item, long number, long? previous)
    {
        transaction.Execute(
            "INSERT INTO order_events (seq, order_id, sequence, previous, type, at, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            number, item.Order.OrderId.Value, item.Sequence, previous, item.Type, item.At, item.Body);
        // The body stands in the log already, and stays there when this row goes.
        transaction.Execute(
            "INSERT INTO order_outbox (order_id, sequence, user_id, id, type, body, at, written_at, event) VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8)",
            item.Order.OrderId.Value, item.Sequence, item.Order.UserId.Value, item.Id, item.Type, item.At, clock.GetUtcNow(), number);
        feed.Append(transaction, Container, item.Order.UserId.Value, OutboxDocument.Write(item));
    }
}
