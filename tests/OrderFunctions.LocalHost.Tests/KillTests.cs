using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace OrderFunctions.LocalHost.Tests;

/// <summary>
/// Load on the real process, killed with SIGKILL at random moments and started again on the same files. What was answered must be there,
/// to the unit and to the minor unit.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int Buyers = 6;
    private const int Stock = 100_000;

    private readonly ConcurrentDictionary<string, Placed> placed = new();

    [Fact]
    public async Task LocalHost_KilledTwentyTimesUnderLoad_LosesNothingItAnswered()
    {
        var folder = Directory.CreateTempSubdirectory("order-functions-kill-");
        try
        {
            await using var host = new LocalHostProcess(folder.FullName);
            await host.StartAsync();
            using var shop = new ShopClient(host.Address);
            await shop.SendAsync(HttpMethod.Put, "/local/catalogue/kill-tea", null, new JsonObject { ["name"] = "Tea", ["unitPrice"] = 500, ["currency"] = "EUR", ["stock"] = Stock });

            using var enough = new CancellationTokenSource();
            var load = Enumerable.Range(0, Buyers).Select(buyer => LoadAsync(shop, buyer, enough.Token)).ToArray();
            var chance = new Random(20);
            for (var kill = 0; kill < Kills; kill++)
            {
                await Task.Delay(chance.Next(200, 1000));
                await host.KillAsync();
                await host.StartAsync();
            }

            await enough.CancelAsync();
            await Task.WhenAll(load);
            output.WriteLine($"{placed.Count} orders over {Kills} kills");
            Assert.True(placed.Count >= Kills, $"only {placed.Count} orders were placed");
            await AuditAsync(shop);
            AuditEvents(Path.Combine(folder.FullName, "local-functions.db"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>One buyer: places orders and takes each a different way.</summary>
    private async Task LoadAsync(ShopClient shop, int buyer, CancellationToken enough)
    {
        var sub = $"kill-buyer-{buyer}";
        var token = await shop.TokenAsync(sub, "customer");
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            var key = $"{sub}-{number}";
            var basket = new JsonObject
            {
                ["lines"] = new JsonArray(new JsonObject { ["sku"] = "kill-tea", ["quantity"] = 1 + (number % 3) }),
                ["shippingAddress"] = new JsonObject { ["name"] = "K", ["line1"] = "1", ["city"] = "Berlin", ["postalCode"] = "1", ["country"] = "DE" },
            };
            var answer = await shop.SendAsync(HttpMethod.Post, "/api/orders", token, basket, key);
            Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, $"placing answered {answer.Status}: {answer.Body}");
            var order = new Placed((string)answer.Body["orderId"]!, sub, 1 + (number % 3), (long)answer.Body["totals"]!["total"]!);
            Assert.True(placed.TryAdd(order.OrderId, order), "two keys, one order");
            switch (number % 4)
            {
                case 1:
                    await shop.SendAsync(HttpMethod.Post, $"/api/orders/{order.OrderId}/cancel", token, new JsonObject { ["reason"] = "test" });
                    order.Ends = "Cancelled";
                    break;
                case 2 or 3:
                    var payment = await shop.SendAsync(HttpMethod.Post, $"/api/orders/{order.OrderId}/payments", token, new JsonObject(), key);
                    Assert.Equal(HttpStatusCode.Created, payment.Status);
                    var settled = await shop.SendAsync(HttpMethod.Post, $"/local/payments/{(string)payment.Body["paymentId"]!}/settle", null, new JsonObject { ["webhook"] = number % 4 == 2 ? "send" : "lose" });
                    Assert.Equal(HttpStatusCode.OK, settled.Status);
                    order.Ends = "PendingShipment";
                    break;
                default:
                    order.Ends = "Cancelled";
                    break;
            }
        }
    }

    private async Task AuditAsync(ShopClient shop)
    {
        var advanced = await shop.SendAsync(HttpMethod.Post, "/local/clock/advance", null, new JsonObject { ["by"] = "PT2H" });
        Assert.Equal(HttpStatusCode.OK, advanced.Status);
        var support = await shop.TokenAsync("kill-support", "support");
        foreach (var order in placed.Values)
        {
            var found = await shop.SendAsync(HttpMethod.Get, $"/api/orders/{order.OrderId}", support);
            Assert.Equal(HttpStatusCode.OK, found.Status);
            Assert.Equal(order.Ends, (string)found.Body["status"]!);
            var totals = found.Body["totals"]!;
            Assert.Equal(order.Ends == "PendingShipment" ? order.Total : 0, (long)totals["paid"]! - (long)totals["refunded"]!);
        }

        var paid = placed.Values.Where(order => order.Ends == "PendingShipment").ToList();
        var level = (await shop.SendAsync(HttpMethod.Get, "/local/stock/kill-tea", null)).Body;
        Assert.Equal(Stock, (long)level["available"]! + (long)level["held"]! + (long)level["sold"]!);
        Assert.Equal(0, (long)level["held"]!);
        Assert.Equal(paid.Sum(order => order.Units), (long)level["sold"]!);

        // Orders that wait for the merchant have a live orchestration each, and nobody else has one.
        var health = (await shop.SendAsync(HttpMethod.Get, "/local/health", null)).Body;
        Assert.Equal(paid.Count, (long)health["runningOrchestrations"]!);
        Assert.Equal(0, (long)health["queuedMessages"]!);
    }

    /// <summary>Every order was placed and then paid or cancelled: its consumers have seen both events, and none waits to be sent.</summary>
    private void AuditEvents(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly");
        connection.Open();
        Assert.Equal(0, Count(connection, "SELECT COUNT(*) FROM order_outbox"));
        foreach (var consumer in (string[])["inventory", "notification", "lifecycle"])
        {
            var seen = Count(connection, "SELECT COUNT(DISTINCT substr(message_id, 1, 26)) FROM inbox WHERE consumer = $1 AND message_id LIKE '%-1'", consumer);
            Assert.Equal(placed.Count, seen);
        }

        Assert.Equal(2 * placed.Count, Count(connection, "SELECT COUNT(*) FROM inbox WHERE consumer = 'inventory'"));
    }

    private static long Count(SqliteConnection connection, string sql, string? argument = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (argument is not null)
            command.Parameters.AddWithValue("$1", argument);
        return (long)command.ExecuteScalar()!;
    }

    private sealed record Placed(string OrderId, string Buyer, int Units, long Total)
    {
        public string Ends { get; set; } = "";
    }
}
