using Orders.Application.Checkout;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Tests.Checkout;

/// <summary>Terms of a coupon as merchants send them: every rule of the form, each broken alone.</summary>
public sealed class CouponFormTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    public static TheoryData<string, CouponRequest> Bad => new()
    {
        { "amountOff", new CouponRequest(Currency: "EUR") },
        { "amountOff", new CouponRequest(AmountOff: 100, PercentOff: 10, Currency: "EUR") },
        { "amountOff", new CouponRequest(AmountOff: 0, Currency: "EUR") },
        { "percentOff", new CouponRequest(PercentOff: 101) },
        { "percentOff", new CouponRequest(PercentOff: 0) },
        { "currency", new CouponRequest(AmountOff: 100) },
        { "currency", new CouponRequest(PercentOff: 10, MinimumBasket: 1) },
        { "currency", new CouponRequest(PercentOff: 10, Currency: "QQQ") },
        { "minimumBasket", new CouponRequest(AmountOff: 100, Currency: "EUR", MinimumBasket: -1) },
        { "limit", new CouponRequest(PercentOff: 10, Limit: -1) },
        { "limitPerBuyer", new CouponRequest(PercentOff: 10, LimitPerBuyer: -1) },
        { "from", new CouponRequest(PercentOff: 10, From: "2026-03-01") },
        { "until", new CouponRequest(PercentOff: 10, Until: "2026-03-01T12:00:00") },
        { "until", new CouponRequest(PercentOff: 10, From: "2026-03-01T12:00:00Z", Until: "2026-03-01T13:00:00+01:00") },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Coupon_ThatBreaksARule_IsRefusedByField(string field, CouponRequest request)
    {
        var refused = await shop.Use<PutCoupon>().RunAsync("NEW", request, default);

        Assert.Equal([field], Assert.IsType<Refusal.Invalid>(refused.Refusal).Errors.Keys);
        Assert.Null(await shop.Use<ICoupons>().FindAsync(Id.Parse<CouponCode>("NEW"), default));
    }

    [Fact]
    public async Task Code_OfOtherCharacters_IsRefused() =>
        Assert.Equal(["code"], Assert.IsType<Refusal.Invalid>((await shop.Use<PutCoupon>().RunAsync("two words", new(PercentOff: 1), default)).Refusal).Errors.Keys);
}
