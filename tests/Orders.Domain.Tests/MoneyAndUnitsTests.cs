using System.Numerics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Xunit;

namespace Orders.Domain.Tests;

public sealed class MoneyAndUnitsTests
{
    private static readonly Arbitrary<(long Price, int Quantity)[]> Baskets =
        (from price in Gen.Choose(1, int.MaxValue)
         from factor in Gen.Choose(1, (int)(OrderLimits.MostUnitPrice / int.MaxValue))
         from quantity in Gen.Choose(1, OrderLimits.MostUnitsPerLine)
         select ((long)price * factor, quantity)).NonEmptyListOf().Select(lines => lines.Take(OrderLimits.MostLines).ToArray()).ToArbitrary();

    private static readonly Arbitrary<Units> AnyUnits =
        (from line in Gen.Choose(1, 5) from quantity in Gen.Choose(0, 9) select KeyValuePair.Create($"{line}", quantity))
        .ListOf().Select(entries => Units.Of(entries)).ToArbitrary();

    [Fact]
    public void Totals_AreExact() => Holds(Baskets, basket =>
    {
        var items = basket.Select((line, i) => new CatalogueItem(Id.Parse<Sku>($"S{i}"), "thing", line.Price, Samples.Euro)).ToDictionary(item => item.Sku);
        var priced = Pricing.Price([.. basket.Select((line, i) => new WantedLine(Id.Parse<Sku>($"S{i}"), line.Quantity))], items, shipping: 499);
        var exact = basket.Aggregate(BigInteger.Zero, (sum, line) => sum + (BigInteger)line.Price * line.Quantity);
        return priced.Totals.Items == exact && priced.Totals.Total == exact + 499 && priced.Lines.Sum(line => line.Total) == exact
            && priced.Lines.Select(line => line.LineId).SequenceEqual(Enumerable.Range(1, basket.Length).Select(i => $"{i}"));
    });

    [Fact]
    public void Totals_AtEveryBound_StillFit()
    {
        var item = new CatalogueItem(Id.Parse<Sku>("GOLD"), "Gold", OrderLimits.MostUnitPrice, Samples.Euro);
        var wanted = Enumerable.Repeat(new WantedLine(item.Sku, OrderLimits.MostUnitsPerLine), OrderLimits.MostLines).ToList();

        var priced = Pricing.Price(wanted, new Dictionary<Sku, CatalogueItem> { [item.Sku] = item }, shipping: 0);

        Assert.Equal(OrderLimits.MostUnitPrice * OrderLimits.MostUnitsPerLine * OrderLimits.MostLines, priced.Totals.Total);
    }

    [Fact]
    public void Basket_OfTwoCurrencies_IsABrokenInvariant()
    {
        var (a, b) = (Id.Parse<Sku>("A"), Id.Parse<Sku>("B"));
        var items = new Dictionary<Sku, CatalogueItem>
        {
            [a] = new(a, "A", 1, Samples.Euro),
            [b] = new(b, "B", 1, Id.Parse<Currency>("USD")),
        };

        Assert.Throws<InvalidOperationException>(() => Pricing.Price([new(a, 1), new(b, 1)], items, shipping: 0));
    }

    [Fact]
    public void LineWithDiscount_CostsWhatRemains() =>
        Assert.Equal(2_999, new OrderLine("1", Id.Parse<Sku>("A"), "A", Quantity: 3, UnitPrice: 1_000, Discount: 1).Total);

    [Fact]
    public void Money_OfTwoCurrencies_IsNeverAddedOrCompared()
    {
        var (euro, dollar) = (new Money(1, Samples.Euro), new Money(1, Id.Parse<Currency>("USD")));

        Assert.Throws<InvalidOperationException>(() => euro + dollar);
        Assert.Throws<InvalidOperationException>(() => euro - dollar);
        Assert.Throws<InvalidOperationException>(() => euro.CompareTo(dollar));
        Assert.NotEqual(euro, dollar);
    }

    [Fact]
    public void Money_ThatOverflows_IsNeverAWrongNumber()
    {
        var most = new Money(long.MaxValue, Samples.Euro);

        Assert.Throws<OverflowException>(() => most + new Money(1, Samples.Euro));
        Assert.Throws<OverflowException>(() => most * 2);
        Assert.Throws<OverflowException>(() => new Money(long.MinValue, Samples.Euro) - new Money(1, Samples.Euro));
    }

    [Fact]
    public void Owed_IsWhatWasCaptured_LessWhatIsKept_LessWhatGoesBackAlready()
    {
        var payment = new OrderPayment(Samples.Payment, new Money(1_000, Samples.Euro), "sim", PaymentStatus.Settled, Samples.Start)
        {
            Captured = new Money(1_050, Samples.Euro),
            Kept = 1_000,
        };

        Assert.Equal(50, payment.Owed);
        Assert.Equal(20, (payment with { Refunds = [new("r1", 30, RefundReason.Over, RefundStatus.Requested, Samples.Start)] }).Owed);
        Assert.Equal(0, new OrderPayment(Samples.Payment, payment.Amount, "sim", PaymentStatus.Open, Samples.Start).Owed);
    }

    [Fact]
    public void Units_PlusAndMinus_UndoEachOther() => HoldsForPairs((a, b) =>
        a.Plus(b).Minus(b).Equals(a) && a.Plus(b).Equals(b.Plus(a)) && a.Plus(b).Total == a.Total + b.Total
        && a.Plus(b).Covers(a) && a.Minus(b).Total >= 0);

    [Fact]
    public void Units_CoverWhatIsNoMore_AndTouchWhatSharesALine() => HoldsForPairs((a, b) =>
        a.Covers(b) == b.Minus(a).IsEmpty && a.Touches(b) == b.Lines.Intersect(a.Lines).Any() && a.Covers(Units.None) && !a.Touches(Units.None));

    [Fact]
    public void Units_ReadBack_AreTheSame_AndEqualOnesHashAlike() => Holds(AnyUnits, units =>
    {
        var read = JsonSerializer.Deserialize<Units>(JsonSerializer.Serialize(units))!;
        return read.Equals(units) && read.GetHashCode() == units.GetHashCode();
    });

    [Fact]
    public void Units_BelowZero_AreRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Units.Of(("1", -1)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9_999_999)]
    public void Deadline_IsTheNextWholeSecond(long ticksPastTheSecond)
    {
        var deadline = Deadlines.After(Samples.Start.AddTicks(ticksPastTheSecond), TimeSpan.FromMinutes(30));

        Assert.Equal(ticksPastTheSecond == 0 ? Samples.PayBy : Samples.PayBy.AddSeconds(1), deadline);
        Assert.Equal(TimeSpan.Zero, deadline.Offset);
    }

    private static void Holds<T>(Arbitrary<T> values, Func<T, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(values, property));

    private static void HoldsForPairs(Func<Units, Units, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(AnyUnits, AnyUnits, property));
}
