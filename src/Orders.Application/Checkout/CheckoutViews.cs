using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>What a basket would cost, as the API answers it: minor units of the currency, tax included.</summary>
public sealed record QuoteView(Currency Currency, IReadOnlyList<QuoteLineView> Lines, QuoteTotalsView Totals)
{
    public static QuoteView Of(PricedBasket basket) => new(
        basket.Currency,
        [.. basket.Lines.Select(line => new QuoteLineView(line.LineId, line.Sku, line.Name, line.Quantity, line.UnitPrice, line.Discount, line.Total))],
        new QuoteTotalsView(basket.Totals.Items, basket.Totals.Discount, basket.Totals.Shipping, basket.Totals.Total));
}

/// <summary>A line of it.</summary>
public sealed record QuoteLineView(string LineId, Sku Sku, string Name, int Quantity, long UnitPrice, long Discount, long Total);

/// <summary>Its sums: <c>total = items − discount + shipping</c>.</summary>
public sealed record QuoteTotalsView(long Items, long Discount, long Shipping, long Total);
