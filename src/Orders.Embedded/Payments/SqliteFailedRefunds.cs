using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Payments;

/// <summary>By an index that has the failed refunds of the books and nothing else.</summary>
public sealed class SqliteFailedRefunds(EmbeddedTables tables) : IFailedRefunds
{
    private const string List = "failed refunds";

    public Task<Page<OrderRef>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = cursor is null ? "" : Cursor.Read(List, cursor).Text;
        return tables.ReadAsync(
            session =>
            {
                // State and kind are written out: only then it is the partial index.
                var rows = session.Query(
                    """
                    SELECT DISTINCT order_id, user_id FROM payment_book INDEXED BY payment_book_failed
                    WHERE state = 3 AND kind = 1 AND order_id > $1 ORDER BY order_id LIMIT $2
                    """,
                    row => new OrderRef(Id.Parse<UserId>(row.GetString(1)), Id.Parse<OrderId>(row.GetString(0))), after, limit + 1);
                return new Page<OrderRef>([.. rows.Take(limit)], rows.Count > limit ? Cursor.Write(List, 0, rows[limit - 1].OrderId.Value) : null);
            },
            cancellation);
    }
}
