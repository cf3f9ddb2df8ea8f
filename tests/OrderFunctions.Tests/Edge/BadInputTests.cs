using System.Net;
using System.Text;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Edge;

/// <summary>Bad input: a problem document each, the right status, and nothing changed.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    public static TheoryData<string, string, int, string> Bodies => new()
    {
        { "nothing", "", 400, "malformed-json" },
        { "half an object", """{"lines":[{"sku":"MUG-WHITE",""", 400, "malformed-json" },
        { "a comment", """{"lines":[] /* none */}""", 400, "malformed-json" },
        { "two values", """{"lines":[]} {}""", 400, "malformed-json" },
        { "null", "null", 400, "invalid-request" },
        { "a list", "[]", 400, "invalid-request" },
        { "no lines", Baskets.Lines(""), 400, "invalid-request" },
        { "unknown SKU", Baskets.Of("NO-SUCH-THING", 1), 422, "unknown-sku" },
        { "a SKU that can't be", Baskets.Of("white mug", 1), 400, "invalid-request" },
        { "quantity 0", Baskets.Of(OrderApp.Mug, 0), 400, "invalid-request" },
        { "negative quantity", Baskets.Of(OrderApp.Mug, -1), 400, "invalid-request" },
        { "fractional quantity", Baskets.Lines("""{"sku":"MUG-WHITE","quantity":1.5}"""), 400, "invalid-request" },
        { "huge quantity", Baskets.Lines("""{"sku":"MUG-WHITE","quantity":1000000}"""), 400, "invalid-request" },
        { "quantity beyond numbers", Baskets.Lines("""{"sku":"MUG-WHITE","quantity":99999999999999999999}"""), 400, "invalid-request" },
        { "quantity in words", Baskets.Lines("""{"sku":"MUG-WHITE","quantity":"2"}"""), 400, "invalid-request" },
        { "more than there is", Baskets.Of(OrderApp.Mug, 101), 409, "out-of-stock" },
        { "more than there is, in two lines", Baskets.Lines("""{"sku":"MUG-WHITE","quantity":60},{"sku":"MUG-WHITE","quantity":60}"""), 409, "out-of-stock" },
        { "101 lines", Baskets.Lines(string.Join(',', Enumerable.Repeat("""{"sku":"MUG-WHITE","quantity":1}""", 101))), 400, "invalid-request" },
        { "no address", """{"lines":[{"sku":"MUG-WHITE","quantity":1}]}""", 400, "invalid-request" },
        { "a country that is none", Baskets.Of(OrderApp.Mug, 1).Replace("\"GB\"", "\"QQ\"", StringComparison.Ordinal), 400, "invalid-request" },
        { "a field that nobody knows", Baskets.Of(OrderApp.Mug, 1).Replace("{\"lines\"", "{\"price\":1,\"lines\"", StringComparison.Ordinal), 400, "invalid-request" },
        { "a field twice", Baskets.Of(OrderApp.Mug, 1).Replace("\"quantity\":1", "\"quantity\":1,\"quantity\":2", StringComparison.Ordinal), 400, "invalid-request" },
        { "a note of 1,001 characters", Baskets.Of(OrderApp.Mug, 1).Replace("{\"lines\"", $"{{\"note\":\"{new string('n', 1001)}\",\"lines\"", StringComparison.Ordinal), 400, "invalid-request" },
        { "an unknown coupon", Baskets.Of(OrderApp.Mug, 1).Replace("{\"lines\"", "{\"couponCode\":\"HALF\",\"lines\"", StringComparison.Ordinal), 422, "coupon-not-applicable" },
        { "deep nesting", new string('[', 5000), 400, "malformed-json" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task PlaceOrder_WithBadBody_IsRefused(string what, string body, int status, string type)
    {
        Assert.NotEmpty(what);
        IsProblem(await app.PlaceAsync("alice", "k1", body), status, type);
        await AssertNothingChangedAsync();
    }

    [Fact]
    public async Task Problem_NamesTheFieldAndThePlace()
    {
        var field = await app.PlaceAsync("alice", "k1", Baskets.Lines("""{"sku":"MUG-WHITE","quantity":1},{"sku":"MUG-WHITE","quantity":1.5}"""));
        var place = await app.PlaceAsync("alice", "k1", "{\n  \"lines\": [}\n}");

        Assert.NotNull(field.Json["errors"]!["lines/1/quantity"]);
        Assert.Equal(2, place.Json["position"]!["line"]!.GetValue<int>());
        Assert.Equal(13, place.Json["position"]!["column"]!.GetValue<int>());
    }

    [Fact]
    public async Task Body_ThatIsNotUtf8_IsRefused()
    {
        using var request = Request();
        request.Content = new ByteArrayContent([.. "{\"note\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        IsProblem(await app.SendAsync(request), 400, "malformed-json");
        await AssertNothingChangedAsync();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonp")]
    [InlineData("not a type")]
    public async Task Body_OfAnotherType_IsRefused(string contentType)
    {
        var reply = await app.SendAsync(
            HttpMethod.Post, "api/orders", app.Tokens.For("alice", "customer"), Baskets.Of(OrderApp.Mug, 1), "k1", contentType: contentType);

        IsProblem(reply, 415, "unsupported-media-type");
        await AssertNothingChangedAsync();
    }

    [Theory]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("Application/JSON; charset=\"utf-8\"")]
    public async Task Body_OfTheSameTypeInOtherWords_IsTaken(string contentType)
    {
        var reply = await app.SendAsync(
            HttpMethod.Post, "api/orders", app.Tokens.For("alice", "customer"), Baskets.Of(OrderApp.Mug, 1), "k1", contentType: contentType);

        Assert.Equal(HttpStatusCode.Created, reply.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_Of2MB_IsRefused(bool saysItsLength)
    {
        var body = Encoding.UTF8.GetBytes(Baskets.Of(OrderApp.Mug, 1) + new string(' ', 2 * 1024 * 1024));
        using var request = Request();
        request.Content = saysItsLength ? new ByteArrayContent(body) : new Chunked(body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        IsProblem(await app.SendAsync(request), 413, "body-too-large");
        await AssertNothingChangedAsync();
    }

    [Fact]
    public async Task Body_OfExactly256KB_IsTaken()
    {
        var body = Baskets.Of(OrderApp.Mug, 1);

        Assert.Equal(HttpStatusCode.Created, (await app.PlaceAsync("alice", "k1", body.PadRight(256 * 1024))).Status);
        IsProblem(await app.PlaceAsync("alice", "k2", body.PadRight(256 * 1024 + 1)), 413, "body-too-large");
    }

    [Fact]
    public async Task PlaceOrder_WithoutAKey_IsRefused()
    {
        IsProblem(await app.PlaceAsync("alice", null!), 400, "idempotency-key-missing");
        await AssertNothingChangedAsync();
    }

    public static TheoryData<string> BadKeys => [new string('k', 256), new string('k', 300), "two words", "schlüssel"];

    [Theory]
    [MemberData(nameof(BadKeys))]
    public async Task PlaceOrder_WithABadKey_IsRefused(string key)
    {
        IsProblem(await app.PlaceAsync("alice", key), 400, "idempotency-key-invalid");
        await AssertNothingChangedAsync();
    }

    [Fact]
    public async Task PlaceOrder_WithTwoKeys_IsRefused()
    {
        using var request = Request();
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "k2");
        request.Content = new StringContent(Baskets.Of(OrderApp.Mug, 1), Encoding.UTF8, "application/json");

        IsProblem(await app.SendAsync(request), 400, "idempotency-key-invalid");
        await AssertNothingChangedAsync();
    }

    [Fact]
    public async Task PlaceOrder_WithAKeyOf255Characters_IsPlaced() =>
        Assert.Equal(HttpStatusCode.Created, (await app.PlaceAsync("alice", new string('~', 255))).Status);

    [Fact]
    public async Task PlaceOrder_OfTwoCurrencies_IsRefused()
    {
        await app.StockAsync("TEA", "Tea", 500, 10, currency: "GBP");

        IsProblem(await app.PlaceAsync("alice", "k1", Baskets.Lines("""{"sku":"MUG-WHITE","quantity":1},{"sku":"TEA","quantity":1}""")), 422, "mixed-currencies");
        await AssertNothingChangedAsync();
    }

    [Theory]
    [InlineData("status=Lost")]
    [InlineData("status=0")]
    [InlineData("status=Paid&status=Shipped")]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=-1")]
    [InlineData("limit=ten")]
    [InlineData("cursor=somewhere")]
    public async Task ListOrders_WithABadQuery_IsRefused(string query) =>
        IsProblem(await app.SendAsync(HttpMethod.Get, $"api/orders?{query}", app.Tokens.For("alice", "customer")), 400, "invalid-request");

    [Theory]
    [InlineData("orders/0")]
    [InlineData("orders/AAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("orders/aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("orders/..%2F..%2Fetc")]
    [InlineData("stock/NO-SUCH-THING")]
    [InlineData("stock/a%20b")]
    [InlineData("catalogue/NO-SUCH-THING")]
    public async Task Reading_WhatIsNotThere_IsNotFound(string path) =>
        IsProblem(await app.SendAsync(HttpMethod.Get, $"api/{path}", app.Tokens.For("sam", "support")), 404, "not-found");

    [Fact]
    public async Task RefusedForItsForm_IsNotReplayed()
    {
        IsProblem(await app.PlaceAsync("alice", "k1", Baskets.Of(OrderApp.Mug, 0)), 400, "invalid-request");

        Assert.Equal(HttpStatusCode.Created, (await app.PlaceAsync("alice", "k1")).Status);
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "api/orders");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {app.Tokens.For("alice", "customer")}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "k1");
        return request;
    }

    private async Task AssertNothingChangedAsync()
    {
        var orders = await app.SendAsync(HttpMethod.Get, "api/orders", app.Tokens.For("alice", "customer"));
        Assert.Empty(orders.Json["items"]!.AsArray());
        var stock = await app.StockOfAsync();
        Assert.Equal((100, 0, 0, 100), (stock.Available, stock.Held, stock.Sold, stock.Stock));
        Assert.DoesNotContain(app.Host.Log.Lines, line => line.Failure is not null);
    }

    /// <summary>Content that doesn't know its length.</summary>
    private sealed class Chunked(byte[] body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(body).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
