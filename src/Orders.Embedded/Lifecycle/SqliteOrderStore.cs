using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Embedded.Events;
using Orders.Embedded.Statistics;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Lifecycle;

/// <summary>
/// Orders as JSON documents with the columns that lists and sweeps go by. An order and its outbox item are one write; so is the item's entry
/// in the change feed.
/// </summary>
public sealed class SqliteOrderStore(EmbeddedTables tables, OutboxWriter outbox) : IOrderStore
{
    private const string Insert =
        """
        INSERT INTO orders (order_id, user_id, version, status, placed_at, deadline, closed, document, sale_id, changed_day, last_event)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (order_id) DO NOTHING
        """;

    private const string Replace =
        """
        UPDATE orders SET version = $3, status = $4, deadline = $5, closed = $6, document = $7, case_completed_at = $8, changed_day = $9, last_event = $10
        WHERE order_id = $1 AND user_id = $2 AND version = $3 - 1
        """;

    public Task<Order?> FindAsync(OrderRef order, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First(
            "SELECT document FROM orders WHERE order_id = $1 AND user_id = $2", row => OrderJson.Read(row.GetBytes(0)),
            order.OrderId.Value, order.UserId.Value),
        cancellation);

    public Task<OrderRef?> LocateAsync(OrderId orderId, CancellationToken cancellation) => tables.ReadAsync(
        session => session.First<OrderRef?>(
            "SELECT user_id FROM orders WHERE order_id = $1", row => new OrderRef(Id.Parse<UserId>(row.GetString(0)), orderId), orderId.Value),
        cancellation);

    public Task<Order?> CreateAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        var document = OrderJson.Write(order);
        return tables.WriteAsync(
            transaction =>
            {
                var number = OutboxWriter.NextEvent(transaction);
                var inserted = transaction.Execute(
                    Insert, order.OrderId.Value, order.UserId.Value, order.Version, order.Status, order.PlacedAt, order.Deadline,
                    order.ClosedAt is not null, document, order.SaleId?.Value, SqliteChangedOrders.DayOf(order.UpdatedAt), number);
                if (inserted == 0)
                    return transaction.First("SELECT document FROM orders WHERE order_id = $1", row => OrderJson.Read(row.GetBytes(0)), order.OrderId.Value);
                outbox.Add(transaction, outboxItem, number, previous: null);
                return null;
            },
            cancellation);
    }

    public Task<bool> SaveAsync(Order order, OutboxItem outboxItem, CancellationToken cancellation)
    {
        var document = OrderJson.Write(order);
        return tables.WriteAsync(
            transaction =>
            {
                var number = OutboxWriter.NextEvent(transaction);
                var previous = transaction.First(
                    "SELECT last_event FROM orders WHERE order_id = $1", row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), order.OrderId.Value);
                var replaced = transaction.Execute(
                    Replace, order.OrderId.Value, order.UserId.Value, order.Version, order.Status, order.Deadline, order.ClosedAt is not null, document,
                    order.LastCompletion(), SqliteChangedOrders.DayOf(order.UpdatedAt), number);
                if (replaced == 1)
                    outbox.Add(transaction, outboxItem, number, previous);
                return replaced == 1;
            },
            cancellation);
    }

    public Task<Page<Order>> ListAsync(UserId user, OrderStatus? status, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 100);
        var list = $"orders {status} {user}";
        var (before, beforeId) = cursor is null ? (long.MaxValue, "") : Cursor.Read(list, cursor);
        return tables.ReadAsync(
            session =>
            {
                var orders = session.Query(
                    OrderListSql.For(status), row => OrderJson.Read(row.GetBytes(0)), user.Value, before, beforeId, limit + 1);
                return PageOf(orders, limit, last => Cursor.Write(list, last.PlacedAt.UtcTicks, last.OrderId.Value));
            },
            cancellation);
    }

    public Task<Page<OrderRef>> FindOverdueAsync(DateTimeOffset before, int limit, string? cursor, CancellationToken cancellation)
    {
        const string List = "overdue orders";
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (after, afterId) = cursor is null ? (0, "") : Cursor.Read(List, cursor);
        return tables.ReadAsync(
            session =>
            {
                var overdue = session.Query(
                    OrderListSql.Overdue, row => (Order: ReadRef(row, 0), Deadline: row.GetInt64(2)), before, after, afterId, limit + 1);
                return WithoutKeys(PageOf(overdue, limit, last => Cursor.Write(List, last.Deadline, last.Order.OrderId.Value)));
            },
            cancellation);
    }

    public Task<Page<ListedOrder>> ListOpenAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        const string List = "open orders";
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = cursor is null ? 0 : Cursor.Read(List, cursor).Number;
        return tables.ReadAsync(
            session =>
            {
                var open = session.Query(OrderListSql.Open, row => (Order: ReadListed(row), Seq: row.GetInt64(2)), after, limit + 1);
                return WithoutKeys(PageOf(open, limit, last => Cursor.Write(List, last.Seq, "")));
            },
            cancellation);
    }

    public Task<Page<OrderRef>> ListOfSaleAsync(SaleId sale, int limit, string? cursor, CancellationToken cancellation)
    {
        var list = $"orders of sale {sale}";
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = cursor is null ? 0 : Cursor.Read(list, cursor).Number;
        return tables.ReadAsync(
            session =>
            {
                var found = session.Query(OrderListSql.OfSale, row => (Order: ReadRef(row, 0), Seq: row.GetInt64(2)), sale.Value, after, limit + 1);
                return WithoutKeys(PageOf(found, limit, last => Cursor.Write(list, last.Seq, "")));
            },
            cancellation);
    }

    public Task<Page<ListedOrder>> ListAllAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        const string List = "all orders";
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        var after = cursor is null ? 0 : Cursor.Read(List, cursor).Number;
        return tables.ReadAsync(
            session =>
            {
                var all = session.Query(OrderListSql.All, row => (Order: ReadListed(row), Seq: row.GetInt64(2)), after, limit + 1);
                return WithoutKeys(PageOf(all, limit, last => Cursor.Write(List, last.Seq, "")));
            },
            cancellation);
    }

    private static Page<T> WithoutKeys<T>(Page<(T Order, long Key)> page) => new([.. page.Items.Select(row => row.Order)], page.NextCursor);

    private static ListedOrder ReadListed(SqlRow row) => new(ReadRef(row, 0), row.GetInt64(3), Enum.Parse<OrderStatus>(row.GetString(4)));

    private static OrderRef ReadRef(SqlRow row, int column) =>
        new(Id.Parse<UserId>(row.GetString(column + 1)), Id.Parse<OrderId>(row.GetString(column)));

    /// <summary>One row more than the page was read: whether there is a next page is known without another look.</summary>
    private static Page<T> PageOf<T>(List<T> rows, int limit, Func<T, string> cursorAfter)
    {
        if (rows.Count <= limit)
            return new Page<T>(rows, NextCursor: null);
        rows.RemoveRange(limit, rows.Count - limit);
        return new Page<T>(rows, cursorAfter(rows[^1]));
    }
}
