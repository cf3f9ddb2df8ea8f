using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LocalFunctions.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.LocalHost;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Azure.Cosmos;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using Orders.Domain;

namespace Orders.Contracts.Tests.Cosmos;

/// <summary>
/// The whole shop over HTTP with its orders, events, money, users and catalogue in Cosmos DB, as <c>AddCosmos</c> sets it up from settings, all else embedded, at a time that
/// only the test moves. The local host's change feed is not that of Cosmos DB: here the sweep publishes.
/// </summary>
public sealed class ShopOnCosmosTests : IAsyncLifetime
{
    private const string Mug = "MUG";
    private const string Address = """{"name":"Anna","line1":"1 Example Street","city":"Berlin","postalCode":"10115","country":"DE"}""";

    private CosmosServer server = null!;
    private FunctionsTestHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        server = await CosmosServer.StartAsync(TimeProvider.System);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["CosmosDB"] = $"AccountEndpoint={server.Endpoint};AccountKey={CosmosServer.Key}",
            // The tests share two cores with many others, and a clock that stands still: a wait for the next try, or for the circuit, would not end.
            ["Resilience:Cosmos:TryTimeout"] = "00:00:30",
            ["Resilience:Cosmos:TotalTimeout"] = "00:00:30",
            ["Resilience:Cosmos:Retries"] = "0",
            ["Resilience:Cosmos:BreakerMinimum"] = "1000000",
        }).Build();
        host = await FunctionsTestHost.StartAsync(builder =>
        {
            builder.AddLocalShop(new LocalShopOptions(new Uri("http://localhost"), LocalKeys.New(), DataDirectory: null) { Network = () => new ToTheApp(() => client) });
            builder.Services.AddCosmos(settings);
        });
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Order_IsPlacedPaidAndAccepted_AndAnotherRunsOutOfTime()
    {
        using var stocked = await SendAsync(HttpMethod.Put, $"local/catalogue/{Mug}", null, """{"name":"Mug","unitPrice":500,"currency":"EUR","stock":5}""");
        Assert.True(stocked.IsSuccessStatusCode, await stocked.Content.ReadAsStringAsync() + host.Log);

        var (paid, unpaid) = (await PlaceAsync("anna"), await PlaceAsync("bert"));
        Assert.Equal(paid, await PlaceAsync("anna"));
        await PayAsync(paid, "anna");
        await host.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("PendingShipment", await StatusAsync(paid, "anna"));
        await host.AdvanceAsync(TimeSpan.FromMinutes(40));
        Assert.Equal("Cancelled", await StatusAsync(unpaid, "bert"));

        var orders = host.Services.GetRequiredService<IOrderStore>();
        Assert.Equal(new OrderRef(Id.Parse<UserId>("bert"), Id.Parse<OrderId>(unpaid)), await orders.LocateAsync(Id.Parse<OrderId>(unpaid), default));
        Assert.Empty(await host.Services.GetRequiredService<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 10, default));
        var captured = Assert.Single(await host.Services.GetRequiredService<IPaymentBook>().FindAsync(Id.Parse<OrderId>(paid), default));
        Assert.Equal((BookedState.Done, 500), (captured.State, captured.Money.Amount));
        Assert.Contains(server.Answered, answered => answered.Request is { Container: "orders", What: "batch" });
        Assert.DoesNotContain(server.Answered, answered => answered.Status is 400 or 501);
    }

    private async Task<string> PlaceAsync(string buyer)
    {
        using var placed = await SendAsync(
            HttpMethod.Post, "api/orders", await TokenAsync(buyer), $$"""{"lines":[{"sku":"{{Mug}}","quantity":1}],"shippingAddress":{{Address}}}""");
        var body = await placed.Content.ReadAsStringAsync();
        Assert.True(placed.StatusCode == HttpStatusCode.Created, body + host.Log);
        return (string)JsonNode.Parse(body)!["orderId"]!;
    }

    private async Task PayAsync(string order, string buyer)
    {
        using var opened = await SendAsync(HttpMethod.Post, $"api/orders/{order}/payments", await TokenAsync(buyer), "{}");
        var payment = (string)JsonNode.Parse(await opened.Content.ReadAsStringAsync())!["paymentId"]!;
        using var settled = await SendAsync(HttpMethod.Post, $"local/payments/{payment}/settle", token: null, "{}");
        settled.EnsureSuccessStatusCode();
    }

    private async Task<string> StatusAsync(string order, string buyer)
    {
        using var read = await SendAsync(HttpMethod.Get, $"api/orders/{order}", await TokenAsync(buyer), body: null);
        return (string)JsonNode.Parse(await read.Content.ReadAsStringAsync())!["status"]!;
    }

    private async Task<string> TokenAsync(string buyer)
    {
        using var reply = await client.PostAsJsonAsync("local/tokens", new { sub = buyer, role = "customer" });
        return (string)JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["token"]!;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("Idempotency-Key", "the-key");
        }

        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request);
    }
}
