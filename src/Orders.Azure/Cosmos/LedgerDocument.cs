using System.Globalization;
using System.Text.Json;
using Orders.Application.Stock;
using Orders.Domain;

namespace Orders.Azure.Cosmos;

/// <summary>A level as stored: with the number of the rules' movement, so that rules which come late don't replace later ones.</summary>
internal sealed record LedgerLevelState(LedgerLevel Level, long Ruled)
{
    /// <summary>What may still be sold. It is stored too, so that a sale is counted on condition of one number.</summary>
    public long Room => Level.Count.Stock + Level.Rules.Backorder - Level.Count.Sold;
}

/// <summary>A hold as stored.</summary>
/// <param name="Rest">What it still has to count at SKUs that found no place in its batch; empty for nearly all.</param>
internal sealed record LedgerHoldState(LedgerHold Hold, IReadOnlyList<LedgerRest> Rest)
{
    /// <summary>Room that it has taken for a sale which is not booked yet, see <see cref="LedgerClaims"/>; empty for nearly all.</summary>
    public IReadOnlyList<LedgerRest> Claim { get; init; } = [];

    /// <summary>Whether there is nothing of it but its claim.</summary>
    public bool IsNothing => Hold.Number == 0;

    /// <summary>What stands for a hold of which nothing has been booked.</summary>
    public static LedgerHoldState Nothing(HoldKey key) =>
        new(new LedgerHold(key, HoldStage.Released, HeldUnits.Of([]), Number: 0, DateTimeOffset.UnixEpoch), Rest: []);
}

/// <summary>Units to count at a SKU.</summary>
internal sealed record LedgerRest(Sku Sku, long Held, long Sold);

/// <summary>
/// The ledger's documents of the container <c>stock</c>: levels, holds, adjustments and the epoch. Numbers of movements are texts, for they have more digits than a
/// number of the database. A persisted format.
/// </summary>
internal static class LedgerDocument
{
    /// <summary>The one partition: a movement and all that it counts are one batch.</summary>
    public const string Shop = "shop";

    public const string Epoch = "epoch";

    public static string IdOf(Sku sku) => $"level-{sku}";

    public static string IdOf(HoldKey key) => $"hold-{key}";

    public static string IdOfAdjustment(string key) => CosmosIds.Of("adjustment", key);

    public static byte[] Write(LedgerLevelState level) => CosmosJson.Write(json =>
    {
        json.WriteString("id", IdOf(level.Level.Sku));
        json.WriteString("shop", Shop);
        json.WriteString("kind", "level");
        json.WriteString("level", level.Level.Sku.Value);
        json.WriteNumber("stock", level.Level.Count.Stock);
        json.WriteNumber("held", level.Level.Count.Held);
        json.WriteNumber("sold", level.Level.Count.Sold);
        json.WriteNumber("room", level.Room);
        json.WriteNumber("changes", level.Level.Changes);
        json.WriteMember("rules", Rules(level.Level.Rules));
        json.WriteString("ruled", Number(level.Ruled));
    });

    public static LedgerLevelState ReadLevel(JsonElement document) => new(
        new LedgerLevel(
            Id.Parse<Sku>(document.Text("level")),
            new StockCount(document.GetProperty("stock").GetInt64(), document.GetProperty("held").GetInt64(), document.GetProperty("sold").GetInt64()),
            ReadRules(document.GetProperty("rules")), document.GetProperty("changes").GetInt64()),
        Number(document.Text("ruled")));

    /// <summary><c>waiting</c> is there while it is held, for the list.</summary>
    public static byte[] Write(LedgerHoldState state) => CosmosJson.Write(json =>
    {
        var (key, hold) = (state.Hold.Key, state.Hold);
        json.WriteString("id", IdOf(key));
        json.WriteString("shop", Shop);
        json.WriteString("kind", "hold");
        json.WriteString("userId", key.Order.UserId.Value);
        json.WriteString("orderId", key.Order.OrderId.Value);
        json.WriteNumber("number", key.Number);
        json.WriteString("stage", hold.Stage.ToString());
        json.WriteString("units", hold.Units.Text);
        json.WriteString("moved", Number(hold.Number));
        json.WriteString("at", CosmosJson.Sortable(hold.At));
        if (hold.Stage == HoldStage.Held)
            json.WriteString("waiting", string.Create(CultureInfo.InvariantCulture, $"{key.Order.OrderId}{CosmosJson.Separator}{key.Number:D10}"));
        if (state.Rest.Count > 0)
            json.WriteString("rest", Text(state.Rest));
        if (state.Claim.Count > 0)
            json.WriteString("claim", Text(state.Claim));
    });

    public static HoldKey ReadKey(JsonElement document) => new(
        new OrderRef(Id.Parse<UserId>(document.Text("userId")), Id.Parse<OrderId>(document.Text("orderId"))), document.GetProperty("number").GetInt32());

    public static LedgerHoldState ReadHold(JsonElement document) => new(
        new LedgerHold(
            ReadKey(document),
            Enum.Parse<HoldStage>(document.Text("stage")), HeldUnits.Parse(document.Text("units")), Number(document.Text("moved")),
            CosmosJson.InstantOf(document.Text("at"))),
        ReadRest(document.TextOrNull("rest")))
    {
        Claim = ReadRest(document.TextOrNull("claim")),
    };

    public static byte[] Write(StockMovement.Adjusted adjusted) => CosmosJson.Write(json =>
    {
        json.WriteString("id", IdOfAdjustment(adjusted.Key));
        json.WriteString("shop", Shop);
        json.WriteString("kind", "adjustment");
        json.WriteString("key", adjusted.Key);
        json.WriteString("sku", adjusted.Sku.Value);
        json.WriteNumber("units", adjusted.Units);
        json.WriteString("reason", adjusted.Reason);
        json.WriteString("at", CosmosJson.Sortable(adjusted.At));
    });

    public static byte[] WriteFirstEpoch() => CosmosJson.Write(json =>
    {
        json.WriteString("id", Epoch);
        json.WriteString("shop", Shop);
        json.WriteString("kind", Epoch);
        json.WriteNumber("number", 1);
        json.WriteBoolean("ready", false);
    });

    public static byte[] Rules(StockRules rules) => CosmosJson.Write(json =>
    {
        json.WriteNumber("backorder", rules.Backorder);
        if (rules.HoldCapPerUser is { } cap)
            json.WriteNumber("holdCap", cap);
        if (rules.UnpaidBeforeShortWindow is { } unpaid)
            json.WriteNumber("unpaidLimit", unpaid);
        json.WriteString("shortWindow", rules.ShortPaymentWindow?.ToString("c", CultureInfo.InvariantCulture));
    });

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static StockRules ReadRules(JsonElement rules) => new(
        rules.GetProperty("backorder").GetInt64(), NumberOrNull(rules, "holdCap"), NumberOrNull(rules, "unpaidLimit"),
        rules.TextOrNull("shortWindow") is { } window ? TimeSpan.ParseExact(window, "c", CultureInfo.InvariantCulture) : null);

    private static string Text(IEnumerable<LedgerRest> rests) =>
        string.Join(' ', rests.Select(rest => string.Create(CultureInfo.InvariantCulture, $"{rest.Sku}:{rest.Held}:{rest.Sold}")));

    private static IReadOnlyList<LedgerRest> ReadRest(string? text) =>
    [
        .. (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':'))
            .Select(part => new LedgerRest(Id.Parse<Sku>(part[0]), Number(part[1]), Number(part[2]))),
    ];

    private static int? NumberOrNull(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
