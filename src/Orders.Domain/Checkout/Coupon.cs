using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Orders.Domain.Checkout;

/// <summary>What a buyer types: 1 to 64 of <c>A–Z 0–9 _ -</c>. Small letters are taken for capitals, so there is one code however it is typed.</summary>
[JsonConverter(typeof(TextIdConverter<CouponCode>))]
public readonly partial record struct CouponCode : ITextId<CouponCode>
{
    private CouponCode(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out CouponCode id)
    {
        id = new CouponCode((text ?? "").ToUpperInvariant());
        return text is not null && Form().IsMatch(text);
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

/// <summary>Why a coupon can't be used for a basket.</summary>
public enum CouponProblem
{
    /// <summary>There is no such coupon.</summary>
    Unknown,

    NotYetValid,

    Expired,

    /// <summary>Its amounts are in another currency than the basket.</summary>
    OtherCurrency,

    /// <summary>The items cost less than its minimum.</summary>
    BelowMinimum,

    /// <summary>Its share of so small a basket is less than one minor unit.</summary>
    NothingOff,

    /// <summary>Nothing would be left to pay: an order costs at least one minor unit.</summary>
    NothingToPay,

    /// <summary>It was used as often as it may be, orders that are not paid yet included.</summary>
    UsedUp,

    /// <summary>This buyer used it as often as one may, orders that are not paid yet included.</summary>
    UsedUpByBuyer,
}

/// <summary>What a coupon takes off the items; the shipping fee is never touched.</summary>
public abstract record CouponDiscount
{
    private CouponDiscount()
    {
    }

    /// <summary>So many minor units of the coupon's currency, at most what the items cost.</summary>
    public sealed record Amount(long MinorUnits) : CouponDiscount
    {
        public override long On(long items) => Math.Min(MinorUnits, items);
    }

    /// <summary>So many hundredths of what the items cost, rounded down to a whole minor unit.</summary>
    /// <param name="Hundredths">1 to 100.</param>
    public sealed record Percent(int Hundredths) : CouponDiscount
    {
        public override long On(long items) => (long)((Int128)items * Hundredths / 100);
    }

    /// <summary>What it takes off items of this cost: 0 to <paramref name="items"/>, in the same minor units.</summary>
    public abstract long On(long items);
}

/// <summary>A coupon's terms. How often it may be used is counted by its port; everything else is decided here.</summary>
/// <param name="Currency">Of its amounts; null for a percentage without a minimum, which suits every currency.</param>
/// <param name="MinimumBasket">What the items must cost at least, in minor units; 0 for no minimum.</param>
/// <param name="Limit">How many orders may use it; null for no limit.</param>
/// <param name="LimitPerBuyer">How many orders of one buyer may use it; null for no limit.</param>
/// <param name="From">From then on it can be used; null for at once.</param>
/// <param name="Until">From then on it can't be used any more; null for never.</param>
public sealed record Coupon(
    CouponCode Code, CouponDiscount Discount, Currency? Currency, long MinimumBasket, int? Limit, int? LimitPerBuyer, DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>Why it can't be used for this basket at that instant; null when it can. The basket has no discount yet.</summary>
    public CouponProblem? ProblemWith(PricedBasket basket, DateTimeOffset at)
    {
        var (items, discount) = (basket.Totals.Items, Discount.On(basket.Totals.Items));
        return at < From ? CouponProblem.NotYetValid
            : at >= Until ? CouponProblem.Expired
            : Currency is { } currency && currency != basket.Currency ? CouponProblem.OtherCurrency
            : items < MinimumBasket ? CouponProblem.BelowMinimum
            : discount == 0 ? CouponProblem.NothingOff
            : basket.Totals.Total - discount < 1 ? CouponProblem.NothingToPay
            : null;
    }

    /// <summary>The basket with its discount, spread over the lines.</summary>
    public PricedBasket ApplyTo(PricedBasket basket)
    {
        var discount = Discount.On(basket.Totals.Items);
        var shares = ProRata.Spread(discount, [.. basket.Lines.Select(line => line.Total)]);
        return basket with
        {
            Coupon = Code,
            Lines = [.. basket.Lines.Select((line, i) => line with { Discount = shares[i] })],
            Totals = basket.Totals with { Discount = discount, Total = basket.Totals.Total - discount },
        };
    }
}
