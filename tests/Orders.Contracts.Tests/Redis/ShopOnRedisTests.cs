using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LocalFunctions.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.LocalHost;
using Orders.Application.Stock;
using Orders.Azure.Redis;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Redis;

/// <summary>
/// The whole shop over HTTP, its stock, idempotency records, limits and leases in a real Redis, the ledger and all else embedded, at a time that only the
/// test moves.
/// </summary>
[NeedsRedis]
public sealed class ShopOnRedisTests : IAsyncLifetime, IDisposable
{
    private const string Mug = "MUG";
    private const string Address = """{"name":"Anna","line1":"1 Example Street","city":"Berlin","postalCode":"10115","country":"DE"}""";

    private readonly RedisServer server = new();
    private FunctionsTestHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Redis:ConnectionString"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Start().Port}"),
            // The tests share two cores with many others, and a clock that stands still: a wait for the next try, or for the circuit, would not end.
            ["Resilience:Redis:TryTimeout"] = "00:00:30",
            ["Resilience:Redis:TotalTimeout"] = "00:00:30",
            ["Resilience:Redis:Retries"] = "0",
            ["Resilience:Redis:BreakerMinimum"] = "1000000",
        }).Build();
        host = await FunctionsTestHost.StartAsync(builder =>
        {
            builder.AddLocalShop(new LocalShopOptions(new Uri("http://localhost"), LocalKeys.New(), DataDirectory: null) { Network = () => new ToTheApp(() => client) });
            builder.Services.AddRedis(settings);
        });
        client = host.CreateClient();
    }

    [Fact]
    public async Task Orders_AreHeldSoldAndFreedInRedis_AndTheLedgerHasThem()
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await StockAsync(5)).StatusCode);
        await MinuteAsync();
        using var stocked = await StockAsync(5);
        Assert.True(stocked.StatusCode == HttpStatusCode.OK, await stocked.Content.ReadAsStringAsync() + host.Log);

        var placed = await PlaceAsync(7);
        Assert.Equal(5, placed.Count);
        using var again = await PlaceAsync("buyer-0");
        Assert.Equal(placed[0], (string)JsonNode.Parse(await again.Content.ReadAsStringAsync())!["orderId"]!);
        await PayAsync(placed[0], "buyer-0");
        await host.AdvanceAsync(TimeSpan.Zero);
        await StockIsAsync(available: 0, held: 4, sold: 1);
        await host.AdvanceAsync(TimeSpan.FromMinutes(32));
        await StockIsAsync(available: 4, held: 0, sold: 1);

        Assert.Equal(new StockCount(5, 0, 1), (await host.Services.GetRequiredService<IStockLedger>().FindAsync(Domain.Id.Parse<Domain.Sku>(Mug), default))!.Count);
        Assert.Empty((await host.Services.GetRequiredService<ReconcileStock>().RunAsync(default)).Drifts);
    }

    [Fact]
    public async Task RedisThatLostEverything_ClosesTheShopUntilItIsRebuilt()
    {
        await MinuteAsync();
        using var stocked = await StockAsync(5);
        Assert.Equal(3, (await PlaceAsync(3)).Count);
        using (var admin = server.Admin())
            admin.GetServers()[0].FlushAllDatabases();

        using var closed = await PlaceAsync("late");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, closed.StatusCode);
        Assert.NotNull(closed.Headers.RetryAfter);
        await MinuteAsync();
        await StockIsAsync(available: 2, held: 3, sold: 0);
        Assert.Equal(2, (await PlaceAsync(9, from: 100)).Count);
        await host.AdvanceAsync(TimeSpan.FromMinutes(40));
        await StockIsAsync(available: 5, held: 0, sold: 0);
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        client.Dispose();
    }

    public void Dispose() => server.Dispose();

    /// <summary>The timer that looks after the counters runs, and what it did is believed.</summary>
    private async Task MinuteAsync()
    {
        await host.AdvanceAsync(TimeSpan.FromMinutes(1.1));
        await host.AdvanceAsync(TimeSpan.FromSeconds(2));
    }

    private Task<HttpResponseMessage> StockAsync(int units) => SendAsync(
        HttpMethod.Put, $"local/catalogue/{Mug}", token: null, $$"""{"name":"Mug","unitPrice":500,"currency":"EUR","stock":{{units}}}""");

    private async Task StockIsAsync(int available, int held, int sold)
    {
        var level = JsonNode.Parse(await client.GetStringAsync($"local/stock/{Mug}"))!;
        Assert.Equal((available, held, sold), ((int)level["available"]!, (int)level["held"]!, (int)level["sold"]!));
    }

    /// <summary>The orders that came of so many buyers' requests for one mug each.</summary>
    private async Task<List<string>> PlaceAsync(int buyers, int from = 0)
    {
        var placed = new List<string>();
        for (var buyer = from; buyer < from + buyers; buyer++)
        {
            using var reply = await PlaceAsync($"buyer-{buyer}");
            var body = await reply.Content.ReadAsStringAsync();
            if (reply.StatusCode == HttpStatusCode.Created)
                placed.Add((string)JsonNode.Parse(body)!["orderId"]!);
            else
                Assert.Equal("/problems/out-of-stock", (string)JsonNode.Parse(body)!["type"]!);
        }

        return placed;
    }

    private async Task<HttpResponseMessage> PlaceAsync(string buyer) => await SendAsync(
        HttpMethod.Post, "api/orders", await TokenAsync(buyer), $$"""{"lines":[{"sku":"{{Mug}}","quantity":1}],"shippingAddress":{{Address}}}""");

    private async Task PayAsync(string order, string buyer)
    {
        using var opened = await SendAsync(HttpMethod.Post, $"api/orders/{order}/payments", await TokenAsync(buyer), "{}");
        var payment = (string)JsonNode.Parse(await opened.Content.ReadAsStringAsync())!["paymentId"]!;
        using var settled = await SendAsync(HttpMethod.Post, $"local/payments/{payment}/settle", token: null, "{}");
        settled.EnsureSuccessStatusCode();
    }

    private async Task<string> TokenAsync(string buyer)
    {
        using var reply = await client.PostAsJsonAsync("local/tokens", new { sub = buyer, role = "customer" });
        return (string)JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["token"]!;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", "the-key");
        return await client.SendAsync(request);
    }
}
