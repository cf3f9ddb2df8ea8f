using Orders.Application.AfterSales;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.AfterSales;

/// <summary>Walks the index over the instant of an order's last completed case, which the order store keeps.</summary>
public sealed class SqliteCompletedCases(EmbeddedTables tables) : ICompletedCases
{
    internal const string Find =
        """
        SELECT order_id, user_id, case_completed_at FROM orders INDEXED BY orders_by_case_completed
        WHERE case_completed_at < $1 AND (case_completed_at, order_id) > ($2, $3) ORDER BY case_completed_at, order_id LIMIT $4
        """;

    public Task<IReadOnlyList<CompletedOrder>> FindAsync(CompletedOrder? after, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return tables.ReadAsync<IReadOnlyList<CompletedOrder>>(
            session => session.Query(
                Find,
                row => new CompletedOrder(new OrderRef(Id.Parse<UserId>(row.GetString(1)), Id.Parse<OrderId>(row.GetString(0))), row.GetInstant(2)),
                before, after?.At ?? DateTimeOffset.MinValue, after?.Order.OrderId.Value ?? "", limit),
            cancellation);
    }
}
