using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Shop;

/// <summary>An order that was answered.</summary>
public sealed record LoadOrder(string OrderId, int Buyer, int Sku, int Units, string Key)
{
    /// <summary>How often it was paid in full: 0 or 1.</summary>
    public bool IsPaid { get; set; }
}

/// <summary>The shop under load: its items and buyers, and its requests as bytes. What was answered is kept for the audit.</summary>
/// <param name="address">The host's.</param>
/// <param name="buyers">Buyers; each has a token that was fetched before.</param>
/// <param name="skus">Items.</param>
/// <param name="hotShare">Share of the orders, 0 to 1, that buy item 0; the others are spread evenly.</param>
/// <param name="run">Part of every key, so that runs on one data folder don't repeat each other's orders.</param>
public sealed class LoadShop(Uri address, int buyers, int skus, double hotShare, string run) : IDisposable
{
    internal const string ShippingAddress =
        "{\"name\":\"Load Buyer\",\"line1\":\"1 Example Street\",\"city\":\"Berlin\",\"postalCode\":\"10115\",\"country\":\"DE\"}";

    public const long StockOfEach = 1_000_000_000;

    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
    private readonly string[] tokens = new string[buyers];
    private string support = "";
    private long orders;

    public Uri Address { get; } = address;

    public ConcurrentQueue<LoadOrder> Placed { get; } = [];

    public int Skus { get; } = skus;

    public int Buyers => tokens.Length;

    public static string SkuOf(int sku) => "load-" + sku.ToString(CultureInfo.InvariantCulture);

    /// <summary>Puts the items and fetches the tokens.</summary>
    public async Task OpenAsync()
    {
        for (var sku = 0; sku < Skus; sku++)
            await PutItemAsync(SkuOf(sku), 690 + sku, StockOfEach);

        for (var buyer = 0; buyer < tokens.Length; buyer++)
            tokens[buyer] = await TokenAsync($"load-buyer-{buyer}", "customer");
        support = await TokenAsync("load-support", "support");
    }

    public Task PutItemAsync(string sku, long unitPrice, long stock) => SendAsync(HttpMethod.Put, "/local/catalogue/" + sku, token: null, new JsonObject
    {
        ["name"] = "Load item",
        ["unitPrice"] = unitPrice,
        ["currency"] = "EUR",
        ["stock"] = stock,
    });

    /// <summary>A flash sale that has begun and goes on for as long as anybody measures.</summary>
    public Task PutSaleAsync(string sale, string sku, int units, int perUser) => SendAsync(HttpMethod.Put, "/local/flash-sales/" + sale, token: null, new JsonObject
    {
        ["skus"] = new JsonArray(sku),
        ["quantity"] = units,
        ["startsAt"] = "2026-01-01T00:00:00Z",
        ["endsAt"] = "2126-01-01T00:00:00Z",
        ["perUser"] = perUser,
    });

    /// <summary>What a path answers to a buyer; to the shop's support when null.</summary>
    public Task<JsonNode> ReadAsync(string path, int? buyer) => SendAsync(HttpMethod.Get, path, buyer is { } number ? tokens[number] : support);

    public async Task<string> TokenAsync(string sub, string role) =>
        (string)(await SendAsync(HttpMethod.Post, "/local/tokens", token: null, new JsonObject { ["sub"] = sub, ["role"] = role }))["token"]!;

    /// <summary>Places an order; each call another one, over all runs.</summary>
    public async ValueTask<int> PlaceAsync(Connection connection)
    {
        var order = NewOrder();
        WritePlace(connection.Request, "/api/orders", order);
        var status = await connection.SendAsync();
        if (status == 201)
            Placed.Enqueue(order with { OrderId = connection.TextOf("orderId") });
        return status;
    }

    /// <summary>Places an order, opens its payment and lets the provider settle it; its webhook comes by itself.</summary>
    public async ValueTask<int> PlaceAndPayAsync(Connection connection)
    {
        var order = NewOrder();
        WritePlace(connection.Request, "/api/orders", order);
        var status = await connection.SendAsync();
        if (status != 201)
            return status;
        order = order with { OrderId = connection.TextOf("orderId") };
        Placed.Enqueue(order);
        Write(connection.Request, "POST", $"/api/orders/{order.OrderId}/payments", tokens[order.Buyer], order.Key, "{}");
        status = await connection.SendAsync();
        if (status != 201)
            return status;
        order.IsPaid = true;
        Write(connection.Request, "POST", $"/local/payments/{connection.TextOf("paymentId")}/settle", token: null, key: null, "{}");
        return await connection.SendAsync();
    }

