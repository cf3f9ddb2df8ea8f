using Orders.Application.Stock;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Checkout;

/// <summary>What one request to place an order did about its coupon.</summary>
/// <param name="Key">The order's hold.</param>
/// <param name="Code">Null when it came without a coupon.</param>
/// <param name="Undo">The generation of a lock that this request took itself; null when there is nothing for it to undo.</param>
public sealed record CouponLock(HoldKey Key, CouponCode? Code, long? Undo);

/// <summary>
/// Checkout's part in the life of a coupon: take it, and undo what was taken for nothing. The undo that survives a crash is the sweep, which finds
/// every lock without an order; it is there before the lock is, because the lock is written as one that nobody has kept.
/// </summary>
public sealed class CouponLocks(ICoupons coupons)
{
    /// <summary>Costs a commit if there is a coupon.</summary>
    /// <returns>
    /// What to undo; or <see cref="Refusal.CouponNotApplicable"/>, or <see cref="Refusal.OtherRequestWithKey"/> when the key's first request had another one.
    /// </returns>
    public async Task<Result<CouponLock>> TakeAsync(HoldKey hold, CouponCode? coupon, CancellationToken cancellation)
    {
        if (coupon is not { } code)
            return new CouponLock(hold, Code: null, Undo: null);
        return await coupons.LockAsync(hold, code, cancellation).ConfigureAwait(false) switch
        {
            LockResult.Refused refused => new Refusal.CouponNotApplicable(code.Value, refused.Because),
            LockResult.LockedForOther => new Refusal.OtherRequestWithKey(),
            LockResult.Locked { Anew: true } locked => new CouponLock(hold, code, locked.Generation),
            _ => new CouponLock(hold, code, Undo: null),
        };
    }

    /// <summary>
    /// Gives back what this request took itself, unless another with the same key has locked it since: that one may be about to write its order on it.
    /// </summary>
    public Task UndoAsync(CouponLock taken, CancellationToken cancellation) =>
        taken.Undo is { } generation ? coupons.ReleaseAsync(taken.Key, generation, cancellation) : Task.CompletedTask;

    /// <summary>Somebody with the same key wrote the order: the lock is one and the same, so it is the order's unless that no longer needs it, or never did.</summary>
    public Task LeaveToAsync(Order order, CouponLock taken, CancellationToken cancellation) =>
        taken.Code is { } code && (order.Status == OrderStatus.Cancelled || order.Hold != taken.Key.Number || order.CouponCode != code.Value)
            ? coupons.ReleaseAsync(taken.Key, generation: null, cancellation)
            : Task.CompletedTask;
}
