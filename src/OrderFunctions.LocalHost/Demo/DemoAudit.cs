using System.Text.Json.Nodes;

namespace OrderFunctions.LocalHost.Demo;

/// <summary>One rule that must hold at the end, and where it was broken.</summary>
public sealed record Finding(string Rule, IReadOnlyList<string> Broken);

/// <summary>Looks at the shop from outside after the run and checks what must hold under any fault.</summary>
public static class DemoAudit
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(DemoShop shop, IReadOnlyList<DemoOrder> orders, IReadOnlyDictionary<string, int> stock)
    {
        var seen = new Dictionary<DemoOrder, JsonNode>();
        foreach (var order in orders)
            seen[order] = await shop.OrderAsync(order.OrderId);
        return
        [
            Rule("every order ended as its story says", seen, (order, json) => (string)json["status"]! == order.Story.Status),
            Rule("one order per buyer and key", seen, (order, json) => seen.Values.Count(other => (string)other["orderId"]! == (string)json["orderId"]!) == 1),
            Rule("captured − refunded = what the buyer keeps", seen, BooksBalance),
            Rule("every state change follows from the one before", seen, (_, json) => TimelineIsContinuous(json)),
            .. await StockRulesAsync(shop, orders, stock),
            await NothingWaitsAsync(shop),
        ];
    }

    private static Finding Rule(string name, Dictionary<DemoOrder, JsonNode> seen, Func<DemoOrder, JsonNode, bool> holds) =>
        new(name, [.. seen.Where(entry => !holds(entry.Key, entry.Value)).Select(entry => $"{entry.Key.OrderId} ({entry.Key.Story.Title}): {entry.Value["status"]}, {entry.Value["totals"]?.ToJsonString()}")]);

    private static bool BooksBalance(DemoOrder order, JsonNode json)
    {
        var totals = json["totals"]!;
        return (long)totals["paid"]! - (long)totals["refunded"]! == (order.Story.Keeps ? (long)totals["total"]! : 0);
    }

    private static bool TimelineIsContinuous(JsonNode json)
    {
        string? at = null;
        foreach (var entry in json["timeline"]!.AsArray())
        {
            if ((string?)entry!["from"] != at)
                return false;
            at = (string)entry["to"]!;
        }

        return at == (string)json["status"]!;
    }

    private static async Task<IReadOnlyList<Finding>> StockRulesAsync(DemoShop shop, IReadOnlyList<DemoOrder> orders, IReadOnlyDictionary<string, int> stock)
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
            new("never oversold: held + sold ≤ stock", oversold),
            new("never undersold: available + held + sold = stock", lost),
            new("what is sold is what buyers keep, and nothing is still held", wrong),
        ];
    }

    private static async Task<Finding> NothingWaitsAsync(DemoShop shop)
    {
        var health = await shop.HealthAsync();
        var busy = (long)health["runningOrchestrations"]! + (long)health["queuedMessages"]!;
        return new("nobody waits: no orchestration, no message is left", busy == 0 ? [] : [health.ToJsonString()]);
    }
}