    /// <summary>Reads an order again and again.</summary>
    public Call ReadCall(LoadOrder order) => async connection =>
    {
        Write(connection.Request, "GET", "/api/orders/" + order.OrderId, tokens[order.Buyer], key: null, body: null);
        return await connection.SendAsync();
    };

    /// <summary>The placing request, to a floor that inserts without looking at it.</summary>
    public Call InsertCall() => async connection =>
    {
        WritePlace(connection.Request, "/insert", NewOrder());
        return await connection.SendAsync();
    };

    /// <summary>A GET without anything.</summary>
    public static Call EmptyCall(string path) => async connection =>
    {
        Write(connection.Request, "GET", path, token: null, key: null, body: null);
        return await connection.SendAsync();
    };

    /// <summary>Waits until nothing is due, queued or running in the host.</summary>
    public Task WhenIdleAsync() => AdvanceAsync("PT0S");

    /// <summary>Moves the host's clock, so that what waits for a second try has had it, and waits until it is idle.</summary>
    /// <param name="by">ISO 8601 duration.</param>
    public Task AdvanceAsync(string by) => SendAsync(HttpMethod.Post, "/local/clock/advance", token: null, new JsonObject { ["by"] = by });

    public Task<JsonNode> HealthAsync() => SendAsync(HttpMethod.Get, "/local/health", token: null);

    public Task<JsonNode> StockAsync(int sku) => StockAsync(SkuOf(sku));

    public Task<JsonNode> StockAsync(string sku) => SendAsync(HttpMethod.Get, "/local/stock/" + sku, token: null);

    public Task<JsonNode> OrderAsync(string orderId) => SendAsync(HttpMethod.Get, "/api/orders/" + orderId, support);

    /// <summary>Cancels an order, as the shop's support.</summary>
    public Task<JsonNode> CancelAsync(string orderId) =>
        SendAsync(HttpMethod.Post, $"/api/orders/{orderId}/cancel", support, new JsonObject { ["reason"] = "A measurement is over" });

    /// <summary>The status of a reading by a buyer who is not the owner.</summary>
    public async Task<int> StatusForOtherAsync(LoadOrder order)
    {
        using var connection = await Connection.OpenAsync(Address);
        Write(connection.Request, "GET", "/api/orders/" + order.OrderId, tokens[(order.Buyer + 1) % tokens.Length], key: null, body: null);
        return await connection.SendAsync();
    }

    /// <summary>The same request with the same key once more.</summary>
    /// <returns>The order's id.</returns>
    public async Task<string> RepeatAsync(LoadOrder order)
    {
        using var connection = await Connection.OpenAsync(Address);
        WritePlace(connection.Request, "/api/orders", order);
        var status = await connection.SendAsync();
        return status is 200 or 201 ? connection.TextOf("orderId") : $"status {status}";
    }

    public void Dispose() => http.Dispose();

    private LoadOrder NewOrder()
    {
        var number = Interlocked.Increment(ref orders) - 1;
        // The number decides everything, so a run can be repeated; the multiplications only mix its bits.
        var mixed = (ulong)number * 0x9E3779B97F4A7C15UL;
        var isHot = (mixed >> 11) * (1.0 / (1UL << 53)) < hotShare;
        var key = $"{run}-{number.ToString(CultureInfo.InvariantCulture)}";
        return new LoadOrder("", (int)(number % tokens.Length), isHot ? 0 : (int)(mixed % (ulong)Skus), 1 + (int)(number % 2), key);
    }

    private void WritePlace(ArrayBufferWriter<byte> request, string path, LoadOrder order) => Write(
        request, "POST", path, tokens[order.Buyer], order.Key,
        "{\"lines\":[{\"sku\":\"" + SkuOf(order.Sku) + "\",\"quantity\":" + order.Units.ToString(CultureInfo.InvariantCulture)
        + "}],\"shippingAddress\":" + ShippingAddress + "}");

    /// <summary>A request of a buyer.</summary>
    internal void Write(ArrayBufferWriter<byte> request, string method, string path, int buyer, string? key, string? body) =>
        Write(request, method, path, tokens[buyer], key, body);

    private static void Write(ArrayBufferWriter<byte> request, string method, string path, string? token, string? key, string? body)
    {
        request.ResetWrittenCount();
        var head = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
            + (token is null ? "" : $"Authorization: Bearer {token}\r\n")
            + (key is null ? "" : $"Idempotency-Key: {key}\r\n")
            + (body is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Encoding.ASCII.GetBytes(head, request);
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, string? token, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new LoadFailedException($"{method} {path} was answered {(int)response.StatusCode}: {text}");
    }
}
