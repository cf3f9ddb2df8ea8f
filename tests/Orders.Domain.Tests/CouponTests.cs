using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Orders.Domain.Checkout;
using Xunit;

namespace Orders.Domain.Tests;

/// <summary>Discounts are exact to the minor unit, whatever the lines, and never more than there is.</summary>
public sealed class CouponTests
{
    private static readonly DateTimeOffset Now = Samples.Start;
    private static readonly CouponCode Code = Id.Parse<CouponCode>("SPRING");

    /// <summary>Weights from nothing to the dearest line there can be, and an amount up to their sum.</summary>
    private static readonly Arbitrary<(long Amount, long[] Weights)> Spreads =
        (from weights in Gen.OneOf(Gen.Choose(0, 9).Select(n => (long)n), Gen.Choose(0, int.MaxValue).Select(n => n * 4_656_612L)).NonEmptyListOf()
         let lines = weights.Take(OrderLimits.MostLines).ToArray()
         from part in Gen.Choose(0, int.MaxValue)
         select ((long)((Int128)lines.Sum() * part / int.MaxValue), lines)).ToArbitrary();

    private static readonly Arbitrary<(Coupon Coupon, PricedBasket Basket)> Applied =
        (from lines in (from price in Gen.Choose(1, 2_000) from quantity in Gen.Choose(1, 20) select ((long)price, quantity)).NonEmptyListOf()
         from shipping in Gen.Choose(0, 2)
         from discount in Gen.OneOf(
             Gen.Choose(1, 100).Select(CouponDiscount (n) => new CouponDiscount.Percent(n)),
             Gen.Choose(1, 60_000).Select(CouponDiscount (n) => new CouponDiscount.Amount(n)))
         select (Terms(discount), Basket(shipping, [.. lines.Take(OrderLimits.MostLines)]))).ToArbitrary();

    [Fact]
    public void Spread_AddsUpToTheAmount_AndGivesNoPartMoreThanItsWeight() => Holds(Spreads, spread =>
    {
        var shares = ProRata.Spread(spread.Amount, spread.Weights);
        return shares.Sum() == spread.Amount && shares.Zip(spread.Weights).All(part => part.First >= 0 && part.First <= part.Second);
    });

    [Fact]
    public void Spread_IsLessThanOneUnitFromTheExactShare() => Holds(Spreads, spread =>
    {
        BigInteger sum = spread.Weights.Sum();
        var shares = ProRata.Spread(spread.Amount, spread.Weights);
        return shares.Zip(spread.Weights).All(part => BigInteger.Abs(((BigInteger)part.First * sum) - ((BigInteger)spread.Amount * part.Second)) < BigInteger.Max(sum, 1));
    });

    [Fact]
    public void Spread_MindsTheOrderOfPartsOnlyAmongEquals() => Holds(Spreads, spread =>
    {
        var forwards = ProRata.Spread(spread.Amount, spread.Weights);
        var backwards = ProRata.Spread(spread.Amount, [.. spread.Weights.Reverse()]).Reverse().ToList();
        var sum = (Int128)spread.Weights.Sum();
        var remainders = spread.Weights.Select(weight => sum == 0 ? 0 : (Int128)spread.Amount * weight % sum).ToList();
        // A part's share may depend on its place only if another has the same remainder.
        return Enumerable.Range(0, forwards.Count).All(i => forwards[i] == backwards[i] || remainders.Count(other => other == remainders[i]) > 1);
    });

