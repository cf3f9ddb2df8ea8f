namespace OrderFunctions.LocalHost.Demo;

/// <summary>The flash sale's units, where one was played: all accounted for, and sold is what its buyers keep.</summary>
internal static class SaleRules
{
    public static async Task<IReadOnlyList<Finding>> CheckAsync(DemoShop shop, IReadOnlyList<DemoOrder> orders)
    {
        var inSale = orders.Where(order => order.Story.InSale).ToList();
        if (inSale.Count == 0)
            return [];
        var units = await shop.SaleUnitsAsync();
        var (quantity, left, held, sold) = ((long)units["quantity"]!, (long)units["left"]!, (long)units["held"]!, (long)units["sold"]!);
        var kept = inSale.Where(order => order.Story.Keeps).Sum(order => order.Basket[0].Quantity);
        var holds = left + held + sold == quantity && held == 0 && sold == kept;
        return [new("flash sale: left + held + sold = quantity, sold is kept", inSale.Count, holds ? [] : [$"{units.ToJsonString()}, kept by buyers: {kept}"])];
    }
}
