using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Checkout;

/// <summary>
/// Settles coupon locks whose look is due, as <c>SweepHolds</c> does with stock: of a checkout that died half-way, or whose event is late or lies
/// among the dead letters. The order's document decides. A release names the generation that was found, so a retry that locks anew meanwhile
/// keeps what it has.
/// </summary>
public sealed class SweepCoupons(ICoupons coupons, IOrderStore orders, OrderPolicy policy, TimeProvider clock, ILogger<SweepCoupons> log)
{
    private const int MostPerRun = 500;

    /// <summary>Returns how many were settled.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var locks = await coupons.FindDueAsync(clock.GetUtcNow(), MostPerRun, cancellation).ConfigureAwait(false);
        foreach (var due in locks)
            await SettleAsync(due, cancellation).ConfigureAwait(false);
        if (locks.Count > 0)
            log.CouponLocksSwept(locks.Count);
        return locks.Count;
    }

    private async Task SettleAsync(DueLock due, CancellationToken cancellation)
    {
        try
        {
            var order = await orders.FindAsync(due.Key.Order, cancellation).ConfigureAwait(false);
            await SettleAsync(due, order, cancellation).ConfigureAwait(false);
        }
        catch (UnreadableOrderException unreadable)
        {
            // It may be taken for good reason; those behind it must not wait until people have looked.
            log.UnreadableOrderPassed(unreadable, due.Key.Order.OrderId.Value, nameof(SweepCoupons));
            await coupons.KeepAsync(due.Key, clock.GetUtcNow() + policy.HoldPatience, cancellation).ConfigureAwait(false);
        }
    }

    private Task SettleAsync(DueLock due, Order? order, CancellationToken cancellation)
    {
        if (order is null || order.Hold != due.Key.Number || order.CouponCode != due.Code.Value || order.State is OrderState.Cancelled)
            return coupons.ReleaseAsync(due.Key, due.Generation, cancellation);
        return order.State switch
        {
            OrderState.PendingPayment pending => coupons.KeepAsync(due.Key, policy.NextLook(pending.PayBy, clock.GetUtcNow()), cancellation),
            OrderState.AfterSaleCompleted => coupons.GiveBackAsync(due.Key, due.Code, cancellation),
            _ => coupons.UseAsync(due.Key, due.Code, cancellation),
        };
    }
}
