using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>What a basket would cost now. Nothing is reserved and nothing is promised.</summary>
public sealed class QuoteOrder(BasketPricing pricing)
{
    public async Task<Result<PricedBasket>> RunAsync(BasketRequest request, CancellationToken cancellation)
    {
        var basket = CheckedBasket.Check(request);
        return basket.Succeeded
            ? await pricing.PriceAsync(basket.Value, cancellation).ConfigureAwait(false)
            : basket.Refusal;
    }
}
