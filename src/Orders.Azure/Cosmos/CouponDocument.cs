using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Azure.Cosmos;

/// <summary>
/// A coupon in the container <c>coupons</c>: its terms, its two counts and their sum <c>taken</c>, which its limit is held against where it is counted. Beside it, for
/// each buyer who took it, how many that buyer has. A persisted format.
/// </summary>
internal static class CouponDocument
{
    /// <summary>The one partition: a coupon, a buyer's count and an order's lock are one batch, whichever coupon the order had before.</summary>
    public const string Shop = "shop";

    /// <summary>Written for "no limit", so that a condition compares two numbers.</summary>
    public const long NoLimit = 1L << 50;

    public static string IdOf(CouponCode code) => $"coupon-{code}";

    public static string BuyerOf(CouponCode code, UserId buyer) => CosmosIds.Of($"buyer {code} {buyer}");

    public static byte[] Write(Coupon coupon) => CosmosJson.Write(json =>
    {
        json.WriteString("id", IdOf(coupon.Code));
        json.WriteString("shop", Shop);
        json.WriteString("kind", "coupon");
        json.WriteMember("terms", Terms(coupon));
        json.WriteNumber("most", coupon.Limit ?? NoLimit);
        json.WriteNumber("mostPerBuyer", coupon.LimitPerBuyer ?? NoLimit);
        json.WriteNumber("locked", 0);
        json.WriteNumber("used", 0);
        json.WriteNumber("taken", 0);
    });

    /// <summary>Other terms; the counts go on.</summary>
    public static IReadOnlyList<PatchOperation> Changes(Coupon coupon)
    {
        using var terms = JsonDocument.Parse(Terms(coupon));
        return
        [
            PatchOperation.Set("/terms", terms.RootElement.Clone()),
            PatchOperation.Set("/most", coupon.Limit ?? NoLimit),
            PatchOperation.Set("/mostPerBuyer", coupon.LimitPerBuyer ?? NoLimit),
        ];
    }

    public static CouponCount Read(JsonElement document, CouponCode code)
    {
        var terms = document.GetProperty("terms");
        var coupon = new Coupon(
            code,
            Number(terms, "percentOff") is { } percent ? new CouponDiscount.Percent((int)percent) : new CouponDiscount.Amount(terms.GetProperty("amountOff").GetInt64()),
            terms.TextOrNull("currency") is { } currency ? Id.Parse<Currency>(currency) : null,
            terms.GetProperty("minimumBasket").GetInt64(), (int?)Number(terms, "limit"), (int?)Number(terms, "limitPerBuyer"), Instant(terms, "from"), Instant(terms, "until"));
        return new CouponCount(coupon, document.GetProperty("locked").GetInt64(), document.GetProperty("used").GetInt64());
    }

    /// <summary>What a lock must find where it is counted: room within the limit, and the buyer's limit that was read.</summary>
    public static string HasRoom(Coupon coupon) => string.Create(
        CultureInfo.InvariantCulture, $"FROM c WHERE c.taken < c.most AND c.mostPerBuyer = {coupon.LimitPerBuyer ?? NoLimit}");

    public static byte[] WriteBuyer(CouponCode code, UserId buyer) => CosmosJson.Write(json =>
    {
        json.WriteString("id", BuyerOf(code, buyer));
        json.WriteString("shop", Shop);
        json.WriteString("kind", "buyer");
        json.WriteString("code", code.Value);
        json.WriteString("userId", buyer.Value);
        json.WriteNumber("taken", 1);
    });

    private static byte[] Terms(Coupon coupon) => CosmosJson.Write(json =>
    {
        switch (coupon.Discount)
        {
            case CouponDiscount.Percent percent:
                json.WriteNumber("percentOff", percent.Hundredths);
                break;
            case CouponDiscount.Amount amount:
                json.WriteNumber("amountOff", amount.MinorUnits);
                break;
        }

        json.WriteString("currency", coupon.Currency?.Value);
        json.WriteNumber("minimumBasket", coupon.MinimumBasket);
        if (coupon.Limit is { } limit)
            json.WriteNumber("limit", limit);
        if (coupon.LimitPerBuyer is { } limitPerBuyer)
            json.WriteNumber("limitPerBuyer", limitPerBuyer);
        json.WriteString("from", coupon.From is { } from ? CosmosJson.Sortable(from) : null);
        json.WriteString("until", coupon.Until is { } until ? CosmosJson.Sortable(until) : null);
    });

    private static long? Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    private static DateTimeOffset? Instant(JsonElement element, string name) => element.TextOrNull(name) is { } text ? CosmosJson.InstantOf(text) : null;
}
