using Orders.Application.Shipping;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Checkout;

/// <summary>The body of a coupon, as a client sends it: exactly one of the first two. Amounts are minor units of its currency.</summary>
/// <param name="From">ISO 8601 with its offset, like <paramref name="Until"/>.</param>
public sealed record CouponRequest(
    long? AmountOff = null, int? PercentOff = null, string? Currency = null, long? MinimumBasket = null, int? Limit = null, int? LimitPerBuyer = null,
    string? From = null, string? Until = null);

/// <summary>A coupon as the API answers it, with the orders that have taken it.</summary>
public sealed record CouponView(
    CouponCode Code, long? AmountOff, int? PercentOff, Currency? Currency, long MinimumBasket, int? Limit, int? LimitPerBuyer, DateTime? From, DateTime? Until,
    long Locked, long Used)
{
    public static CouponView Of(CouponCount count)
    {
        var coupon = count.Coupon;
        return new CouponView(
            coupon.Code, (coupon.Discount as CouponDiscount.Amount)?.MinorUnits, (coupon.Discount as CouponDiscount.Percent)?.Hundredths, coupon.Currency,
            coupon.MinimumBasket, coupon.Limit, coupon.LimitPerBuyer, coupon.From?.UtcDateTime, coupon.Until?.UtcDateTime, count.Locked, count.Used);
    }
}

/// <summary>Adds a coupon or replaces its terms. Orders keep the price that they were placed with, and what they took goes on counting.</summary>
public sealed class PutCoupon(ICoupons coupons)
{
    private const int MostUses = 1_000_000_000;

    public async Task<Result<CouponCount>> RunAsync(string code, CouponRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        if (!CouponCode.TryParse(code, out var id))
            form.Error("code", "must be 1 to 64 letters, digits, _ and -");
        var coupon = new Coupon(
            id, CheckDiscount(form, request), CheckCurrency(form, request),
            request.MinimumBasket is null ? 0 : form.Number("minimumBasket", request.MinimumBasket, 0, OrderLimits.MostUnitPrice),
            CheckLimit(form, "limit", request.Limit), CheckLimit(form, "limitPerBuyer", request.LimitPerBuyer),
            CheckTime(form, "from", request.From), CheckTime(form, "until", request.Until));
        if (form.Refusal is null && coupon.From >= coupon.Until)
            form.Error("until", "must be after from");
        if (form.Refusal is { } refusal)
            return refusal;
        return await coupons.PutAsync(coupon, cancellation).ConfigureAwait(false);
    }

    private static CouponDiscount CheckDiscount(Form form, CouponRequest request)
    {
        switch (request)
        {
            case { AmountOff: { } amount, PercentOff: null }:
                return new CouponDiscount.Amount(form.Number("amountOff", amount, 1, OrderLimits.MostUnitPrice));
            case { AmountOff: null, PercentOff: { } percent }:
                return new CouponDiscount.Percent((int)form.Number("percentOff", percent, 1, 100));
            default:
                form.Error("amountOff", "or percentOff must be given, one of the two");
                return new CouponDiscount.Percent(1);
        }
    }

    /// <summary>Needed where an amount is meant; a percentage alone suits every currency.</summary>
    private static Currency? CheckCurrency(Form form, CouponRequest request)
    {
        if (request.Currency is null)
        {
            if (request.AmountOff is not null || request.MinimumBasket > 0)
                form.Error("currency", "is missing: amounts are of one");
            return null;
        }

        if (!Domain.Currency.TryParse(request.Currency, out var currency) || !IsoCodes.Currencies.Contains(currency.Value))
            form.Error("currency", "is not an ISO 4217 code in capital letters");
        return currency;
    }

    private static DateTimeOffset? CheckTime(Form form, string field, string? text)
    {
        if (text is null)
            return null;
        if (!Iso8601.TryParse(text, out var at))
            form.Error(field, "must be an ISO 8601 time with its offset, like 2026-01-31T12:00:00Z");
        return at;
    }

    private static int? CheckLimit(Form form, string field, int? limit) => limit is null ? null : (int)form.Number(field, limit, 0, MostUses);
}
