using Orders.Application.Checkout;

namespace OrderFunctions.Checkout;

/// <summary>The second look at locked coupons.</summary>
public sealed class CouponTimers(SweepCoupons sweepCoupons)
{
    [Function(nameof(SweepCoupons))]
    public Task SweepCouponsAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepCoupons.RunAsync(cancellation);
}
