using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OrderFunctions.Console.Tests;

/// <summary>What happens outside the console: buyers, the provider and time, over the local host's HTTP.</summary>
public sealed class Shop(string url) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(1) };
    private readonly Dictionary<string, string> tokens = [];
    private int calls;

    public async Task ReadyAsync(Task program)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            if (program.IsCompleted)
                await program;
            try
            {
                using var answer = await http.GetAsync("/local/health", limit.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet: asked again.
            }

            await Task.Delay(50, limit.Token);
        }
    }

    public async Task<string> TokenAsync(string sub, string role)
    {
        if (!tokens.TryGetValue(role + sub, out var token))
            tokens[role + sub] = token = (string)(await SendAsync(HttpMethod.Post, "/local/tokens", new JsonObject { ["sub"] = sub, ["role"] = role }))["token"]!;
        return token;
    }

    /// <summary>Sends it and wants a success.</summary>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body = null, string? sub = null, string role = "customer")
    {
        using var request = new HttpRequestMessage(method, path);
        if (sub is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(sub, role));
        request.Headers.Add("Idempotency-Key", $"test-{++calls}");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public Task<JsonNode> PostAsync(string path, JsonNode? body = null, string? sub = null, string role = "customer") => SendAsync(HttpMethod.Post, path, body, sub, role);

    public Task AdvanceAsync(string by = "PT0S") => PostAsync("/local/clock/advance", new JsonObject { ["by"] = by });

    /// <summary>The host as it is after a few nights, at noon: what nightly jobs make is there, and no test runs over midnight.</summary>
    public async Task AdvanceToNoonAsync()
    {
        await AdvanceAsync("P1D");
        var now = ((DateTimeOffset)(await SendAsync(HttpMethod.Get, "/local/clock"))["now"]!).UtcDateTime;
        await AdvanceAsync($"PT{(int)(now.Date.AddDays(2).AddHours(12) - now).TotalMinutes}M");
    }

    /// <summary>The host's day, in UTC.</summary>
    public async Task<DateOnly> TodayAsync() =>
        DateOnly.FromDateTime(((DateTimeOffset)(await SendAsync(HttpMethod.Get, "/local/clock"))["now"]!).UtcDateTime);

    /// <returns>The number of an unpaid order of two packets of tea.</returns>
    public async Task<string> PlaceAsync(string buyer, string name = "Ada Lovelace", int quantity = 2)
    {
        var address = new JsonObject { ["name"] = name, ["line1"] = "12 St James's Square", ["city"] = "London", ["postalCode"] = "SW1Y 4JH", ["country"] = "GB" };
        var lines = new JsonArray(new JsonObject { ["sku"] = "tea-assam-100", ["quantity"] = quantity });
        var order = await PostAsync("/api/orders", new JsonObject { ["lines"] = lines, ["shippingAddress"] = address }, buyer);
        return (string)order["orderId"]!;
    }

    /// <returns>The number of a paid order, and of its payment.</returns>
    public async Task<(string OrderId, string PaymentId)> PaidAsync(string buyer, int quantity = 2)
    {
        var orderId = await PlaceAsync(buyer, quantity: quantity);
        var paymentId = (string)(await PostAsync($"/api/orders/{orderId}/payments", new JsonObject(), buyer))["paymentId"]!;
        await PostAsync($"/local/payments/{paymentId}/settle", new JsonObject());
        await AdvanceAsync();
        return (orderId, paymentId);
    }

    public async Task<string> ShippedAsync(string buyer)
    {
        var (orderId, _) = await PaidAsync(buyer);
        await PostAsync($"/api/orders/{orderId}/shipments", new JsonObject { ["carrier"] = "post", ["trackingNumber"] = $"T-{buyer}" }, "mia", "merchant");
        await AdvanceAsync();
        return orderId;
    }

    public async Task<string> StatusAsync(string orderId) => (string)(await ReadAsync(orderId))["status"]!;

    public Task<JsonNode> ReadAsync(string orderId) => SendAsync(HttpMethod.Get, $"/api/orders/{orderId}", sub: "sam", role: "support");

    public void Dispose() => http.Dispose();
}
