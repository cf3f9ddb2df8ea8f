using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Orders.Contracts.Tests.Cost;

/// <summary>What a buyer, the merchant and the provider do over HTTP, each step to its end: until everything that follows from it has happened.</summary>
internal sealed class Buyer(ShopOnAzure shop, string token, string merchantToken)
{
    public const string Mug = "MUG";

    private const string Address = """{"name":"Anna Example","line1":"1 Example Street","city":"Berlin","postalCode":"10115","country":"DE"}""";
    private const string Parcel = """{"carrier":"DHL","trackingNumber":"JD0141"}""";

    private int keys;

    /// <summary>Of the order that was placed last.</summary>
    public string OrderId { get; private set; } = "";

    public static async Task<Buyer> ComesAsync(ShopOnAzure shop, string name) =>
        new(shop, await TokenAsync(shop, name, "customer"), await TokenAsync(shop, "mia", "merchant"));

    /// <summary>Sets the shelf up; before anything is counted.</summary>
    public static async Task StockAsync(ShopOnAzure shop, int units) => await SendAsync(
        shop, HttpMethod.Put, $"local/catalogue/{Mug}", null, $$"""{"name":"Mug","unitPrice":1250,"currency":"EUR","stock":{{units}}}""");

    public static async Task OpenSaleAsync(ShopOnAzure shop, string sale, int units)
    {
        var now = shop.Host.Clock.GetUtcNow();
        await SendAsync(shop, HttpMethod.Put, $"local/flash-sales/{sale}", null,
            $$"""{"skus":["{{Mug}}"],"quantity":{{units}},"startsAt":"{{now.AddMinutes(-1):O}}","endsAt":"{{now.AddHours(12):O}}","perUser":1}""");
    }

    public async Task PlaceAsync() => OrderId = (string)(await TryPlaceAsync(201))["orderId"]!;

    /// <summary>More than there are.</summary>
    public Task FindItSoldOutAsync() => TryPlaceAsync(409, quantity: 10_000);

    public async Task PayAsync()
    {
        var payment = (string)(await DoAsync(token, $"api/orders/{OrderId}/payments", "{}", 201))["paymentId"]!;
        await DoAsync(null, $"local/payments/{payment}/settle", "{}", 200);
    }

    public Task GetShippedAsync() => DoAsync(merchantToken, $"api/orders/{OrderId}/shipments", Parcel, 201);

    /// <summary>All of it, from placing to sending back.</summary>
    public async Task LiveAsync()
    {
        await PlaceAsync();
        await PayAsync();
        await GetShippedAsync();
        await ReceiveAsync();
        await ReturnAsync();
    }

    public Task ReceiveAsync() => DoAsync(token, $"api/orders/{OrderId}/receipt", null, 200);

    public async Task ReadAsync() => await SendAsync(shop, HttpMethod.Get, $"api/orders/{OrderId}", token, null);

    /// <summary>Sends everything back and has the money again.</summary>
    public async Task ReturnAsync()
    {
        var opened = await DoAsync(
            token, $"api/orders/{OrderId}/after-sales", $$"""{"type":"return","lines":[{"sku":"{{Mug}}","quantity":1}],"reason":"Chipped"}""", 201);
        var caseId = (string)opened["caseId"]!;
        await DoAsync(merchantToken, $"api/orders/{OrderId}/after-sales/{caseId}/approve", null, 200);
        await DoAsync(token, $"api/orders/{OrderId}/after-sales/{caseId}/return-shipment", Parcel, 200);
        await DoAsync(merchantToken, $"api/orders/{OrderId}/after-sales/{caseId}/receive", null, 200);
    }

    /// <summary>Is admitted, orders, and asks once what has become of the ticket.</summary>
    public async Task PlaceInSaleAsync(string sale)
    {
        var ticket = await OrderInSaleAsync(sale, 202);
        var found = await SendAsync(shop, HttpMethod.Get, $"api/flash-sales/{sale}/tickets/{ticket["ticketId"]}", token, null);
        OrderId = (string)JsonNode.Parse(found.Body)!["orderId"]!;
    }

    /// <summary>The first who hears it of the counters: from then on the process knows.</summary>
    public Task FindSaleSoldOutAsync(string sale) => OrderInSaleAsync(sale, 409);

    /// <summary>One of the many who come after that.</summary>
    public Task ComeTooLateToSaleAsync(string sale) => DoAsync(token, $"api/flash-sales/{sale}/admissions", null, 409);

    public async Task<string> StatusAsync() =>
        (string)JsonNode.Parse((await SendAsync(shop, HttpMethod.Get, $"api/orders/{OrderId}", token, null)).Body)!["status"]!;

    private async Task<JsonNode> OrderInSaleAsync(string sale, int expected)
    {
        var admission = (string)(await DoAsync(token, $"api/flash-sales/{sale}/admissions", null, 201))["admission"]!;
        return await DoAsync(
            token, $"api/flash-sales/{sale}/orders", $$"""{"admission":"{{admission}}","sku":"{{Mug}}","quantity":1,"shippingAddress":{{Address}}}""", expected);
    }

    private Task<JsonNode> TryPlaceAsync(int expected, int quantity = 1) => DoAsync(
        token, "api/orders", $$"""{"lines":[{"sku":"{{Mug}}","quantity":{{quantity}}}],"shippingAddress":{{Address}}}""", expected);

    /// <summary>A step with all that follows: consumers, the process, and that the ledger has what the counters counted.</summary>
    private async Task<JsonNode> DoAsync(string? who, string path, string? body, int expected)
    {
        var (status, answer) = await SendAsync(shop, HttpMethod.Post, path, who, body, $"key-{++keys}");
        Assert.True(status == expected, $"{path}: {status} {answer}\n{shop.Host.Log}");
        await shop.SettleAsync();
        return JsonNode.Parse(answer)!;
    }

    private static async Task<string> TokenAsync(ShopOnAzure shop, string sub, string role)
    {
        using var reply = await shop.Client.PostAsJsonAsync("local/tokens", new { sub, role });
        return (string)JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["token"]!;
    }

    private static async Task<(int Status, string Body)> SendAsync(ShopOnAzure shop, HttpMethod method, string path, string? token, string? body, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var reply = await shop.Client.SendAsync(request);
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True((int)reply.StatusCode < 500, $"{path}: {text}\n{shop.Host.Log}");
        return ((int)reply.StatusCode, text);
    }
}
