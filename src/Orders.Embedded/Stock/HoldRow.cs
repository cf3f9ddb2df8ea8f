using LocalFunctions.Storage;
using Orders.Application.Stock;

namespace Orders.Embedded.Stock;

/// <summary>Where a hold is. A persisted format: numbers are stored.</summary>
internal enum HoldState
{
    Held = 1,
    Sold = 2,
    Released = 3,
}

/// <summary>A hold as stored.</summary>
/// <param name="LookAt">When the sweep looks at it; null when it is not held.</param>
internal sealed record HoldRow(HoldState State, long Generation, DateTimeOffset? LookAt, string Lines)
{
    /// <summary>When it was freed; null when it is not.</summary>
    public DateTimeOffset? FreedAt { get; init; }

    public static HoldRow? Find(SqlSession session, HoldKey key) => session.First(
        "SELECT state, generation, look_at, lines FROM stock_holds WHERE order_id = $1 AND number = $2",
        row => new HoldRow((HoldState)row.GetInt32(0), row.GetInt64(1), row.GetInstantOrNull(2), row.GetString(3)),
        key.Order.OrderId.Value, key.Number);

    /// <summary>The next look at what is held; false when it is not.</summary>
    public static bool Keep(SqlSession session, HoldKey key, DateTimeOffset lookAt) => session.Execute(
        "UPDATE stock_holds SET look_at = $3 WHERE order_id = $1 AND number = $2 AND state = 1", key.Order.OrderId.Value, key.Number, lookAt) == 1;

    /// <summary>Held → sold, of a hold of just these lines; false when it is none.</summary>
    public static bool Sell(SqlSession session, HoldKey key, HeldLines lines) => session.Execute(
        "UPDATE stock_holds SET state = 2, look_at = NULL WHERE order_id = $1 AND number = $2 AND state = 1 AND lines = $3",
        key.Order.OrderId.Value, key.Number, lines.Text) == 1;

    public void Put(SqlSession session, HoldKey key) => session.Execute(
        """
        INSERT INTO stock_holds (order_id, number, user_id, state, generation, look_at, lines, freed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (order_id, number) DO UPDATE SET state = $4, generation = $5, look_at = $6, lines = $7, freed_at = $8
        """,
        key.Order.OrderId.Value, key.Number, key.Order.UserId.Value, (int)State, Generation, LookAt, Lines, FreedAt);

    /// <summary>Forgets those that were freed before that instant, the oldest first; returns how many.</summary>
    public static int PurgeFreed(SqlSession session, DateTimeOffset before, int limit) => session.Execute(
        """
        DELETE FROM stock_holds WHERE (order_id, number) IN (
            SELECT order_id, number FROM stock_holds INDEXED BY stock_holds_freed WHERE freed_at < $1 ORDER BY freed_at LIMIT $2)
        """,
        before, limit);
}
