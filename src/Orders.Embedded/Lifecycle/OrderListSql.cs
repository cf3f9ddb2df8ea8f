using Orders.Domain.Lifecycle;

namespace Orders.Embedded.Lifecycle;

/// <summary>
/// The lists of orders. Each walks one index from the cursor on and reads no more entries than it returns (per status, for a list of all
/// statuses): the index has the status before the time, so that a rare status is found without walking past the others.
/// </summary>
internal static class OrderListSql
{
    /// <summary>$1 before, $2 and $3 the last page's deadline and order id, $4 limit. Oldest deadline first.</summary>
    public const string Overdue =
        """
        SELECT order_id, user_id, deadline FROM orders INDEXED BY orders_by_deadline
        WHERE deadline < $1 AND (deadline, order_id) > ($2, $3) ORDER BY deadline, order_id LIMIT $4
        """;

    /// <summary>$1 the last page's seq, $2 limit. In the order of placing.</summary>
    public const string Open =
        "SELECT order_id, user_id, seq, version, status FROM orders INDEXED BY orders_open WHERE closed = 0 AND seq > $1 ORDER BY seq LIMIT $2";

    /// <summary>$1 sale, $2 the last page's seq, $3 limit. In the order of placing.</summary>
    public const string OfSale =
        "SELECT order_id, user_id, seq FROM orders INDEXED BY orders_by_sale WHERE sale_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";

    /// <summary>$1 the last page's seq, $2 limit. In the order of placing.</summary>
    public const string All = "SELECT order_id, user_id, seq, version, status FROM orders WHERE seq > $1 ORDER BY seq LIMIT $2";

    private static readonly Dictionary<OrderStatus, string> OfOneStatus =
        Enum.GetValues<OrderStatus>().ToDictionary(status => status, status => Documents(Keys(status)));

    private static readonly string OfAnyStatus =
        Documents(string.Join("\nUNION ALL ", Enum.GetValues<OrderStatus>().Select(status => $"SELECT * FROM ({Keys(status)})")));

    /// <summary>$1 user, $2 and $3 the last page's time and order id, $4 limit. Newest first.</summary>
    public static string For(OrderStatus? status) => status is { } one ? OfOneStatus[one] : OfAnyStatus;

    private static string Keys(OrderStatus status) =>
        $"""
        SELECT seq, placed_at, order_id FROM orders INDEXED BY orders_by_user
        WHERE user_id = $1 AND status = '{status}' AND (placed_at, order_id) < ($2, $3) ORDER BY placed_at DESC, order_id DESC LIMIT $4
        """;

    private static string Documents(string keys) =>
        $"""
        WITH page AS MATERIALIZED (SELECT * FROM ({keys}) ORDER BY placed_at DESC, order_id DESC LIMIT $4)
        SELECT orders.document FROM page CROSS JOIN orders ON orders.seq = page.seq ORDER BY page.placed_at DESC, page.order_id DESC
        """;
}
