using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OrderFunctions.LocalHost.Demo;

/// <summary>Speaks to the API and the local controls over HTTP, as anybody outside would. An unexpected status is an error with its body.</summary>
public sealed class DemoShop(HttpClient http)
{
    private const int MostTicketLooks = 600;
    private static readonly TimeSpan TicketPause = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, string> tokens = [];

    /// <summary>A token for that subject and role, fetched once.</summary>
    public async Task<string> TokenAsync(string sub, string role)
    {
        lock (tokens)
        {
            if (tokens.TryGetValue($"{role} {sub}", out var known))
                return known;
        }

        var answer = await SendAsync(HttpMethod.Post, "/local/tokens", token: null, new JsonObject { ["sub"] = sub, ["role"] = role });
        var token = (string)answer["token"]!;
        lock (tokens)
            tokens[$"{role} {sub}"] = token;
        return token;
    }

    public Task PutItemAsync(string sku, string name, long unitPrice, int stock) => SendAsync(HttpMethod.Put, $"/local/catalogue/{sku}", token: null, new JsonObject
    {
        ["name"] = name,
        ["unitPrice"] = unitPrice,
        ["currency"] = "EUR",
        ["stock"] = stock,
    });

    /// <summary>A flash sale of one SKU that has begun and will last.</summary>
    public async Task PutSaleAsync(string sku, int quantity) => await SendAsync(HttpMethod.Put, "/local/flash-sales/demo", token: null, new JsonObject
    {
        ["skus"] = new JsonArray(sku),
        ["quantity"] = quantity,
        ["startsAt"] = "2020-01-01T00:00:00Z",
        ["endsAt"] = "2100-01-01T00:00:00Z",
        ["perUser"] = 1_000,
    });

    public async Task<JsonNode> SaleUnitsAsync() =>
        await SendAsync(HttpMethod.Get, "/api/flash-sales/demo/units", await TokenAsync("demo-support", "support"));

    /// <summary>Places the order, or takes its place in the sale; the same order again is the same request with the same key.</summary>
    /// <returns>The id that the shop gave it.</returns>
    public Task<string> PlaceAsync(DemoOrder order) => order.Story.InSale ? PlaceInSaleAsync(order) : PlaceOrdinaryAsync(order);

    private async Task<string> PlaceOrdinaryAsync(DemoOrder order) =>
        (string)(await SendAsync(HttpMethod.Post, "/api/orders", await TokenAsync(order.Buyer, "customer"), new JsonObject
        {
            ["lines"] = new JsonArray([.. order.Basket.Select(line => (JsonNode)new JsonObject { ["sku"] = line.Sku, ["quantity"] = line.Quantity })]),
            ["shippingAddress"] = Address(),
        }, order.Key("place")))["orderId"]!;

    private async Task<string> PlaceInSaleAsync(DemoOrder order)
    {
        var token = await TokenAsync(order.Buyer, "customer");
        var (sku, quantity) = order.Basket[0];

        order.Admission ??= (string)(await SendAsync(HttpMethod.Post, "/api/flash-sales/demo/admissions", token))["admission"]!;
        var given = await SendAsync(HttpMethod.Post, "/api/flash-sales/demo/orders", token, new JsonObject
        {
            ["admission"] = order.Admission,
            ["sku"] = sku,
            ["quantity"] = quantity,
            ["shippingAddress"] = Address(),
        }, order.Key("place"));
        for (var asked = 0; asked < MostTicketLooks; asked++)
        {
            var ticket = await SendAsync(HttpMethod.Get, $"/api/flash-sales/demo/tickets/{(string)given["ticketId"]!}", token);
            if ((string)ticket["status"]! == "ordered")
                return (string)ticket["orderId"]!;
            await Task.Delay(TicketPause, TimeProvider.System);
        }

        throw new DemoFailedException($"Ticket {(string)given["ticketId"]!} did not become an order.");
    }

    private static JsonObject Address() => new()
    {
        ["name"] = "Demo Buyer",
        ["line1"] = "1 Example Street",
        ["city"] = "Berlin",
        ["postalCode"] = "10115",
        ["country"] = "DE",
    };

    /// <summary>The ids of all orders of a buyer, newest first.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string buyer)
    {
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = await SendAsync(
                HttpMethod.Get, cursor is null ? "/api/orders?limit=100" : $"/api/orders?limit=100&cursor={Uri.EscapeDataString(cursor)}", await TokenAsync(buyer, "customer"));
            found.AddRange(page["items"]!.AsArray().Select(item => (string)item!["orderId"]!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        return found;
    }

    public async Task<string> PayAsync(string buyer, string orderId, string key) =>
        (string)(await SendAsync(HttpMethod.Post, $"/api/orders/{orderId}/payments", await TokenAsync(buyer, "customer"), new JsonObject(), key))["paymentId"]!;

    public Task SettleAsync(string paymentId, string webhook = "send", string? delay = null, long? amount = null)
    {
        var body = new JsonObject { ["webhook"] = webhook };
        if (delay is not null)
            body["delay"] = delay;
        if (amount is not null)
            body["amount"] = amount;
        return SendAsync(HttpMethod.Post, $"/local/payments/{paymentId}/settle", token: null, body);
    }

    public async Task CancelAsync(string buyer, string orderId) =>
        await SendAsync(HttpMethod.Post, $"/api/orders/{orderId}/cancel", await TokenAsync(buyer, "customer"), new JsonObject { ["reason"] = "changed my mind" });

    public async Task ShipAsync(string orderId, string key, params (string LineId, int Quantity)[] lines)
    {
        var body = new JsonObject { ["carrier"] = "demo-post", ["trackingNumber"] = "T-" + key };
        if (lines.Length > 0)
            body["lines"] = new JsonArray([.. lines.Select(line => (JsonNode)new JsonObject { ["lineId"] = line.LineId, ["quantity"] = line.Quantity })]);
        await SendAsync(HttpMethod.Post, $"/api/orders/{orderId}/shipments", await TokenAsync("demo-merchant", "merchant"), body, key);
    }

    public async Task ReceiveAsync(string buyer, string orderId) =>
        await SendAsync(HttpMethod.Post, $"/api/orders/{orderId}/receipt", await TokenAsync(buyer, "customer"), new JsonObject());

    public async Task<JsonNode> OrderAsync(string orderId) =>
        await SendAsync(HttpMethod.Get, $"/api/orders/{orderId}", await TokenAsync("demo-support", "support"));

    public Task<JsonNode> StockAsync(string sku) => SendAsync(HttpMethod.Get, $"/local/stock/{sku}", token: null);

    public Task<JsonNode> AdvanceAsync(string by) => SendAsync(HttpMethod.Post, "/local/clock/advance", token: null, new JsonObject { ["by"] = by });

    public Task<JsonNode> HealthAsync() => SendAsync(HttpMethod.Get, "/local/health", token: null);

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, string? token, JsonNode? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            throw new DemoFailedException($"{method} {path} answered {status}: {text}");
        }

        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}

/// <summary>The demo met an answer that it can't go on with.</summary>
public sealed class DemoFailedException(string message) : Exception(message);
