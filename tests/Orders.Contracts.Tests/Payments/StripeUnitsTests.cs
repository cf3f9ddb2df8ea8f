using Orders.Azure.Payments;
using Orders.Domain;

namespace Orders.Contracts.Tests.Payments;

/// <summary>Amounts as Stripe counts them: where the two tables differ, a wrong one is a hundredfold price.</summary>
public sealed class StripeUnitsTests
{
    [Theory]
    [InlineData("EUR", 1000, 1000)]
    [InlineData("JPY", 500, 500)]
    [InlineData("KRW", 500, 500)]
    [InlineData("ISK", 5, 500)]
    [InlineData("UGX", 5, 500)]
    [InlineData("MGA", 500, 5)]
    [InlineData("KWD", 5120, 5120)]
    [InlineData("HUF", 1045, 1045)]
    [InlineData("TWD", 80045, 80045)]
    public void Amount_GoesThereAndBack(string currency, long ours, long stripes)
    {
        var money = new Money(ours, Id.Parse<Currency>(currency));

        Assert.Equal(stripes, StripeUnits.Of(money));
        Assert.Equal(money, StripeUnits.Read(stripes, currency.ToLowerInvariant()));
    }

    /// <summary>It is refused, never rounded: the buyer would pay another amount than the order's.</summary>
    [Theory]
    [InlineData("KWD", 5124)]
    [InlineData("MGA", 550)]
    [InlineData("EUR", 0)]
    [InlineData("EUR", -1)]
    [InlineData("ISK", long.MaxValue)]
    [InlineData("IQD", 1000)]
    public void Amount_ThatStripeHasNot_IsNone(string currency, long amount) => Assert.Null(StripeUnits.Of(new Money(amount, Id.Parse<Currency>(currency))));

    [Theory]
    [InlineData("isk", 550)]
    [InlineData("mga", long.MaxValue)]
    [InlineData("lyd", 1000)]
    [InlineData("euro", 1000)]
    [InlineData(null, 1000)]
    public void Amount_ThatThereCannotBe_IsNotRead(string? currency, long amount) => Assert.Null(StripeUnits.Read(amount, currency));
}
