using LocalFunctions.Storage;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Events;

/// <summary>
/// Events in the order of their writes, appended to and forgotten from the front. An order's are a chain: its row names the newest, and each the one before. An
/// index by order would be a page touched at random for every event of a million orders; this costs nothing but the numbers.
/// </summary>
public sealed class SqliteEventLog(EmbeddedTables tables) : IEventLog
{
    private const string Chain =
        """
        WITH RECURSIVE chain (seq, sequence, previous, steps) AS (
            SELECT e.seq, e.sequence, e.previous, 1 FROM orders o JOIN order_events e ON e.seq = o.last_event AND e.order_id = o.order_id
            WHERE o.order_id = $1 AND o.user_id = $2
            UNION ALL
            SELECT e.seq, e.sequence, e.previous, steps + 1 FROM chain c JOIN order_events e ON e.seq = c.previous AND e.order_id = $1 AND e.sequence < c.sequence WHERE steps < $5)
        SELECT e.sequence, e.type, e.body, e.at FROM chain JOIN order_events e ON e.seq = chain.seq WHERE chain.sequence < $3 ORDER BY chain.sequence DESC LIMIT $4
        """;

    /// <summary>Far more versions than an order has: the end of a chain that has no end.</summary>
    private const int LongestChain = 10_000;

    public Task<IReadOnlyList<OutboxItem>> ListAsync(OrderRef order, long? before, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return tables.ReadAsync<IReadOnlyList<OutboxItem>>(
            session => session.Query(
                Chain, row => Read(order, row), order.OrderId.Value, order.UserId.Value, before ?? long.MaxValue, limit, LongestChain),
            cancellation);
    }

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => tables.WriteAsync(
        transaction => transaction.Execute(
            """
            DELETE FROM order_events WHERE seq IN (
                SELECT e.seq FROM (SELECT seq, at, order_id, sequence FROM order_events ORDER BY seq LIMIT $2) e
                WHERE e.at < $1 AND NOT EXISTS (SELECT 1 FROM order_outbox o WHERE o.order_id = e.order_id AND o.sequence = e.sequence))
            """,
            before, limit),
        cancellation);

    private static OutboxItem Read(OrderRef order, SqlRow row) => new(
        $"{order.OrderId}-{row.GetInt64(0)}", order, row.GetString(1), row.GetInt64(0), row.GetString(2), new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero));
}
