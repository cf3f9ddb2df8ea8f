namespace Orders.Domain.Checkout;

/// <summary>What the catalogue says of a SKU at the moment of pricing. The price is in minor units, tax included.</summary>
public sealed record CatalogueItem(Sku Sku, string Name, long UnitPrice, Currency Currency);

/// <summary>What a buyer wants.</summary>
public sealed record WantedLine(Sku Sku, int Quantity);

/// <summary>Lines and sums of a basket, priced.</summary>
public sealed record PricedBasket(Currency Currency, IReadOnlyList<OrderLine> Lines, OrderTotals Totals)
{
    /// <summary>What made it cheaper; null for the prices of the catalogue.</summary>
    public CouponCode? Coupon { get; init; }
}

/// <summary>Prices a basket in integer minor units. Prices include tax and the shipping fee is a parameter; nothing is rounded here.</summary>
public static class Pricing
{
    /// <param name="wanted">1 to <see cref="OrderLimits.MostLines"/> lines, checked before.</param>
    /// <param name="items">The catalogue's item for every wanted SKU.</param>
    /// <param name="shipping">The fee in minor units.</param>
    /// <exception cref="InvalidOperationException">The items are not of one currency: refuse such a basket before.</exception>
    public static PricedBasket Price(IReadOnlyList<WantedLine> wanted, IReadOnlyDictionary<Sku, CatalogueItem> items, long shipping)
    {
        var currency = items[wanted[0].Sku].Currency;
        var lines = new List<OrderLine>(wanted.Count);
        var sum = 0L;
        foreach (var line in wanted)
        {
            var item = items[line.Sku];
            if (item.Currency != currency)
                throw new InvalidOperationException("A basket has one currency.");
            lines.Add(new OrderLine((lines.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), item.Sku, item.Name, line.Quantity, item.UnitPrice));
            sum = checked(sum + lines[^1].Total);
        }

        return new PricedBasket(currency, lines, new OrderTotals(sum, Discount: 0, shipping, checked(sum + shipping)));
    }
}
