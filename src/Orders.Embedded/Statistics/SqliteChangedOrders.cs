using Orders.Application;
using Orders.Application.Statistics;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Statistics;

/// <summary>The orders by the day of their last change: day by day and in the order of their ids, so an order that changes meanwhile only moves ahead.</summary>
public sealed class SqliteChangedOrders(EmbeddedTables tables) : IChangedOrders
{
    private const string List = "changed orders";
    private const int MostItems = 1_000;

    /// <summary>The day of an instant, as it stands in the column.</summary>
    public static long DayOf(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerDay;

    public Task<Page<ChangedOrder>> ListAsync(int part, DateTimeOffset from, DateTimeOffset until, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostItems);
        var list = $"{List} {part} {from.UtcTicks} {until.UtcTicks}";
        var (first, last) = OrderParts.RangeOf(part);
        var (day, after) = cursor is null ? (DayOf(from), first) : Cursor.Read(list, cursor);
        return tables.ReadAsync(
            session =>
            {
                var found = new List<(long Day, ChangedOrder Order)>();
                for (long? next = day; next is { } current && found.Count <= limit; (next, after) = (Following(current), first))
                {
                    found.AddRange(session.Query(
                        """
                        SELECT order_id, document FROM orders INDEXED BY orders_changed
                        WHERE changed_day = $1 AND order_id > $2 AND order_id < $3 AND placed_at < $4 ORDER BY order_id LIMIT $5
                        """,
                        row => (current, new ChangedOrder(Id.Parse<OrderId>(row.GetString(0)), Read(row.GetBytes(1)))),
                        current, after, last, until, limit + 1 - found.Count));
                }

                var items = found.Take(limit).ToList();
                return new Page<ChangedOrder>(
                    [.. items.Select(item => item.Order)],
                    found.Count > limit ? Cursor.Write(list, items[^1].Day, items[^1].Order.OrderId.Value) : null);

                long? Following(long before) => session.First(
                    "SELECT min(changed_day) FROM orders INDEXED BY orders_changed WHERE changed_day > $1",
                    row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), before);
            },
            cancellation);
    }

    private static Order? Read(byte[] document)
    {
        try
        {
            return OrderJson.Read(document);
        }
        catch (UnreadableOrderException)
        {
            // Told by who goes over the orders, with its number.
            return null;
        }
    }
}
