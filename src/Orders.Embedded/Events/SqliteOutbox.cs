using LocalFunctions.Storage;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Events;

/// <summary>Events that are not published yet. Their age counts from the write, by the host's clock.</summary>
public sealed class SqliteOutbox(EmbeddedTables tables) : IOutbox
{
    internal const string Aged =
        """
        SELECT id, user_id, order_id, type, sequence, coalesce((SELECT e.body FROM order_events e WHERE e.seq = order_outbox.event), body), at
        FROM order_outbox INDEXED BY order_outbox_by_age
        WHERE parked = 0 AND written_at < $1 ORDER BY written_at, order_id, sequence LIMIT $2
        """;

    public Task DeleteAsync(OutboxItem item, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "DELETE FROM order_outbox WHERE order_id = $1 AND sequence = $2", item.Order.OrderId.Value, item.Sequence),
        cancellation);

    public Task<IReadOnlyList<OutboxItem>> FindOlderThanAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<OutboxItem>>(
            session => session.Query(Aged, ReadItem, before, limit),
            cancellation);

    public Task<int> CountFailureAsync(OutboxItem item, string error, int parkAt, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            transaction.Execute(
                """
                UPDATE order_outbox SET failures = failures + 1, error = $3, parked = failures + 1 >= $4 WHERE order_id = $1 AND sequence = $2
                """,
                item.Order.OrderId.Value, item.Sequence, error, parkAt);
            return (int)transaction.Scalar(
                "SELECT failures FROM order_outbox WHERE order_id = $1 AND sequence = $2", item.Order.OrderId.Value, item.Sequence);
        },
        cancellation);

    public Task<int> ReviveAsync(OrderRef order, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            "UPDATE order_outbox SET parked = 0, failures = 0 WHERE order_id = $1 AND user_id = $2 AND parked = 1", order.OrderId.Value, order.UserId.Value),
        cancellation);

    public Task<bool> HasEarlierAsync(OutboxItem item, CancellationToken cancellation) => tables.ReadAsync(
        session => session.Scalar(
            "SELECT EXISTS (SELECT 1 FROM order_outbox WHERE order_id = $1 AND sequence < $2 AND parked = 0)", item.Order.OrderId.Value, item.Sequence) == 1,
        cancellation);

    private static OutboxItem ReadItem(SqlRow row) => new(
        row.GetString(0), new OrderRef(Id.Parse<UserId>(row.GetString(1)), Id.Parse<OrderId>(row.GetString(2))), row.GetString(3), row.GetInt64(4),
        row.GetString(5), new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero));
}
