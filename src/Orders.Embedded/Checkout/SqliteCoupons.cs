using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Checkout;

/// <summary>Coupons as terms with two counts, and a row per order that has taken one, both in one write: the one writer makes every call atomic.</summary>
public sealed class SqliteCoupons(EmbeddedTables tables, OrderPolicy policy, TimeProvider clock) : ICoupons
{
    internal const string Due =
        """
        SELECT user_id, order_id, number, code, generation, look_at FROM coupon_locks INDEXED BY coupon_locks_unkept
        WHERE look_at < $1 ORDER BY look_at, order_id, number LIMIT $2
        """;

    public Task<CouponCount?> FindAsync(CouponCode code, CancellationToken cancellation) =>
        tables.ReadAsync(session => CouponRow.Find(session, code), cancellation);

    public Task<CouponCount> PutAsync(Coupon coupon, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            CouponRow.Put(transaction, coupon);
            return CouponRow.Find(transaction, coupon.Code)!;
        },
        cancellation);

    public Task<LockResult> LockAsync(HoldKey key, CouponCode code, CancellationToken cancellation) => tables.WriteAsync<LockResult>(
        transaction => LockRow.Find(transaction, key) switch
        {
            { State: LockState.Used or LockState.GivenBack } => new LockResult.AlreadyUsed(),
            { State: LockState.Locked } held when held.Code != code => new LockResult.LockedForOther(),
            { State: LockState.Locked } held => LockAgain(transaction, key, held),
            var released => LockAnew(transaction, key, code, released?.Generation ?? 0),
        },
        cancellation);

    public Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            if (LockRow.Find(transaction, key) is not { State: LockState.Locked or LockState.Used } row)
                return false;
            if (row.State == LockState.Locked && row.LookAt != lookAt)
                (row with { LookAt = lookAt }).Put(transaction, key);
            return true;
        },
        cancellation);

    public Task<CouponOutcome> UseAsync(HoldKey key, CouponCode code, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var row = LockRow.Find(transaction, key);
            if (row is { State: LockState.Used or LockState.GivenBack })
                return CouponOutcome.AlreadyDone;
            if (row is { State: LockState.Locked })
                CouponRow.Count(transaction, row.Code, locked: -1, used: 0);
            CouponRow.Count(transaction, code, locked: 0, used: 1);
            new LockRow(LockState.Used, code, row?.Generation ?? 1, LookAt: null).Put(transaction, key);
            return row is { State: LockState.Locked } && row.Code == code ? CouponOutcome.Done : CouponOutcome.CountedWithoutLock;
        },
        cancellation);

    public Task<CouponOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            switch (LockRow.Find(transaction, key))
            {
                case null:
                    return CouponOutcome.NothingLocked;
                case { State: LockState.Released or LockState.GivenBack }:
                    return CouponOutcome.AlreadyDone;
                case { State: LockState.Locked } row when generation is null || generation == row.Generation:
                    CouponRow.Count(transaction, row.Code, locked: -1, used: 0);
                    (row with { State = LockState.Released, LookAt = null }).Put(transaction, key);
                    return CouponOutcome.Done;
                default:
                    return CouponOutcome.Refused;
            }
        },
        cancellation);

    public Task<CouponOutcome> GiveBackAsync(HoldKey key, CouponCode code, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var row = LockRow.Find(transaction, key);
            if (row is { State: LockState.GivenBack })
                return CouponOutcome.AlreadyDone;
            var (locked, used) = (row is { State: LockState.Locked } ? -1 : 0, row is { State: LockState.Used } ? -1 : 0);
            if (locked + used < 0)
                CouponRow.Count(transaction, row!.Code, locked, used);
            new LockRow(LockState.GivenBack, code, row?.Generation ?? 1, LookAt: null).Put(transaction, key);
            return locked + used < 0 ? CouponOutcome.Done : CouponOutcome.NothingLocked;
        },
        cancellation);

    public Task<IReadOnlyList<DueLock>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        tables.ReadAsync<IReadOnlyList<DueLock>>(
            session => session.Query(
                Due,
                row => new DueLock(
                    new HoldKey(new OrderRef(Id.Parse<UserId>(row.GetString(0)), Id.Parse<OrderId>(row.GetString(1))), row.GetInt32(2)),
                    Id.Parse<CouponCode>(row.GetString(3)), row.GetInt64(4), row.GetInstant(5)),
                before, limit),
            cancellation);

    private DateTimeOffset FirstLook => clock.GetUtcNow() + policy.HoldWithoutOrder;

    /// <summary>The same key again: of a new generation and with its time anew, so that a sweep which saw it before can't free it; a later look stays.</summary>
    private LockResult LockAgain(WriteTransaction transaction, HoldKey key, LockRow held)
    {
        var again = held with { Generation = held.Generation + 1, LookAt = held.LookAt > FirstLook ? held.LookAt : FirstLook };
        again.Put(transaction, key);
        return new LockResult.Locked(again.Generation, Anew: false);
    }

    private LockResult LockAnew(WriteTransaction transaction, HoldKey key, CouponCode code, long generation)
    {
        if (CouponRow.Find(transaction, code) is not { Coupon: var coupon } count)
            return new LockResult.Refused(CouponProblem.Unknown);
        if (count.Locked + count.Used >= coupon.Limit)
            return new LockResult.Refused(CouponProblem.UsedUp);
        if (coupon.LimitPerBuyer is { } most && LockRow.CountOf(transaction, code, key.Order.UserId) >= most)
            return new LockResult.Refused(CouponProblem.UsedUpByBuyer);
        CouponRow.Count(transaction, code, locked: 1, used: 0);
        new LockRow(LockState.Locked, code, generation + 1, FirstLook).Put(transaction, key);
        return new LockResult.Locked(generation + 1, Anew: true);
    }
}