    [Fact]
    public void Spread_PutsTheRemainderWhereMostWasLost_AndAmongEqualsFirst()
    {
        Assert.Equal([34, 33, 33], ProRata.Spread(100, [40, 40, 40]));
        Assert.Equal([1, 2, 7], ProRata.Spread(10, [13, 20, 67]));
        Assert.Equal([0, 1], ProRata.Spread(1, [1, 2]));
        Assert.Equal([0, 0], ProRata.Spread(0, [0, 0]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Spread_OfMoreThanThereIs_IsABrokenInvariant(long amount) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ProRata.Spread(amount, [1, 2]));

    [Fact]
    public void Spread_AtEveryBound_StillFits()
    {
        var most = OrderLimits.MostUnitPrice * OrderLimits.MostUnitsPerLine;

        Assert.Equal(Enumerable.Repeat(most, OrderLimits.MostLines), ProRata.Spread(most * OrderLimits.MostLines, [.. Enumerable.Repeat(most, OrderLimits.MostLines)]));
    }

    [Fact]
    public void Discount_IsExact_OnTheItemsAlone_AndLeavesSomethingToPay() => Holds(Applied, applied =>
    {
        var (coupon, basket) = applied;
        if (coupon.ProblemWith(basket, Now) is { } problem)
            return problem is CouponProblem.NothingOff or CouponProblem.NothingToPay;
        var cheaper = coupon.ApplyTo(basket);
        var (lines, totals) = (cheaper.Lines, cheaper.Totals);
        return cheaper.Coupon == coupon.Code
            && lines.Sum(line => line.Discount) == totals.Discount && totals.Discount > 0 && totals.Discount <= totals.Items
            && lines.All(line => line.Discount >= 0 && line.Total >= 0)
            && totals.Items == basket.Totals.Items && totals.Shipping == basket.Totals.Shipping
            && totals.Total == lines.Sum(line => line.Total) + totals.Shipping && totals.Total == totals.Items - totals.Discount + totals.Shipping
            && totals.Total >= 1;
    });

    [Theory]
    [InlineData(15, 999, 149)]
    [InlineData(33, 100, 33)]
    [InlineData(100, 100, 100)]
    [InlineData(1, 99, 0)]
    public void Percentage_IsRoundedDown(int percent, long items, long discount) => Assert.Equal(discount, new CouponDiscount.Percent(percent).On(items));

    [Fact]
    public void Percentage_OfTheDearestBasket_StillFits()
    {
        var items = OrderLimits.MostUnitPrice * OrderLimits.MostUnitsPerLine * OrderLimits.MostLines;

        Assert.Equal(items / 100 * 99, new CouponDiscount.Percent(99).On(items));
    }

    [Fact]
    public void Coupon_IsRefusedForItsReason()
    {
        var ten = Terms(new CouponDiscount.Amount(1_000)) with { Currency = Samples.Euro, MinimumBasket = 2_000 };
        var basket = Basket(shipping: 0, (1_000, 2));

        Assert.Null(ten.ProblemWith(basket, Now));
        Assert.Equal(CouponProblem.NotYetValid, (ten with { From = Now.AddTicks(1) }).ProblemWith(basket, Now));
        Assert.Null((ten with { From = Now }).ProblemWith(basket, Now));
        Assert.Equal(CouponProblem.Expired, (ten with { Until = Now }).ProblemWith(basket, Now));
        Assert.Null((ten with { Until = Now.AddTicks(1) }).ProblemWith(basket, Now));
        Assert.Equal(CouponProblem.OtherCurrency, (ten with { Currency = Id.Parse<Currency>("USD") }).ProblemWith(basket, Now));
        Assert.Equal(CouponProblem.BelowMinimum, ten.ProblemWith(Basket(shipping: 500, (1_999, 1)), Now));
        Assert.Equal(CouponProblem.NothingToPay, (ten with { Discount = new CouponDiscount.Amount(2_000) }).ProblemWith(basket, Now));
        Assert.Null((ten with { Discount = new CouponDiscount.Amount(1_999) }).ProblemWith(basket, Now));
        Assert.Equal(CouponProblem.NothingOff, (ten with { Discount = new CouponDiscount.Percent(1), MinimumBasket = 0 }).ProblemWith(Basket(shipping: 500, (99, 1)), Now));
    }

    [Fact]
    public void WhatIsShippedForAFee_MayCostNothingItself()
    {
        var all = Terms(new CouponDiscount.Percent(100)).ApplyTo(Basket(shipping: 390, (1_000, 2), (499, 1)));

        Assert.Equal(new OrderTotals(Items: 2_499, Discount: 2_499, Shipping: 390, Total: 390), all.Totals);
        Assert.All(all.Lines, line => Assert.Equal(0, line.Total));
    }

    [Theory]
    [InlineData("spring-24", "SPRING-24")]
    [InlineData("A_b", "A_B")]
    public void Code_IsOneHoweverItIsTyped(string typed, string code) => Assert.Equal(code, Id.Parse<CouponCode>(typed).Value);

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("ÄPFEL")]
    [InlineData("A\n")]
    public void Code_OfOtherCharacters_IsNone(string text) => Assert.False(CouponCode.TryParse(text, out _));

    private static Coupon Terms(CouponDiscount discount) =>
        new(Code, discount, Currency: null, MinimumBasket: 0, Limit: null, LimitPerBuyer: null, From: null, Until: null);

    private static PricedBasket Basket(long shipping, params (long Price, int Quantity)[] lines)
    {
        var items = lines.Select((line, i) => new CatalogueItem(Id.Parse<Sku>($"S{i}"), "thing", line.Price, Samples.Euro)).ToDictionary(item => item.Sku);
        return Pricing.Price([.. lines.Select((line, i) => new WantedLine(Id.Parse<Sku>($"S{i}"), line.Quantity))], items, shipping);
    }

    private static void Holds<T>(Arbitrary<T> values, Func<T, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(values, property));
}
