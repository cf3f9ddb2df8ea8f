using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Xunit;

namespace Orders.Domain.Tests.AfterSales;

/// <summary>Which cases of an order whose units could not be had are marked, so that nothing of them comes on sale.</summary>
public sealed class WithoutStockTests
{
    [Fact]
    public void OpenCasesOfMoney_AreMarked_AndNoOthers()
    {
        var order = Samples.After(Samples.Pays) with
        {
            Cases = [.. CaseSamples.Cases.Select(sample => sample.Case)],
        };

        Assert.Equal(
            ["Refund, InReview", "Refund, Refunding", "Refund, RefundFailed", "Refund of what could not be had, InReview"],
            CaseSamples.Cases.Zip(order.WithoutStock().Cases).Where(pair => pair.Second.WithoutStock).Select(pair => pair.First.Name));
    }

    [Fact]
    public void MarkedOnce_IsTheSameOrder()
    {
        var marked = (Samples.After(Samples.Pays) with { Cases = [CaseSamples.Cases[0].Case] }).WithoutStock();

        Assert.Same(marked, marked.WithoutStock());
    }

    /// <summary>What left was had, so whether its money goes back is for the shop to say.</summary>
    [Fact]
    public void ACaseOfMoneyForWhatLeft_IsNotMarked()
    {
        var order = Samples.After(Samples.Pays, Samples.Accepts, Samples.ShipsA, Samples.ShipsB) with { Cases = [CaseSamples.Cases[0].Case] };

        Assert.Same(order, order.WithoutStock());
    }

    [Theory]
    [InlineData(CaseType.Refund, true)]
    [InlineData(CaseType.Return, false)]
    public void OpenedLater_OfMoneyOnly_IsMarked(CaseType type, bool expected)
    {
        var marked = (Samples.After(Samples.Pays) with { Cases = [CaseSamples.Cases[0].Case] }).WithoutStock();
        var later = new AfterSaleCase
        {
            CaseId = Samples.Case2,
            Type = type,
            Reason = "why",
            Fingerprint = "f",
            OpenedAt = Samples.Start.AddHours(1),
            Lines = [new CaseLine("3", 1, 100, 0)],
        };

        var (transition, changed) = marked.OpenCase(later, Samples.Start.AddDays(2), Actor.Customer);

        Assert.IsType<Transition.Moved>(transition);
        Assert.Equal(expected, changed.Cases[^1].WithoutStock);
    }
}
