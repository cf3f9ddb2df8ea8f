using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LocalFunctions;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace OrderFunctions.LocalHost.Tests;

/// <summary>An answer, read whole.</summary>
public sealed record Reply(HttpStatusCode Status, string? MediaType, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public JsonNode? this[string name] => Json[name];

    /// <summary>A refusal must be a problem document of a known kind.</summary>
    public void IsProblem(HttpStatusCode status, string name)
    {
        Assert.True(Status == status, ToString());
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal("/problems/" + name, (string?)Json["type"]);
        Assert.DoesNotContain("OrderFunctions", Body, StringComparison.Ordinal);
    }

    public Reply IsOk()
    {
        Assert.True((int)Status is 200 or 201, ToString());
        return this;
    }

    public override string ToString() => $"{(int)Status} {Body}";
}

/// <summary>The whole shop in memory, put together as the local host does; its provider is reached over the test server's HTTP.</summary>
public sealed class TestShop : IAsyncDisposable
{
    public const string Tea = "test-tea";
    public const long Price = 690;

    private readonly Dictionary<string, string> tokens = [];

    private TestShop(FunctionsTestHost host, LocalKeys keys)
    {
        (Host, Keys) = (host, keys);
        Client = host.CreateClient();
    }

    public FunctionsTestHost Host { get; }

    public LocalKeys Keys { get; }

    public HttpClient Client { get; }

    public DateTimeOffset Now => Host.Clock.GetUtcNow();

    /// <param name="before">What else is set, before the shop is put together.</param>
    public static async Task<TestShop> StartAsync(Action<FunctionsApplicationBuilder>? before = null)
    {
        var keys = LocalKeys.New();
        FunctionsTestHost? started = null;
        var host = await FunctionsTestHost.StartAsync(builder =>
        {
            before?.Invoke(builder);
            builder.AddLocalShop(
                new LocalShopOptions(new Uri("http://localhost"), keys, DataDirectory: null) { Network = () => new ToTheHost(() => started!) });
        });
        started = host;
        var shop = new TestShop(host, keys);
        await shop.PutItemAsync(Tea, stock: 100);
        return shop;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <param name="body">JSON as it stands; null for none.</param>
    public async Task<Reply> SendAsync(HttpMethod method, string path, string? body = null, string? token = null, string? key = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        using var response = await Client.SendAsync(request);
        return new Reply(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> PostAsync(string path, string? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<Reply> PutAsync(string path, string body) => SendAsync(HttpMethod.Put, path, body);

    public async Task PutItemAsync(string sku, long stock) =>
        (await PutAsync($"/local/catalogue/{sku}", $$"""{"name":"Tea","unitPrice":{{Price}},"currency":"EUR","stock":{{stock}}}""")).IsOk();

    public async Task<string> TokenAsync(string sub, string role = "customer")
    {
        if (!tokens.TryGetValue(role + sub, out var token))
            tokens[role + sub] = token = (string)(await PostAsync("/local/tokens", $$"""{"sub":"{{sub}}","role":"{{role}}"}""")).IsOk()["token"]!;
        return token;
    }

    public async Task<Reply> TryPlaceAsync(string key, string buyer = "anna", int quantity = 1) => await SendAsync(
        HttpMethod.Post, "/api/orders",
        $$$"""{"lines":[{"sku":"{{{Tea}}}","quantity":{{{quantity}}}}],"shippingAddress":{"name":"A","line1":"1","city":"B","postalCode":"1","country":"DE"}}""",
        await TokenAsync(buyer), key);

    public async Task<string> PlaceAsync(string key = "k", string buyer = "anna", int quantity = 1) =>
        (string)(await TryPlaceAsync(key, buyer, quantity)).IsOk()["orderId"]!;

    public async Task<string> PayAsync(string orderId, string buyer = "anna", string key = "p") =>
        (string)(await SendAsync(HttpMethod.Post, $"/api/orders/{orderId}/payments", "{}", await TokenAsync(buyer), key)).IsOk()["paymentId"]!;

    public async Task<Reply> OrderAsync(string orderId) =>
        (await SendAsync(HttpMethod.Get, $"/api/orders/{orderId}", token: await TokenAsync("staff", "support"))).IsOk();

    public async Task<Reply> SettleAsync(string paymentId, string? body = null) => (await PostAsync($"/local/payments/{paymentId}/settle", body)).IsOk();

    public async Task<Reply> AdvanceAsync(string by = "PT0S") => (await PostAsync("/local/clock/advance", $$"""{"by":"{{by}}"}""")).IsOk();

    /// <summary>The network between app and provider, which are one process here. Asked for each time: after a restart there is another server.</summary>
    private sealed class ToTheHost(Func<FunctionsTestHost> host) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var server = (TestServer)host().Services.GetRequiredService<IServer>();
            using var invoker = new HttpMessageInvoker(server.CreateHandler(), disposeHandler: false);
            return await invoker.SendAsync(request, cancellationToken);
        }
    }
}
