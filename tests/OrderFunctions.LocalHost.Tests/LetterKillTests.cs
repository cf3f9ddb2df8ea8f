using System.Net;
using System.Text.Json.Nodes;

namespace OrderFunctions.LocalHost.Tests;

/// <summary>
/// Dead letters of the real process, over HTTP, killed with SIGKILL in the middle: a poison message is edited and applied once, and a redrive goes on where it was.
/// </summary>
public sealed class LetterKillTests : IAsyncLifetime
{
    private const string Inventory = "order-events/inventory";
    private const int Orders = 6;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("order-functions-letters-");
    private LocalHostProcess host = null!;
    private ShopClient shop = null!;
    private string ops = "";

    public async Task InitializeAsync()
    {
        host = new LocalHostProcess(folder.FullName);
        await host.StartAsync();
        shop = new ShopClient(host.Address);
        ops = await shop.TokenAsync("olga", "ops");
        await shop.SendAsync(HttpMethod.Put, "/local/catalogue/letter-tea", null, new JsonObject { ["name"] = "Tea", ["unitPrice"] = 500, ["currency"] = "EUR", ["stock"] = 100 });
    }

    public async Task DisposeAsync()
    {
        shop.Dispose();
        await host.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task PoisonMessage_IsEditedAndAppliedOnce_AlsoWhenTheHostIsKilledBetween()
    {
        var token = await shop.TokenAsync("letty", "customer");
        var orderId = await PlaceAsync(token, "poison");
        var payment = await shop.SendAsync(HttpMethod.Post, $"/api/orders/{orderId}/payments", token, new JsonObject(), "p");
        await QuietAsync();
        await PlanAsync("""[{"port":"events","operation":"Publish","mode":"garble","times":1}]""");
        await shop.SendAsync(HttpMethod.Post, $"/local/payments/{(string)payment.Body["paymentId"]!}/settle", null, new JsonObject());
        var letter = await UntilAsync(async () => (await LettersAsync($"&orderId={orderId}&source={Inventory}")).SingleOrDefault());
        Assert.Equal("NotAnEvent", (string)letter["reason"]!);
        Assert.Equal((1, 0), await StockAsync());

        var whole = (await shop.SendAsync(HttpMethod.Get, $"/api/ops/orders/{orderId}/events", ops)).Body["items"]!.AsArray()
            .Single(item => (string)item!["type"]! == "order.paid.v1")!["event"]!.ToJsonString();
        await host.KillAsync();
        await host.StartAsync();
        var id = (string)letter["deadLetterId"]!;
        Assert.Equal("unreadable", (string)(await shop.SendAsync(HttpMethod.Get, $"/api/ops/dead-letters/{id}", ops)).Body["verdict"]!["outcome"]!);
        var sent = await shop.SendAsync(HttpMethod.Post, $"/api/ops/dead-letters/{id}/resubmit", ops, new JsonObject { ["payload"] = whole, ["reason"] = "Cut off" }, "mend");
        Assert.True(sent.Status is HttpStatusCode.OK, sent.Body.ToJsonString());
        await host.KillAsync();
        await host.StartAsync();

        await UntilAsync(async () => await StockAsync() == (0, 1) ? "sold" : null);
        Assert.Empty(await LettersAsync($"&orderId={orderId}&source={Inventory}"));
        var audit = (await shop.SendAsync(HttpMethod.Get, $"/api/ops/audit?subject={id}", ops)).Body["items"]!.AsArray();
        Assert.Equal("dead-letter.resubmitted", (string)Assert.Single(audit)!["action"]!);
    }

    [Fact]
    public async Task Redrive_GoesOnAfterAKill_AndAppliesEachOnce()
    {
        var token = await shop.TokenAsync("rita", "customer");
        await PlanAsync("""[{"port":"stock","operation":"Keep","mode":"fail"}]""");
        for (var n = 0; n < Orders; n++)
            await PlaceAsync(token, $"r-{n}");
        await shop.SendAsync(HttpMethod.Post, "/local/clock/advance", null, new JsonObject { ["by"] = "PT22M" });
        Assert.Equal(Orders, (await LettersAsync($"&source={Inventory}")).Count);
        await PlanAsync("[]");

        var body = new JsonObject { ["filter"] = new JsonObject { ["source"] = Inventory }, ["ratePerSecond"] = 1, ["reason"] = "Stock is up again" };
        var started = await shop.SendAsync(HttpMethod.Post, "/api/ops/dead-letters/redrive", ops, body, "redrive");
        Assert.True(started.Status is HttpStatusCode.OK, started.Body.ToJsonString());
        var path = $"/api/ops/dead-letters/redrives/{(string)started.Body["redriveId"]!}";
        await UntilAsync(async () => (int)(await shop.SendAsync(HttpMethod.Get, path, ops)).Body["redriven"]! > 0 ? "begun" : null);
        await host.KillAsync();
        await host.StartAsync();

        var done = await UntilAsync(async () => (await shop.SendAsync(HttpMethod.Get, path, ops)).Body is var read && (string)read["status"]! == "completed" ? read : null);
        Assert.Equal((Orders, Orders, 0), ((int)done["matched"]!, (int)done["redriven"]!, (int)done["failed"]!));
        Assert.Empty(await LettersAsync($"&source={Inventory}"));
        Assert.Equal((Orders, 0), await StockAsync());
    }

    private async Task<string> PlaceAsync(string token, string key)
    {
        var basket = new JsonObject
        {
            ["lines"] = new JsonArray(new JsonObject { ["sku"] = "letter-tea", ["quantity"] = 1 }),
            ["shippingAddress"] = new JsonObject { ["name"] = "K", ["line1"] = "1", ["city"] = "Berlin", ["postalCode"] = "1", ["country"] = "DE" },
        };
        var answer = await shop.SendAsync(HttpMethod.Post, "/api/orders", token, basket, key);
        Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, answer.Body.ToJsonString());
        return (string)answer.Body["orderId"]!;
    }

    private async Task PlanAsync(string faults) =>
        Assert.Equal(HttpStatusCode.OK, (await shop.SendAsync(HttpMethod.Put, "/local/faults", null, JsonNode.Parse(faults))).Status);

    /// <summary>All that was under way is done: the next event to be published is the next one that is caused.</summary>
    private Task QuietAsync() => shop.SendAsync(HttpMethod.Post, "/local/clock/advance", null, new JsonObject { ["by"] = "PT0.001S" });

    private async Task<IReadOnlyList<JsonNode>> LettersAsync(string query) =>
        [.. (await shop.SendAsync(HttpMethod.Get, $"/api/ops/dead-letters?limit=100{query}", ops)).Body["items"]!.AsArray().Select(item => item!)];

    private async Task<(int Held, int Sold)> StockAsync() =>
        (await shop.SendAsync(HttpMethod.Get, "/local/stock/letter-tea", null)).Body is var stock ? ((int)stock["held"]!, (int)stock["sold"]!) : default;

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> look)
        where T : class
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            if (await look() is { } found)
                return found;
            await Task.Delay(50, limit.Token);
        }
    }
}
