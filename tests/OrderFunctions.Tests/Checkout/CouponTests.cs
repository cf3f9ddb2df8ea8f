using System.Net;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Checkout;

/// <summary>Coupons over HTTP, through the whole app: bus, subscription and all.</summary>
public sealed class CouponTests : IAsyncLifetime
{
    private static readonly string WithCoupon = Baskets.Of(OrderApp.Mug, 2).Replace("{\"lines\"", "{\"couponCode\":\"spring\",\"lines\"", StringComparison.Ordinal);

    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Coupon_IsPut_AndAnsweredWithItsCounts()
    {
        var put = await PutAsync("""{"amountOff":500,"currency":"EUR","minimumBasket":2000,"limit":10,"limitPerBuyer":1,"from":"2020-01-01T01:00:00+01:00"}""");

        Assert.Equal(HttpStatusCode.OK, put.Status);
        Assert.Equal(
            """{"code":"SPRING","amountOff":500,"percentOff":null,"currency":"EUR","minimumBasket":2000,"limit":10,"limitPerBuyer":1,"from":"2020-01-01T00:00:00Z","until":null,"locked":0,"used":0}""",
            put.Body);
    }

    [Fact]
    public async Task Order_Paid_UsesTheCoupon()
    {
        await PutAsync("""{"percentOff":10,"limit":1}""");
        var quote = await app.SendAsync(HttpMethod.Post, "api/orders/quote", app.Tokens.For("alice", "customer"), WithCoupon);
        Assert.Equal("""{"items":2500,"discount":250,"shipping":0,"total":2250}""", quote.Json["totals"]!.ToJsonString());

        var order = await app.ReadAsync(await app.PlacedAsync(body: WithCoupon));
        Assert.Equal(("SPRING", 250, 2250), (order["couponCode"], (long)order.Json["lines"]![0]!["discount"]!, (long)order.Json["totals"]!["total"]!));
        Assert.Equal((1, 0), await CountAsync());
        IsProblem(await app.PlaceAsync("bob", "k1", WithCoupon), 422, "coupon-not-applicable");

        await app.SettleAsync(await app.PayingAsync(order["orderId"]));

        Assert.Equal((0, 1), await CountAsync());
    }

    [Fact]
    public async Task Order_NotPaidInTime_GivesTheCouponBack()
    {
        await PutAsync("""{"percentOff":10,"limit":1}""");
        await app.PlacedAsync(body: WithCoupon);

        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));

        Assert.Equal((0, 0), await CountAsync());
        await app.PlacedAsync("bob", body: WithCoupon);
    }

    [Fact]
    public async Task Order_Cancelled_GivesTheCouponBack()
    {
        await PutAsync("""{"percentOff":10,"limit":1}""");
        var orderId = await app.PlacedAsync(body: WithCoupon);
        await app.SendAsync(HttpMethod.Post, $"api/orders/{orderId}/cancel", app.Tokens.For("alice", "customer"), """{"reason":"Too many mugs"}""");

        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal((0, 0), await CountAsync());
    }

    [Fact]
    public async Task Order_WithTheSameKeyManyTimesAtOnce_IsOneLock()
    {
        await PutAsync("""{"percentOff":10,"limit":5}""");

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.PlaceAsync("alice", "k1", WithCoupon)));

        Assert.All(replies, reply => Assert.Contains(reply.Status, new[] { HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict }));
        Assert.Equal((1, 0), await CountAsync());
        Assert.Equal(2, (await app.StockOfAsync()).Held);
    }

    /// <summary>The reason is said in words, and nothing is held.</summary>
    [Theory]
    [InlineData("""{"percentOff":10,"limit":0}""", "has been used as often as it may be")]
    [InlineData("""{"percentOff":10,"limitPerBuyer":0}""", "has been used by this buyer as often as it may be")]
    [InlineData("""{"percentOff":10,"until":"2000-01-01T00:00:00Z"}""", "has expired")]
    [InlineData("""{"percentOff":10,"from":"2900-01-01T00:00:00Z"}""", "is not valid yet")]
    [InlineData("""{"amountOff":10,"currency":"USD"}""", "is in another currency than the items")]
    [InlineData("""{"amountOff":10,"currency":"EUR","minimumBasket":2501}""", "asks for items that cost more")]
    [InlineData("""{"amountOff":2500,"currency":"EUR"}""", "would leave nothing to pay, and an order costs at least one minor unit")]
    public async Task Coupon_ThatDoesNotApply_IsRefusedWithTheReason(string coupon, string reason)
    {
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(coupon)).Status);

        var refused = await app.PlaceAsync("alice", "k1", WithCoupon);

        IsProblem(refused, 422, "coupon-not-applicable");
        Assert.Equal($"'SPRING' {reason}.", refused["detail"]);
        Assert.Equal(0, (await app.StockOfAsync()).Held);
    }

    [Theory]
    [InlineData("""{}""", "amountOff")]
    [InlineData("""{"amountOff":1,"percentOff":1,"currency":"EUR"}""", "amountOff")]
    [InlineData("""{"percentOff":101}""", "percentOff")]
    [InlineData("""{"percentOff":-1}""", "percentOff")]
    [InlineData("""{"amountOff":1}""", "currency")]
    [InlineData("""{"amountOff":1,"currency":"euro"}""", "currency")]
    [InlineData("""{"amountOff":9223372036854775807,"currency":"EUR"}""", "amountOff")]
    [InlineData("""{"percentOff":1,"until":"tomorrow"}""", "until")]
    [InlineData("""{"percentOff":1,"limit":-1}""", "limit")]
    public async Task Coupon_ThatBreaksARule_IsRefused_AndChangesNothing(string coupon, string field)
    {
        await PutAsync("""{"percentOff":10}""");

        var refused = await PutAsync(coupon);

        IsProblem(refused, 400, "invalid-request");
        Assert.NotNull(refused.Json["errors"]![field]);
        Assert.Equal(new CouponDiscount.Percent(10), (await app.Get<ICoupons>().FindAsync(Id.Parse<CouponCode>("SPRING"), default))!.Coupon.Discount);
    }

    [Theory]
    [InlineData("""{"percentOff":1.5}""")]
    [InlineData("""{"percentOff":"10"}""")]
    [InlineData("""{"percentOff":10,"code":"OTHER"}""")]
    [InlineData("""{"percentOff":10000000000}""")]
    public async Task Coupon_OfAnotherForm_IsRefused(string coupon) => IsProblem(await PutAsync(coupon), 400, "invalid-request");

    [Theory]
    [InlineData("two%20words")]
    [InlineData("%C3%84PFEL")]
    public async Task Code_OfOtherCharacters_IsRefused(string code) => IsProblem(await PutAsync("""{"percentOff":10}""", code), 400, "invalid-request");

    [Fact]
    public async Task TheLocalControl_IsTheSameUseCase()
    {
        var put = await app.SendAsync(HttpMethod.Put, "local/coupons/spring", body: """{"percentOff":10,"limit":1}""");
        Assert.Equal((await PutAsync("""{"percentOff":10,"limit":1}""")).Body, put.Body);

        IsProblem(await app.SendAsync(HttpMethod.Put, "local/coupons/spring", body: "{}"), 400, "invalid-request");
    }

    private Task<Reply> PutAsync(string body, string code = "spring") => app.SendAsync(HttpMethod.Put, $"api/coupons/{code}", app.Tokens.For("mia", "merchant"), body);

    private async Task<(long Locked, long Used)> CountAsync() =>
        await app.Get<ICoupons>().FindAsync(Id.Parse<CouponCode>("SPRING"), default) is { } count ? (count.Locked, count.Used) : default;
}
