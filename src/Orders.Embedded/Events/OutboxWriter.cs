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

    internal void Add(WriteTransaction transaction, OutboxItem item)
    {
        transaction.Execute(
            "INSERT INTO order_outbox (order_id, sequence, user_id, id, type, body, at, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            item.Order.OrderId.Value, item.Sequence, item.Order.UserId.Value, item.Id, item.Type, item.Body, item.At, clock.GetUtcNow());
        feed.Append(transaction, Container, item.Order.UserId.Value, OutboxDocument.Write(item));
    }
}
