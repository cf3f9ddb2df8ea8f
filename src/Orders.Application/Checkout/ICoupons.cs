using Orders.Application.Stock;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>A coupon and how many orders have taken it.</summary>
/// <param name="Locked">Orders that are not paid yet, and requests that may become one.</param>
/// <param name="Used">Paid orders.</param>
public sealed record CouponCount(Coupon Coupon, long Locked, long Used);

/// <summary>What became of a lock.</summary>
public abstract record LockResult
{
    /// <summary>It is locked.</summary>
    /// <param name="Generation">Names this lock in a release.</param>
    /// <param name="Anew">False when the key had it locked before: somebody else may rely on that, so it is not for this call to undo.</param>
    public sealed record Locked(long Generation, bool Anew) : LockResult;

    /// <summary>Nothing is locked: unknown, used up, or used up by this buyer.</summary>
    public sealed record Refused(CouponProblem Because) : LockResult;

    /// <summary>The key's order is paid: nothing to do.</summary>
    public sealed record AlreadyUsed : LockResult;

    /// <summary>This key has another coupon locked, and nothing changed: its first request was another one.</summary>
    public sealed record LockedForOther : LockResult;
}

/// <summary>What became of a use or a release.</summary>
public enum CouponOutcome
{
    /// <summary>A lock became a use, or a lock or a use was given back.</summary>
    Done,

    /// <summary>The same was done before.</summary>
    AlreadyDone,

    /// <summary>Use: no lock was there (any more), and it was counted all the same.</summary>
    CountedWithoutLock,

    /// <summary>Release: there was nothing to undo.</summary>
    NothingLocked,

    /// <summary>Release of what is used, or with an old generation: refused, nothing changed.</summary>
    Refused,
}

/// <summary>A lock that the sweep is to look at.</summary>
/// <param name="DueAt">Since when.</param>
public sealed record DueLock(HoldKey Key, CouponCode Code, long Generation, DateTimeOffset DueAt);

/// <summary>
/// Coupons and who has taken them: locked by an order like its stock, under the same key; used when it is paid. Every call is atomic and may be
/// repeated. Locked + used never exceeds a limit by a lock; only <see cref="UseAsync"/> may pass it, for an order whose price is settled.
/// </summary>
public interface ICoupons
{
    /// <summary>The terms as they are now and the counts; null when there is no such coupon.</summary>
    Task<CouponCount?> FindAsync(CouponCode code, CancellationToken cancellation);

    /// <summary>Adds a coupon or replaces its terms; locks and uses go on counting. Returns it with its counts.</summary>
    Task<CouponCount> PutAsync(Coupon coupon, CancellationToken cancellation);

    /// <summary>
    /// Takes the coupon for an order-to-be, within both limits. A released key can lock again, perhaps another coupon. The sweep
    /// looks at it after <see cref="OrderPolicy.HoldWithoutOrder"/>; a repetition starts that time anew, asks no limit and leaves a later look where it is.
    /// </summary>
    Task<LockResult> LockAsync(HoldKey key, CouponCode code, CancellationToken cancellation);

    /// <summary>The lock lives on: the sweep looks at it at that instant, if it is still locked. False when nothing is locked or used.</summary>
    Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation);

    /// <summary>
    /// Locked → used. The order is paid at its price, so a lock that is gone, was never there or is for another coupon changes nothing: the use is
    /// counted, beyond the limits if need be.
    /// </summary>
    /// <param name="code">The order's coupon.</param>
    Task<CouponOutcome> UseAsync(HoldKey key, CouponCode code, CancellationToken cancellation);

    /// <summary>Locked → free. What is used stays used, for a cancellation.</summary>
    /// <param name="generation">Not null: only if the lock is still of this generation.</param>
    Task<CouponOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation);

    /// <summary>
    /// The order was refunded in full: its use, or a lock that was to become one, is free again, for good. A use that is told of later does not count any
    /// more, and the key locks nothing anew. <see cref="CouponOutcome.NothingLocked"/> when there was none; that, too, is for good.
    /// </summary>
    /// <param name="code">The order's coupon.</param>
    Task<CouponOutcome> GiveBackAsync(HoldKey key, CouponCode code, CancellationToken cancellation);

    /// <summary>Locks whose look is due before that instant, the longest due first.</summary>
    Task<IReadOnlyList<DueLock>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}
