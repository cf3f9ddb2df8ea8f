using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace OrderFunctions.LocalHost.Tests;

/// <summary>
/// A flash sale on the real process, killed with SIGKILL in the middle of it: never more orders than units, no unit lost, every ticket answered; and what
/// stays unpaid can be sold again, to the unit.
/// </summary>
public sealed class SaleKillTests(ITestOutputHelper output)
{
    private const int Buyers = 240;
    private const int AtOnce = 24;
    private const int Units = 60;
    private const int Stock = 100;
    private const int Kills = 4;

    private readonly ConcurrentDictionary<string, string> tickets = new();
    private int soldOut;

    [Fact]
    public async Task Sale_KilledInTheMiddle_SellsEveryUnitOnce()
    {
        var folder = Directory.CreateTempSubdirectory("order-functions-sale-");
        try
        {
            await using var host = new LocalHostProcess(folder.FullName);
            await host.StartAsync();
            using var shop = new ShopClient(host.Address);
            await shop.SendAsync(HttpMethod.Put, "/local/catalogue/kill-pot", null, new JsonObject { ["name"] = "Pot", ["unitPrice"] = 5900, ["currency"] = "EUR", ["stock"] = Stock });
            var sale = await shop.SendAsync(HttpMethod.Put, "/local/flash-sales/friday", null, new JsonObject
            {
                ["skus"] = new JsonArray("kill-pot"),
                ["quantity"] = Units,
                ["startsAt"] = "2020-01-01T00:00:00Z",
                ["endsAt"] = "2100-01-01T00:00:00Z",
            });
            Assert.Equal(HttpStatusCode.OK, sale.Status);

            var crowd = Parallel.ForEachAsync(
                Enumerable.Range(0, Buyers), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (buyer, _) => await BuyAsync(shop, $"sale-buyer-{buyer}"));
            for (var kill = 1; kill <= Kills; kill++)
            {
                // In the middle: while some units are taken and some are left.
                while (tickets.Count < kill * Units / (Kills + 1) && !crowd.IsCompleted)
                    await Task.Delay(5);
                await host.KillAsync();
                await host.StartAsync();
            }

            await crowd;
            output.WriteLine($"{tickets.Count} tickets, {soldOut} sold out, over {Kills} kills");
            await AuditAsync(shop);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task BuyAsync(ShopClient shop, string buyer)
    {
        var token = await shop.TokenAsync(buyer, "customer");
        var admission = await shop.SendAsync(HttpMethod.Post, "/api/flash-sales/friday/admissions", token);
        var answer = admission.Status is HttpStatusCode.Created
            ? await shop.SendAsync(HttpMethod.Post, "/api/flash-sales/friday/orders", token, OrderOf((string)admission.Body["admission"]!), "one")
            : admission;
        if (answer.Status is HttpStatusCode.Accepted)
        {
            Assert.True(tickets.TryAdd(buyer, (string)answer.Body["ticketId"]!));
            return;
        }

        Assert.Equal("/problems/sold-out", (string)answer.Body["type"]!);
        Interlocked.Increment(ref soldOut);
    }

    private static JsonObject OrderOf(string admission) => new()
    {
        ["admission"] = admission,
        ["sku"] = "kill-pot",
        ["quantity"] = 1,
        ["shippingAddress"] = new JsonObject { ["name"] = "K", ["line1"] = "1", ["city"] = "Berlin", ["postalCode"] = "1", ["country"] = "DE" },
    };

    private async Task AuditAsync(ShopClient shop)
    {
        Assert.Equal(Units, tickets.Count);
        Assert.Equal(Buyers - Units, soldOut);
        Assert.Equal(HttpStatusCode.OK, (await shop.SendAsync(HttpMethod.Post, "/local/clock/advance", null, new JsonObject { ["by"] = "PT0S" })).Status);
        var orders = new HashSet<string>();
        foreach (var (buyer, ticketId) in tickets)
        {
            var token = await shop.TokenAsync(buyer, "customer");
            var ticket = (await shop.SendAsync(HttpMethod.Get, $"/api/flash-sales/friday/tickets/{ticketId}", token)).Body;
            Assert.Equal("ordered", (string)ticket["status"]!);
            Assert.True(orders.Add((string)ticket["orderId"]!));
            var order = await shop.SendAsync(HttpMethod.Get, $"/api/orders/{(string)ticket["orderId"]!}", token);
            Assert.Equal("PendingPayment", (string)order.Body["status"]!);
        }

        await CountersAreAsync(shop, left: 0, held: Units);
        await shop.SendAsync(HttpMethod.Post, "/local/clock/advance", null, new JsonObject { ["by"] = "PT31M" });
        await CountersAreAsync(shop, left: Units, held: 0);
        await BuyAsync(shop, "somebody-later");
        Assert.Equal(Units + 1, tickets.Count);
    }

    private static async Task CountersAreAsync(ShopClient shop, long left, long held)
    {
        var support = await shop.TokenAsync("kill-support", "support");
        var units = (await shop.SendAsync(HttpMethod.Get, "/api/flash-sales/friday/units", support)).Body;
        Assert.Equal((left, held, 0), ((long)units["left"]!, (long)units["held"]!, (long)units["sold"]!));
        var stock = (await shop.SendAsync(HttpMethod.Get, "/local/stock/kill-pot", null)).Body;
        Assert.Equal((Stock - held, held, 0), ((long)stock["available"]!, (long)stock["held"]!, (long)stock["sold"]!));
    }
}
