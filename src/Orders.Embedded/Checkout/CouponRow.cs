using LocalFunctions.Storage;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Embedded.Checkout;

/// <summary>A coupon as stored: its terms and its two counts.</summary>
internal static class CouponRow
{
    public static CouponCount? Find(SqlSession session, CouponCode code) => session.First(
        """
        SELECT amount_off, percent_off, currency, minimum_basket, most_uses, most_per_buyer, valid_from, valid_until, locked, used
        FROM coupons WHERE code = $1
        """,
        row => new CouponCount(
            new Coupon(
                code,
                row.IsDBNull(0) ? new CouponDiscount.Percent(row.GetInt32(1)) : new CouponDiscount.Amount(row.GetInt64(0)),
                row.IsDBNull(2) ? null : Id.Parse<Currency>(row.GetString(2)),
                row.GetInt64(3), NumberOrNull(row, 4), NumberOrNull(row, 5), row.GetInstantOrNull(6), row.GetInstantOrNull(7)),
            row.GetInt64(8), row.GetInt64(9)),
        code.Value);

    public static void Put(SqlSession session, Coupon coupon) => session.Execute(
        """
        INSERT INTO coupons (code, amount_off, percent_off, currency, minimum_basket, most_uses, most_per_buyer, valid_from, valid_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (code) DO UPDATE SET amount_off = $2, percent_off = $3, currency = $4, minimum_basket = $5, most_uses = $6, most_per_buyer = $7,
            valid_from = $8, valid_until = $9
        """,
        coupon.Code.Value, (coupon.Discount as CouponDiscount.Amount)?.MinorUnits, (coupon.Discount as CouponDiscount.Percent)?.Hundredths,
        coupon.Currency?.Value, coupon.MinimumBasket, coupon.Limit, coupon.LimitPerBuyer, coupon.From, coupon.Until);

    /// <summary>Counts locks and uses up or down. A count below zero is a broken invariant: the write is undone and the work item fails.</summary>
    public static void Count(SqlSession session, CouponCode code, int locked, int used)
    {
        const string Sql = "UPDATE coupons SET locked = locked + $2, used = used + $3 WHERE code = $1 AND locked + $2 >= 0 AND used + $3 >= 0";
        if (session.Execute(Sql, code.Value, locked, used) != 1)
            throw new InvalidOperationException($"Coupon {code} counts less than its locks, or is not there.");
    }

    private static int? NumberOrNull(SqlRow row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);
}

/// <summary>Where a lock is. A persisted format: numbers are stored, and the index of what a buyer has taken goes by them.</summary>
internal enum LockState
{
    Locked = 1,
    Used = 2,
    Released = 3,

    /// <summary>After the order was refunded in full: for good, while a released key can lock again.</summary>
    GivenBack = 4,
}

/// <summary>What an order has taken, as stored.</summary>
/// <param name="LookAt">When the sweep looks at it; null when it is not locked.</param>
internal sealed record LockRow(LockState State, CouponCode Code, long Generation, DateTimeOffset? LookAt)
{
    internal const string OfBuyer = "SELECT COUNT(*) FROM coupon_locks INDEXED BY coupon_locks_by_buyer WHERE code = $1 AND user_id = $2 AND state < 3";

    public static LockRow? Find(SqlSession session, HoldKey key) => session.First(
        "SELECT state, code, generation, look_at FROM coupon_locks WHERE order_id = $1 AND number = $2",
        row => new LockRow((LockState)row.GetInt32(0), Id.Parse<CouponCode>(row.GetString(1)), row.GetInt64(2), row.GetInstantOrNull(3)),
        key.Order.OrderId.Value, key.Number);

    /// <summary>How many locks and uses of this coupon this buyer has.</summary>
    public static long CountOf(SqlSession session, CouponCode code, UserId buyer) => session.Scalar(OfBuyer, code.Value, buyer.Value);

    public void Put(SqlSession session, HoldKey key) => session.Execute(
        """
        INSERT INTO coupon_locks (order_id, number, user_id, code, state, generation, look_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (order_id, number) DO UPDATE SET code = $4, state = $5, generation = $6, look_at = $7
        """,
        key.Order.OrderId.Value, key.Number, key.Order.UserId.Value, Code.Value, (int)State, Generation, LookAt);
}
