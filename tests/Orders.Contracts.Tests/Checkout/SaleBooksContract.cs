using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>What every second look at a sale's counters must say while nothing is lost. What is lost where it can be has its own tests.</summary>
public abstract class SaleBooksContract(Subject subject) : ContractTests(subject)
{
    private static readonly SaleId Monday = Id.Parse<SaleId>("monday");
    private static readonly SaleId Friday = Id.Parse<SaleId>("friday");

    [Fact]
    public async Task WhatWasNeverSet_IsNotLost() => Assert.False(await Subject.Port<ISaleBooks>().AreLostAsync(Friday, None));

    [Fact]
    public async Task WhatWasSet_IsNotLost_AlsoAfterARestart()
    {
        await Subject.Port<ISaleUnits>().PutAsync(Friday, 5, 1, 1, None);
        Assert.False(await Subject.Port<ISaleBooks>().AreLostAsync(Friday, None));
        await Subject.RestartAsync();
        Assert.False(await Subject.Port<ISaleBooks>().AreLostAsync(Friday, None));
    }

    [Fact]
    public async Task Forget_TakesTheSaleAndItsReservations_AndNoOther()
    {
        var (units, books) = (Subject.Port<ISaleUnits>(), Subject.Port<ISaleBooks>());
        Assert.Equal(0, await books.ForgetAsync(Friday, 10, None));
        foreach (var sale in new[] { Friday, Monday })
        {
            await units.PutAsync(sale, 9, 9, 1, None);
            for (var order = 1; order <= 4; order++)
                await units.ReserveAsync(sale, new SaleClaim(Hold(order), Mug, 1, $"admission-{order}", "f"), None);
            await units.SettleAsync(sale, Hold(1), Mug, 1, None);
            foreach (var order in new[] { 2, 3 })
                await units.ReleaseAsync(sale, Hold(order), generation: null, SaleEnd.Cancelled, reason: null, None);
        }

        // Somebody still holds a unit.
        Assert.Equal(0, await books.ForgetAsync(Friday, 10, None));
        Assert.NotNull(await units.FindAsync(Friday, None));
        await units.ReleaseAsync(Friday, Hold(4), generation: null, SaleEnd.Cancelled, reason: null, None);
        Assert.Equal(2, await books.ForgetAsync(Friday, 2, None));
        for (var more = 2; more == 2;)
            Assert.InRange(more = await books.ForgetAsync(Friday, 2, None), 0, 2);
        Assert.Null(await units.FindAsync(Friday, None));
        Assert.Null(await units.FindHoldAsync(Friday, Hold(1), None));
        Assert.Null(await units.ResumeAsync(Friday, new SaleClaim(Hold(2), Mug, 1, "admission-2", "f"), None));
        Assert.Equal(HoldOutcome.NothingHeld, await units.SettleAsync(Friday, Hold(1), Mug, 1, None));
        Assert.Empty((await units.ListHoldsAsync(Friday, 10, cursor: null, None)).Items);
        Assert.False(await books.AreLostAsync(Friday, None));
        Assert.Equal(0, await books.ForgetAsync(Friday, 10, None));
        Assert.Equal(new SaleCount(Monday, 9, 1, 1), await units.FindAsync(Monday, None));
    }
}

public sealed class SaleBooksInMemory() : SaleBooksContract(Subject.OnMemory());
