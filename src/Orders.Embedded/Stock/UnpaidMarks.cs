using LocalFunctions.Storage;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Embedded.Stock;

/// <summary>
/// Which orders with a SKU a buyer let expire unpaid, where the SKU's rules ask for it. Per SKU and buyer never more than the rule counts, and all of
/// them are forgotten after a time.
/// </summary>
internal static class UnpaidMarks
{
    /// <summary>How soon this buyer must pay for this SKU; null when its rules don't say.</summary>
    /// <param name="since">What is older doesn't count.</param>
    public static TimeSpan? PaymentWindow(SqlSession session, StockLevel level, UserId buyer, DateTimeOffset since) =>
        level.Rules is { UnpaidBeforeShortWindow: { } most, ShortPaymentWindow: { } window }
        && session.Scalar(
            "SELECT COUNT(*) FROM stock_unpaid WHERE sku = $1 AND user_id = $2 AND at >= $3", level.Sku.Value, buyer.Value, since) >= most
            ? window
            : null;

    /// <param name="most">The newest so many stay.</param>
    public static void Add(SqlSession session, string sku, UserId buyer, OrderId order, DateTimeOffset at, int most)
    {
        session.Execute("INSERT OR IGNORE INTO stock_unpaid (sku, user_id, order_id, at) VALUES ($1, $2, $3, $4)", sku, buyer.Value, order.Value, at);
        session.Execute(
            """
            DELETE FROM stock_unpaid WHERE sku = $1 AND user_id = $2 AND order_id IN (
                SELECT order_id FROM stock_unpaid WHERE sku = $1 AND user_id = $2 ORDER BY at DESC, order_id DESC LIMIT -1 OFFSET $3)
            """,
            sku, buyer.Value, most);
    }

    public static int Purge(SqlSession session, DateTimeOffset before, int limit) => session.Execute(
        """
        DELETE FROM stock_unpaid WHERE (sku, user_id, order_id) IN (
            SELECT sku, user_id, order_id FROM stock_unpaid INDEXED BY stock_unpaid_by_age WHERE at < $1 ORDER BY at LIMIT $2)
        """,
        before, limit);
}
