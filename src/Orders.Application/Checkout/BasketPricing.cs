using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>Prices a checked basket from the catalogue, and makes it cheaper by its coupon. Whether the coupon is used up is for who locks it.</summary>
public sealed class BasketPricing(ICatalogue catalogue, ICoupons coupons, OrderPolicy policy, TimeProvider clock)
{
    internal async Task<Result<PricedBasket>> PriceAsync(CheckedBasket basket, CancellationToken cancellation)
    {
        var items = await catalogue.FindAsync([.. basket.Lines.Select(line => line.Sku).Distinct()], cancellation).ConfigureAwait(false);
        foreach (var line in basket.Lines)
        {
            if (!items.ContainsKey(line.Sku))
                return new Refusal.UnknownSku(line.Sku);
        }

        if (items.Values.Select(item => item.Currency).Distinct().Count() > 1)
            return new Refusal.MixedCurrencies();
        var priced = Pricing.Price(basket.Lines, items, policy.ShippingFee);
        return basket.CouponCode is { } code ? await ApplyAsync(code, priced, cancellation).ConfigureAwait(false) : priced;
    }

    private async Task<Result<PricedBasket>> ApplyAsync(string code, PricedBasket priced, CancellationToken cancellation)
    {
        if (!CouponCode.TryParse(code, out var id) || await coupons.FindAsync(id, cancellation).ConfigureAwait(false) is not { Coupon: var coupon })
            return new Refusal.CouponNotApplicable(code, CouponProblem.Unknown);
        return coupon.ProblemWith(priced, clock.GetUtcNow()) is { } problem
            ? new Refusal.CouponNotApplicable(coupon.Code.Value, problem)
            : coupon.ApplyTo(priced);
    }
}
