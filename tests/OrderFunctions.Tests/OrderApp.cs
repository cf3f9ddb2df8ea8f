using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LocalFunctions.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Events;
using OrderFunctions.LocalHost;
using Orders.Application.Stock;
using Orders.Domain;

namespace OrderFunctions.Tests;

/// <summary>The whole shop in memory, put together as the local host puts it together; a clock that only the test moves.</summary>
public sealed class OrderApp : IAsyncDisposable
{
    public const string Mug = "MUG-WHITE";
    public const string WebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly LocalKeys Keys = new(Convert.ToBase64String(Tokens.Key.Key), WebhookSecret, "key of the tests");

    private readonly Tokens tokens;

    private OrderApp(FunctionsTestHost host)
    {
        Host = host;
        Client = host.CreateClient();
        tokens = new Tokens(host.Clock);
    }

    public FunctionsTestHost Host { get; }

    public HttpClient Client { get; }

    internal Tokens Tokens => tokens;

    public static async Task<OrderApp> StartAsync(Action<FunctionsApplicationBuilder>? alsoConfigure = null, FunctionsTestOptions? options = null)
    {
        FunctionsTestHost? started = null;
        var host = await FunctionsTestHost.StartAsync(builder =>
        {
            builder.AddLocalShop(new LocalShopOptions(new Uri("http://localhost"), Keys, DataDirectory: null) { Network = () => new ToTheApp(() => started!) });

            // The clock stands still while a function runs, so its pauses would be real time: what is away uses its deliveries up at once.
            builder.Services.AddSingleton(new DeliveryPauses([]));
            alsoConfigure?.Invoke(builder);
        }, options);
        started = host;
        var app = new OrderApp(host);
        await app.StockAsync(Mug, "White mug", unitPrice: 1250, units: 100);
        return app;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public T Get<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    /// <summary>Sends what a client would. <paramref name="body"/>: JSON text, sent as it stands.</summary>
    /// <param name="token">Null for none.</param>
    public async Task<Reply> SendAsync(
        HttpMethod method, string path, string? token = null, string? body = null, string? key = null, string? ifMatch = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return await SendAsync(request);
    }

    /// <summary>Of a stream, which has no end, only the head is read.</summary>
    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            return new Reply(response.StatusCode, response.Headers, response.Content.Headers, "");
        return new Reply(response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync());
    }

    public Task<Reply> PlaceAsync(string user, string key, string? body = null) =>
        SendAsync(HttpMethod.Post, "api/orders", tokens.For(user, "customer"), body ?? Baskets.Of(Mug, 2), key);

    /// <summary>Places an order and returns its number.</summary>
    public async Task<string> PlacedAsync(string user = "alice", string key = "k1", string? body = null)
    {
        var reply = await PlaceAsync(user, key, body);
        Assert.True(reply.Status is HttpStatusCode.Created, reply.ToString() + Host.Log);
        return reply["orderId"];
    }

    public async Task<Reply> ReadAsync(string orderId, string user = "alice") =>
        await SendAsync(HttpMethod.Get, $"api/orders/{orderId}", tokens.For(user, "customer"));

    /// <summary>Opens a payment of an order and returns its number.</summary>
    public async Task<string> PayingAsync(string orderId, string user = "alice", string key = "p1")
    {
        var reply = await SendAsync(HttpMethod.Post, $"api/orders/{orderId}/payments", tokens.For(user, "customer"), key: key);
        Assert.True(reply.Status is HttpStatusCode.Created, reply.ToString() + Host.Log);
        return reply["paymentId"];
    }

    /// <summary>Lets the simulated provider take the money, and everything that follows from it happen.</summary>
    public async Task SettleAsync(string paymentId, string body = "{}")
    {
        var reply = await SendAsync(HttpMethod.Post, $"local/payments/{paymentId}/settle", body: body);
        Assert.True((int)reply.Status < 300, reply.ToString() + Host.Log);
        await Host.AdvanceAsync(TimeSpan.Zero);
    }

    /// <summary>A placed, paid and accepted order.</summary>
    public async Task<string> AcceptedAsync(string user = "alice", string key = "k1")
    {
        var orderId = await PlacedAsync(user, key);
        await SettleAsync(await PayingAsync(orderId, user));
        return orderId;
    }

    public async Task<StockLevel> StockOfAsync(string sku = Mug) =>
        (await Get<IStock>().FindAsync(Id.Parse<Sku>(sku), CancellationToken.None))!;

    public async Task StockAsync(string sku, string name, long unitPrice, int units, string currency = "EUR")
    {
        var merchant = tokens.For("mia", "merchant");
        var item = await SendAsync(HttpMethod.Put, $"api/catalogue/{sku}", merchant, $$"""{"name":"{{name}}","unitPrice":{{unitPrice}},"currency":"{{currency}}"}""");
        Assert.True(item.Status is HttpStatusCode.OK, item.ToString() + Host.Log);
        var stock = await SendAsync(HttpMethod.Post, $"api/stock/{sku}/adjustments", merchant, $$"""{"setTo":{{units}},"reason":"Counted"}""");
        Assert.True(stock.Status is HttpStatusCode.OK, stock.ToString() + Host.Log);
    }
}

/// <summary>The network between app and provider, which are one process here.</summary>
internal sealed class ToTheApp(Func<FunctionsTestHost> host) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Asked for each time: after a restart there is another server.
        var server = (TestServer)host().Services.GetRequiredService<IServer>();
        using var invoker = new HttpMessageInvoker(server.CreateHandler(), disposeHandler: false);
        return await invoker.SendAsync(request, cancellationToken);
    }
}

/// <summary>An answer, read whole.</summary>
public sealed record Reply(HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>A text of the top level.</summary>
    public string this[string name] => Json[name]!.GetValue<string>();

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public override string ToString() => $"{(int)Status} {Body}";
}

/// <summary>Bodies of orders.</summary>
public static class Baskets
{
    public const string Address = """{"name":"Ada Lovelace","line1":"12 St James's Square","city":"London","postalCode":"SW1Y 4JH","country":"GB"}""";

    public static string Of(string sku, int quantity) => Lines($$"""{"sku":"{{sku}}","quantity":{{quantity}}}""");

    public static string Lines(string lines) => $$"""{"lines":[{{lines}}],"shippingAddress":{{Address}}}""";
}
