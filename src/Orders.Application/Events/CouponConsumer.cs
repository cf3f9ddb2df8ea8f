using Microsoft.Extensions.Logging;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Events;

/// <summary>
/// Turns an order's locked coupon into a used one, or gives it back (cancelled, not paid in time, refunded in full), and nobody else does (checkout undoes
/// its own failure). Events name the hold by its number, so one that comes late or twice can't touch what a revived order has.
/// </summary>
public sealed class CouponConsumer(ICoupons coupons, ConsumeEvent consume, OrderPolicy policy, ILogger<CouponConsumer> log)
{
    public const string Name = "coupon";

    /// <summary>What it wants to hear of, of orders with a coupon.</summary>
    public static readonly IReadOnlyList<string> Types = [EventTypes.Placed, EventTypes.Paid, EventTypes.Cancelled, EventTypes.CaseCompleted];

    /// <returns>Null when the event is done with.</returns>
    public Task<Rejection?> RunAsync(OrderEventEnvelope envelope, CancellationToken cancellation) =>
        envelope.Data.CouponCode is not null && Types.Contains(envelope.Type)
            ? consume.RunAsync(Name, envelope, ApplyAsync, cancellation)
            : Task.FromResult<Rejection?>(null);

    private async Task<Rejection?> ApplyAsync(OrderEventEnvelope envelope, CancellationToken cancellation)
    {
        var key = new HoldKey(envelope.Order, envelope.Data.Hold);
        var code = Id.Parse<CouponCode>(envelope.Data.CouponCode!);
        switch (envelope.Type)
        {
            case EventTypes.Placed:
                // False: used or given back by a later event that was faster.
                await coupons.KeepAsync(key, policy.NextLook(envelope.Data.PayBy, envelope.Data.PlacedAt), cancellation).ConfigureAwait(false);
                return null;
            case EventTypes.Paid:
                if (await coupons.UseAsync(key, code, cancellation).ConfigureAwait(false) == CouponOutcome.CountedWithoutLock)
                    log.CouponCountedWithoutLock(key.ToString());
                return null;
            case EventTypes.CaseCompleted:
                // The buyer keeps nothing of it: so nothing of it was bought with the coupon.
                if (envelope.Data.Status == OrderStatus.AfterSaleCompleted)
                    await coupons.GiveBackAsync(key, code, cancellation).ConfigureAwait(false);
                return null;
            default:
                if (await coupons.ReleaseAsync(key, generation: null, cancellation).ConfigureAwait(false) != CouponOutcome.Refused)
                    return null;
                log.CouponNotGivenBack(key.ToString());
                return new Rejection("CouponUsed", $"The coupon of {key} is used and can't be given back by a cancellation.");
        }
    }
}
