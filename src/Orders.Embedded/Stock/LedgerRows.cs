using LocalFunctions.Storage;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Embedded.Stock;

/// <summary>The rows of the ledger, and the only statements that change them. A level is always the sum of its holds and adjustments.</summary>
internal static class LedgerRows
{
    private const string LevelColumns = "sku, stock, held, sold, backorder, hold_cap, unpaid_limit, short_window, changes";

    public static LedgerLevel? FindLevel(SqlSession session, Sku sku) =>
        session.First($"SELECT {LevelColumns} FROM ledger_stock WHERE sku = $1", Level, sku.Value);

    public static IReadOnlyList<LedgerLevel> ListLevels(SqlSession session, string after, int limit) =>
        session.Query($"SELECT {LevelColumns} FROM ledger_stock WHERE sku > $1 ORDER BY sku LIMIT $2", Level, after, limit);

    public static LedgerHold? FindHold(SqlSession session, HoldKey key) => session.First(
        "SELECT user_id, order_id, number, stage, units, moved, at FROM ledger_holds WHERE order_id = $1 AND number = $2",
        Hold, key.Order.OrderId.Value, key.Number);

    public static IReadOnlyList<LedgerHold> ListHeld(SqlSession session, string afterOrder, long afterNumber, int limit) => session.Query(
        """
        SELECT user_id, order_id, number, stage, units, moved, at FROM ledger_holds
        WHERE stage = 1 AND (order_id, number) > ($1, $2) ORDER BY order_id, number LIMIT $3
        """,
        Hold, afterOrder, afterNumber, limit);

    public static void PutHold(SqlSession session, StockMovement.OfHold hold) => session.Execute(
        """
        INSERT INTO ledger_holds (order_id, number, user_id, stage, units, moved, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (order_id, number) DO UPDATE SET stage = $4, units = $5, moved = $6, at = $7
        """,
        hold.Key.Order.OrderId.Value, hold.Key.Number, hold.Key.Order.UserId.Value, (int)hold.Stage, hold.Units.Text, hold.Number, hold.At);

    public static void Add(SqlSession session, Sku sku, long stock, long held, long sold) => session.Execute(
        """
        INSERT INTO ledger_stock (sku, stock, held, sold) VALUES ($1, $2, $3, $4)
        ON CONFLICT (sku) DO UPDATE SET stock = stock + $2, held = held + $3, sold = sold + $4, changes = changes + 1
        """,
        sku.Value, stock, held, sold);

    public static bool AddAdjustment(SqlSession session, StockMovement.Adjusted adjusted) => session.Execute(
        "INSERT OR IGNORE INTO ledger_adjustments (key, sku, units, reason, at) VALUES ($1, $2, $3, $4, $5)",
        adjusted.Key, adjusted.Sku.Value, adjusted.Units, adjusted.Reason, adjusted.At) == 1;

    public static bool PutRules(SqlSession session, StockMovement.Ruled ruled) => session.Execute(
        """
        INSERT INTO ledger_stock (sku, stock, backorder, hold_cap, unpaid_limit, short_window, ruled) VALUES ($1, 0, $2, $3, $4, $5, $6)
        ON CONFLICT (sku) DO UPDATE SET backorder = $2, hold_cap = $3, unpaid_limit = $4, short_window = $5, ruled = $6, changes = changes + 1
        WHERE ruled < $6
        """,
        ruled.Sku.Value, ruled.Rules.Backorder, ruled.Rules.HoldCapPerUser, ruled.Rules.UnpaidBeforeShortWindow, ruled.Rules.ShortPaymentWindow?.Ticks,
        ruled.Number) == 1;

    private static LedgerLevel Level(SqlRow row) => new(
        Id.Parse<Sku>(row.GetString(0)), new StockCount(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)),
        new StockRules(
            row.GetInt64(4), row.IsDBNull(5) ? null : row.GetInt32(5), row.IsDBNull(6) ? null : row.GetInt32(6),
            row.IsDBNull(7) ? null : new TimeSpan(row.GetInt64(7))),
        row.GetInt64(8));

    private static LedgerHold Hold(SqlRow row) => new(
        new HoldKey(new OrderRef(Id.Parse<UserId>(row.GetString(0)), Id.Parse<OrderId>(row.GetString(1))), row.GetInt32(2)),
        (HoldStage)row.GetInt32(3), HeldUnits.Parse(row.GetString(4)), row.GetInt64(5), row.GetInstant(6));
}
