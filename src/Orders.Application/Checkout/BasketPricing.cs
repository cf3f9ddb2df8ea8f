using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>Prices a checked basket from the catalogue. There are no coupons yet, so none applies.</summary>
internal static class BasketPricing
{
    public static async Task<Result<PricedBasket>> PriceAsync(
        CheckedBasket basket, ICatalogue catalogue, OrderPolicy policy, CancellationToken cancellation)
    {
        var items = await catalogue.FindAsync([.. basket.Lines.Select(line => line.Sku).Distinct()], cancellation).ConfigureAwait(false);
        foreach (var line in basket.Lines)
        {
            if (!items.ContainsKey(line.Sku))
                return new Refusal.UnknownSku(line.Sku);
        }

        if (items.Values.Select(item => item.Currency).Distinct().Count() > 1)
            return new Refusal.MixedCurrencies();
        if (basket.CouponCode is { } code)
            return new Refusal.CouponNotApplicable(code);
        return Pricing.Price(basket.Lines, items, policy.ShippingFee);
    }
}
