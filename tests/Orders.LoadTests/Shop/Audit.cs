using System.Globalization;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Shop;

/// <summary>
/// The promises of the design, asked of the API once all is quiet: stock to the unit, one order per key, every answered order there and as it
/// should be, money equal to what is kept, nothing queued or dead, a living process for each open order, nobody reads another's order.
/// </summary>
public static class Audit
{
    private const int Sample = 500;

    /// <returns>What was broken; empty when all held.</returns>
    public static async Task<IReadOnlyList<string>> FindBrokenAsync(LoadShop shop, OpenBefore before)
    {
        // A webhook that met a dead host is sent again after seconds.
        await shop.AdvanceAsync("PT1M");
        var placed = shop.Placed.ToList();
        var broken = new List<string>();
        void Must(bool holds, string otherwise)
        {
            if (!holds)
                broken.Add(otherwise);
        }

        var ids = placed.Select(order => order.OrderId).ToHashSet();
        Must(ids.Count == placed.Count, $"{placed.Count} keys have {ids.Count} orders");
        for (var sku = 0; sku < shop.Skus; sku++)
        {
            var level = await shop.StockAsync(sku);
            var (available, held, sold) = ((long)level["available"]!, (long)level["held"]!, (long)level["sold"]!);
            var ofSku = placed.Where(order => order.Sku == sku).ToList();
            Must(available >= 0 && available + held + sold == LoadShop.StockOfEach, $"{LoadShop.SkuOf(sku)}: {available} + {held} + {sold} is not the stock");
            Must(sold == Units(ofSku.Where(order => order.IsPaid)), $"{LoadShop.SkuOf(sku)}: {sold} sold");
            Must(held == Units(ofSku.Where(order => !order.IsPaid)) + (sku == 0 ? before.UnitsOfFirst : 0), $"{LoadShop.SkuOf(sku)}: {held} held");
        }

        var health = await shop.HealthAsync();
        Must((long)health["queuedMessages"]! == 0 && (long)health["deadLetters"]! == 0, $"messages are left: {health}");
        var open = before.Orders + placed.Count;
        Must((long)health["runningOrchestrations"]! == open, $"{health["runningOrchestrations"]} processes for {open} open orders");

        var step = Math.Max(1, placed.Count / Sample);
        for (var i = 0; i < placed.Count; i += step)
            await OneAsync(shop, placed[i], Must);
        return broken;
    }

    private static async Task OneAsync(LoadShop shop, LoadOrder order, Action<bool, string> must)
    {
        var found = await shop.OrderAsync(order.OrderId);
        var totals = found["totals"]!;
        var total = (690L + order.Sku) * order.Units;
        must((string?)found["status"] == (order.IsPaid ? "PendingShipment" : "PendingPayment"), $"{order.OrderId} is {found["status"]}");
        must((long)totals["total"]! == total, $"{order.OrderId} costs {totals["total"]} and not {total.ToString(CultureInfo.InvariantCulture)}");
        must((long)totals["paid"]! - (long)totals["refunded"]! == (order.IsPaid ? total : 0), $"{order.OrderId} has {totals}");
        must(await shop.RepeatAsync(order) == order.OrderId, $"{order.OrderId}: its key gave another answer");
        must(await shop.StatusForOtherAsync(order) == 404, $"{order.OrderId} was shown to another buyer");
    }

    private static long Units(IEnumerable<LoadOrder> orders) => orders.Sum(order => (long)order.Units);

    /// <param name="shop">The shop, with the orders that were answered.</param>
    /// <param name="before">What the store held before.</param>
    /// <exception cref="LoadFailedException">Something was broken.</exception>
    public static async Task MustHoldAsync(LoadShop shop, OpenBefore? before = null)
    {
        var broken = await FindBrokenAsync(shop, before ?? new OpenBefore(0, 0));
        if (broken.Count > 0)
            throw new LoadFailedException($"The audit found {broken.Count} broken promises:\n  {string.Join("\n  ", broken.Take(10))}");
    }
}

/// <summary>Unpaid orders that were there before the load.</summary>
/// <param name="UnitsOfFirst">Units of item 0 that they hold.</param>
public sealed record OpenBefore(long Orders, long UnitsOfFirst);
