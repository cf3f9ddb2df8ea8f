using LocalFunctions.Storage;
using Orders.Domain;

namespace Orders.Embedded.Stock;

/// <summary>How many units of a SKU with a cap each buyer holds: a row per SKU and buyer, there while the SKU has a cap and the buyer holds some.</summary>
internal static class BuyerHolds
{
    public static long Of(SqlSession session, string sku, UserId buyer) =>
        session.Scalar("SELECT units FROM stock_buyer_holds WHERE sku = $1 AND user_id = $2", sku, buyer.Value);

    public static void Add(SqlSession session, (string Sku, long Units) entry, UserId buyer) => session.Execute(
        """
        INSERT INTO stock_buyer_holds (sku, user_id, units) VALUES ($1, $2, $3)
        ON CONFLICT (sku, user_id) DO UPDATE SET units = units + $3
        """,
        entry.Sku, buyer.Value, entry.Units);

    public static void Subtract(SqlSession session, (string Sku, long Units) entry, UserId buyer)
    {
        StockCounters.MustChange(
            session.Execute("UPDATE stock_buyer_holds SET units = units - $3 WHERE sku = $1 AND user_id = $2 AND units >= $3", entry.Sku, buyer.Value, entry.Units),
            entry.Sku);
        session.Execute("DELETE FROM stock_buyer_holds WHERE sku = $1 AND user_id = $2 AND units = 0", entry.Sku, buyer.Value);
    }

    /// <summary>Begins to count, with what is held already. Reads every hold that is held: a merchant's rare call pays for it, and no checkout.</summary>
    public static void Begin(SqlSession session, string sku)
    {
        var sums = new Dictionary<string, long>(StringComparer.Ordinal);
        session.Query(
            "SELECT user_id, lines FROM stock_holds WHERE look_at IS NOT NULL AND instr(' ' || lines, ' ' || $1 || ':') > 0",
            row => sums[row.GetString(0)] = sums.GetValueOrDefault(row.GetString(0)) + HeldLines.Parse(row.GetString(1)).Entries.First(entry => entry.Sku == sku).Units,
            sku);
        foreach (var (buyer, units) in sums)
            session.Execute("INSERT INTO stock_buyer_holds (sku, user_id, units) VALUES ($1, $2, $3)", sku, buyer, units);
    }

    public static void End(SqlSession session, string sku) => session.Execute("DELETE FROM stock_buyer_holds WHERE sku = $1", sku);
}
