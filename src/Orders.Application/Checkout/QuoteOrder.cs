using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>What a basket would cost now. Nothing is reserved and nothing is promised.</summary>
public sealed class QuoteOrder(ICatalogue catalogue, OrderPolicy policy)
{
    public async Task<Result<PricedBasket>> RunAsync(BasketRequest request, CancellationToken cancellation)
    {
        var basket = CheckedBasket.Check(request, addressRequired: false);
        return basket.Succeeded
            ? await BasketPricing.PriceAsync(basket.Value, catalogue, policy, cancellation).ConfigureAwait(false)
            : basket.Refusal;
    }
}
