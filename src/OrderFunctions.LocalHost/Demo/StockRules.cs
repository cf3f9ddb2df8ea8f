namespace OrderFunctions.LocalHost.Demo;

/// <summary>Stock, of which the demo puts nothing on backorder: never oversold, never undersold, and what is sold is what buyers keep.</summary>
internal static class StockRules
{
    public static async Task<IReadOnlyList<Finding>> CheckAsync(DemoShop shop, IReadOnlyList<DemoOrder> orders, IReadOnlyDictionary<string, int> stock)
    {
        List<string> oversold = [], lost = [], wrong = [];
        foreach (var (sku, units) in stock)
        {
            var level = await shop.StockAsync(sku);
            var (available, held, sold) = ((long)level["available"]!, (long)level["held"]!, (long)level["sold"]!);
            var kept = orders.Where(order => order.Story.Keeps).Sum(order => order.Basket.Where(line => line.Sku == sku).Sum(line => line.Quantity));
            if (held + sold > units)
                oversold.Add(level.ToJsonString());
            if (available + held + sold != units)
                lost.Add(level.ToJsonString());
            if (held != 0 || sold != kept)
                wrong.Add($"{level.ToJsonString()}, kept by buyers: {kept}");
        }

        return
        [
            new("never oversold: held + sold ≤ stock", stock.Count, oversold),
            new("never undersold: available + held + sold = stock", stock.Count, lost),
            new("sold is what buyers keep, nothing is still held", stock.Count, wrong),
        ];
    }
}
