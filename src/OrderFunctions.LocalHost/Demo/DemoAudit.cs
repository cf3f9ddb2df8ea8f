using System.Globalization;
using System.Text.Json.Nodes;

namespace OrderFunctions.LocalHost.Demo;

/// <summary>Looks at the shop from outside after the run and checks what must hold under any fault (DESIGN's invariants, as far as they show).</summary>
internal static class DemoAudit
{
    /// <param name="shop">The shop as anybody sees it.</param>
    /// <param name="orders">What was played.</param>
    /// <param name="stock">Units per SKU at the start.</param>
    /// <param name="looked">Told after each order.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        DemoShop shop, IReadOnlyList<DemoOrder> orders, IReadOnlyDictionary<string, int> stock, Action looked)
    {
        var health = await shop.HealthAsync();
        var seen = new List<SeenOrder>();
        foreach (var order in orders)
        {
            seen.Add(new SeenOrder(order, await shop.OrderAsync(order.OrderId), await shop.PlaceAsync(order)));
            looked();
        }

        return
        [
            Rule("every order ended as its story says", seen, one => one.Status == one.Played.Story.Status),
            Rule("one order per buyer and key", seen, one => one.PlacedAgain == one.Id),
            await NobodyElsesAsync(shop, orders),
            Rule("captured − refunded = what the buyer keeps", seen, BooksBalance),
            Rule("every state change follows from the one before", seen, TimelineIsContinuous),
            .. DeadlineRules.Check(seen, Time(health["now"])),
            .. await StockRules.CheckAsync(shop, orders, stock),
            .. await SaleRules.CheckAsync(shop, orders),
            Count("nobody waits: no orchestration is left", health, "runningOrchestrations"),
            Count("no message waits, no event is unpublished", health, "queuedMessages", "unpublishedEvents"),
            Count("no message lies among the dead letters", health, "deadLetters"),
        ];
    }

    internal static DateTimeOffset Time(JsonNode? text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    internal static Finding Rule(string name, IReadOnlyCollection<SeenOrder> seen, Func<SeenOrder, bool> holds) =>
        new(name, seen.Count, [.. seen.Where(one => !holds(one)).Select(one => one.ToString())]);

    private static bool BooksBalance(SeenOrder one)
    {
        var totals = one.Json["totals"]!;
        return (long)totals["paid"]! - (long)totals["refunded"]! == (one.Played.Story.Keeps ? (long)totals["total"]! : 0);
    }

    private static bool TimelineIsContinuous(SeenOrder one)
    {
        string? at = null;
        foreach (var entry in one.Timeline)
        {
            if ((string?)entry["from"] != at)
                return false;
            at = (string)entry["to"]!;
        }

        return at == one.Status;
    }

    /// <summary>Every buyer has the orders that were played for them, and no other.</summary>
    private static async Task<Finding> NobodyElsesAsync(DemoShop shop, IReadOnlyList<DemoOrder> orders)
    {
        var buyers = orders.GroupBy(order => order.Buyer).ToList();
        var broken = new List<string>();
        foreach (var buyer in buyers)
        {
            var listed = await shop.ListAsync(buyer.Key);
            if (!listed.Order(StringComparer.Ordinal).SequenceEqual(buyer.Select(order => order.OrderId).Order(StringComparer.Ordinal)))
                broken.Add($"{buyer.Key} has {listed.Count} orders and placed {buyer.Count()}");
        }

        return new Finding("no order that nobody placed", buyers.Count, broken);
    }

    private static Finding Count(string rule, JsonNode health, params string[] names) =>
        new(rule, names.Length, [.. names.Where(name => (long?)health[name] != 0).Select(name => $"{name}: {health[name]?.ToJsonString() ?? "unknown"}")]);
}

/// <summary>An order as it was played and as the shop shows it at the end.</summary>
/// <param name="Played">What was done to it.</param>
/// <param name="Json">What the API says of it.</param>
/// <param name="PlacedAgain">The order that the same request with the same key gets now.</param>
internal sealed record SeenOrder(DemoOrder Played, JsonNode Json, string PlacedAgain)
{
    public string Id => (string)Json["orderId"]!;

    public string Status => (string)Json["status"]!;

    public IEnumerable<JsonNode> Timeline => Json["timeline"]!.AsArray().Select(entry => entry!);

    public override string ToString() => $"{Id} ({Played.Story.Title}): {Status}, {Json["totals"]?.ToJsonString()}";
}
