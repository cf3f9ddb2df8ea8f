using Microsoft.Extensions.Logging;
using Orders.Application.Lifecycle;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Checkout;

/// <summary>
/// Settles coupon locks that nobody kept for two minutes, as <c>SweepHolds</c> does with stock: of a checkout that died half-way, or whose event is
/// late. The order's document decides. A release names the generation that was found, so a retry that locks anew meanwhile keeps what it has.
/// </summary>
public sealed class SweepCoupons(ICoupons coupons, IOrderStore orders, OrderPolicy policy, TimeProvider clock, ILogger<SweepCoupons> log)
{
    private const int MostPerRun = 500;

    /// <summary>Returns how many were settled.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var locks = await coupons.FindUnkeptAsync(clock.GetUtcNow() - policy.HoldWithoutOrder, MostPerRun, cancellation).ConfigureAwait(false);
        foreach (var aged in locks)
        {
            var order = await orders.FindAsync(aged.Key.Order, cancellation).ConfigureAwait(false);
            await SettleAsync(aged, order, cancellation).ConfigureAwait(false);
        }

        if (locks.Count > 0)
            log.CouponLocksSwept(locks.Count);
        return locks.Count;
    }

    private async Task SettleAsync(AgedLock aged, Order? order, CancellationToken cancellation)
    {
        if (order is null || order.Hold != aged.Key.Number || order.CouponCode != aged.Code.Value || order.State is OrderState.Cancelled)
            await coupons.ReleaseAsync(aged.Key, aged.Generation, cancellation).ConfigureAwait(false);
        else if (order.State is OrderState.PendingPayment)
            await coupons.KeepAsync(aged.Key, cancellation).ConfigureAwait(false);
        else
            await coupons.UseAsync(aged.Key, aged.Code, cancellation).ConfigureAwait(false);
    }
}
