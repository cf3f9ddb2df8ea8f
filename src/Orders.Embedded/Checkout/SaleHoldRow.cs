using LocalFunctions.Storage;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Embedded.Checkout;

/// <summary>Where a reservation is. A persisted format: numbers are stored, and the index of what a buyer has taken goes by them.</summary>
internal enum SaleRowState
{
    Held = 1,
    Sold = 2,
    Released = 3,
}

/// <summary>A reservation as stored.</summary>
/// <param name="UnkeptSince">Null once its order is known to exist, and when it is not held.</param>
internal sealed record SaleHoldRow(
    SaleClaim Claim, SaleRowState State, long Generation, DateTimeOffset ReservedAt, DateTimeOffset? UnkeptSince, SaleEnd? End, string? Reason)
{
    internal const string Columns =
        "user_id, order_id, number, sku, quantity, admission, fingerprint, state, generation, reserved_at, unkept_since, ended, reason";

    internal const string OfBuyer =
        "SELECT SUM(quantity) FROM sale_holds INDEXED BY sale_holds_by_buyer WHERE sale_id = $1 AND user_id = $2 AND state < 3";

    public static SaleHoldRow? Find(SqlSession session, SaleId sale, HoldKey key) => session.First(
        $"SELECT {Columns} FROM sale_holds WHERE sale_id = $1 AND order_id = $2 AND number = $3 AND user_id = $4", Read,
        sale.Value, key.Order.OrderId.Value, key.Number, key.Order.UserId.Value);

    public static SaleHoldRow Read(SqlRow row) => new(
        new SaleClaim(
            new HoldKey(new OrderRef(Id.Parse<UserId>(row.GetString(0)), Id.Parse<OrderId>(row.GetString(1))), row.GetInt32(2)),
            Id.Parse<Sku>(row.GetString(3)), row.GetInt32(4), row.GetStringOrNull(5), row.GetString(6)),
        (SaleRowState)row.GetInt32(7), row.GetInt64(8), row.GetInstant(9), row.GetInstantOrNull(10),
        row.IsDBNull(11) ? null : Enum.Parse<SaleEnd>(row.GetString(11)), row.GetStringOrNull(12));

    /// <summary>How many units of the sale this buyer has.</summary>
    public static long UnitsOf(SqlSession session, SaleId sale, UserId buyer) => session.Scalar(OfBuyer, sale.Value, buyer.Value);

    public static bool IsAdmissionUsed(SqlSession session, SaleId sale, string admission) =>
        session.Scalar("SELECT EXISTS (SELECT 1 FROM sale_holds WHERE sale_id = $1 AND admission = $2)", sale.Value, admission) == 1;

    public void Put(SqlSession session, SaleId sale) => session.Execute(
        """
        INSERT INTO sale_holds (
            sale_id, order_id, number, user_id, sku, quantity, admission, fingerprint, state, generation, reserved_at, unkept_since, ended, reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (sale_id, order_id, number) DO UPDATE SET state = $9, generation = $10, unkept_since = $12, ended = $13, reason = $14
        """,
        sale.Value, Claim.Key.Order.OrderId.Value, Claim.Key.Number, Claim.Key.Order.UserId.Value, Claim.Sku.Value, Claim.Quantity, Claim.Admission,
        Claim.Fingerprint, (int)State, Generation, ReservedAt, UnkeptSince, End, Reason);

    public SaleHold ToHold() => new(
        Claim,
        State switch
        {
            SaleRowState.Held when UnkeptSince is not null => SaleHoldState.Waiting,
            SaleRowState.Held => SaleHoldState.Kept,
            SaleRowState.Sold => SaleHoldState.Sold,
            _ => SaleHoldState.Released,
        },
        Generation, ReservedAt, End, Reason);

    /// <summary>The same in a new generation, younger unless it is kept.</summary>
    public SaleHoldRow Younger(DateTimeOffset now) => this with { Generation = Generation + 1, UnkeptSince = UnkeptSince is null ? null : now };
}
