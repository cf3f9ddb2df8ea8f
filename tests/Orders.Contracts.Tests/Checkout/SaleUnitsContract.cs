using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>What every keeper of a sale's units must do.</summary>
public abstract partial class SaleUnitsContract(Subject subject) : ContractTests(subject)
{
    private static readonly SaleId Friday = Id.Parse<SaleId>("friday");
    private static readonly SaleId Other = Id.Parse<SaleId>("other");

    /// <summary>The token of a lease that nobody took over.</summary>
    private const long Fence = 7;

    private ISaleUnits Units => Subject.Port<ISaleUnits>();

    [Fact]
    public async Task Put_SetsTheQuantity_AndWhatIsTakenGoesOnCounting()
    {
        Assert.Null(await Units.FindAsync(Friday, None));
        Assert.Equal(new SaleCount(Friday, 10, 0, 0), await Units.PutAsync(Friday, 10, 5, Fence, None));
        await ReservedAsync(1, quantity: 2);
        Assert.Equal(new SaleCount(Friday, 4, 2, 0), await Units.PutAsync(Friday, 4, 5, Fence, None));
        await CountersAreAsync(left: 2, held: 2, sold: 0);
    }

    [Fact]
    public async Task Put_BelowWhatIsTaken_IsRefused()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        await ReservedAsync(1, quantity: 2);
        await ReservedAsync(2);
        await Units.SettleAsync(Friday, Hold(2), Mug, 1, None);
        Assert.Null(await Units.PutAsync(Friday, 2, 5, Fence, None));
        await CountersAreAsync(left: 7, held: 2, sold: 1);
        Assert.Equal(new SaleCount(Friday, 3, 2, 1), await Units.PutAsync(Friday, 3, 5, Fence, None));
    }

    [Fact]
    public async Task Put_ByWhoWasOvertaken_IsRefused()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        Assert.Equal(new SaleCount(Friday, 8, 0, 0), await Units.PutAsync(Friday, 8, 5, Fence + 1, None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Units.PutAsync(Friday, 10, 5, Fence, None));
        await CountersAreAsync(left: 8, held: 0, sold: 0);
        Assert.Equal(new SaleCount(Friday, 9, 0, 0), await Units.PutAsync(Friday, 9, 5, Fence + 1, None));
        Assert.Equal(new SaleCount(Other, 9, 0, 0), await Units.PutAsync(Other, 9, 5, Fence, None));
    }

    [Fact]
    public async Task Reserve_InASaleThatWasNeverSet_IsRefused() =>
        Assert.IsType<SaleClaimResult.NoSuchSale>(await Units.ReserveAsync(Friday, Claim(1), None));

    [Fact]
    public async Task Reserve_WhatIsLeft_HoldsIt()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        Assert.Equal(new SaleClaimResult.Reserved(1, Subject.Start), await Units.ReserveAsync(Friday, Claim(1, quantity: 3), None));
        await CountersAreAsync(left: 7, held: 3, sold: 0);
        Assert.Equal(
            new SaleHold(Claim(1, quantity: 3), SaleHoldState.Waiting, 1, Subject.Start, End: null, Reason: null), await Units.FindHoldAsync(Friday, Hold(1), None));
        Assert.Null(await Units.FindHoldAsync(Other, Hold(1), None));
        Assert.Null(await Units.FindHoldAsync(Friday, new HoldKey(Ref(Bob, "1"), 0), None));
    }

    [Fact]
    public async Task Reserve_BeyondTheQuantity_HoldsNothing()
    {
        await Units.PutAsync(Friday, 3, 3, Fence, None);
        await ReservedAsync(1, quantity: 2);
        Assert.Equal(new SaleClaimResult.SoldOut(1), await Units.ReserveAsync(Friday, ClaimOf(Bob, "2", quantity: 2), None));
        await CountersAreAsync(left: 1, held: 2, sold: 0);
        Assert.Null(await Units.FindHoldAsync(Friday, new HoldKey(Ref(Bob, "2"), 0), None));
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Friday, ClaimOf(Bob, "2", quantity: 1), None));
        Assert.Equal(new SaleClaimResult.SoldOut(0), await Units.ReserveAsync(Friday, ClaimOf(Bob, "3", quantity: 1), None));
    }

    [Fact]
    public async Task Reserve_OfWhatIsSold_StaysTaken()
    {
        await Units.PutAsync(Friday, 1, 1, Fence, None);
        await ReservedAsync(1);
        await Units.SettleAsync(Friday, Hold(1), Mug, 1, None);
        Assert.Equal(new SaleClaimResult.SoldOut(0), await Units.ReserveAsync(Friday, ClaimOf(Bob, "1"), None));
    }

    [Fact]
    public async Task Reserve_BeyondTheBuyersLimit_IsRefused_ToThatBuyer()
    {
        await Units.PutAsync(Friday, 10, 2, Fence, None);
        await Units.PutAsync(Other, 10, 2, Fence, None);
        await ReservedAsync(1);
        Assert.Equal(new SaleClaimResult.BuyerLimit(1), await Units.ReserveAsync(Friday, Claim(2, quantity: 2), None));
        await ReservedAsync(2);
        await Units.SettleAsync(Friday, Hold(1), Mug, 1, None);
        Assert.Equal(new SaleClaimResult.BuyerLimit(0), await Units.ReserveAsync(Friday, Claim(3), None));
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Friday, ClaimOf(Bob, "1", quantity: 2), None));
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Other, Claim(4, quantity: 2), None));
        await CountersAreAsync(left: 6, held: 3, sold: 1);
    }

    [Fact]
    public async Task Reserve_AfterTheBuyerGaveBack_IsWithinTheLimitAgain()
    {
        await Units.PutAsync(Friday, 10, 1, Fence, None);
        await ReservedAsync(1);
        await ReleaseAsync(1);
        await ReservedAsync(2);
    }

    [Fact]
    public async Task Reserve_Repeated_HoldsOnce_AndAsksNoLimit()
    {
        await Units.PutAsync(Friday, 2, 2, Fence, None);
        await ReservedAsync(1, quantity: 2);
        Subject.Clock.MoveTo(Subject.Start.AddSeconds(5));
        Assert.Equal(new SaleClaimResult.Reserved(2, Subject.Start), await Units.ReserveAsync(Friday, Claim(1, quantity: 2), None));
        await CountersAreAsync(left: 0, held: 2, sold: 0);
        Assert.Empty(await Units.FindUnkeptAsync(Subject.Start.AddSeconds(5), 10, None));
    }

    [Fact]
    public async Task Reserve_OfAnotherRequestByTheSameKey_ChangesNothing()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        await ReservedAsync(1);
        foreach (var other in new[]
        {
            Claim(1, quantity: 2), Claim(1) with { Sku = Pot }, Claim(1) with { Fingerprint = "another" }, Claim(1) with { Admission = "another" },
        })
        {
            Assert.IsType<SaleClaimResult.OtherClaim>(await Units.ReserveAsync(Friday, other, None));
        }

        await CountersAreAsync(left: 9, held: 1, sold: 0);
    }

    [Fact]
    public async Task Reserve_WithAUsedAdmission_IsRefused_AlsoAfterItWasGivenBack()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        await Units.PutAsync(Other, 10, 5, Fence, None);
        await ReservedAsync(1);
        var second = Claim(2) with { Admission = Claim(1).Admission };
        Assert.IsType<SaleClaimResult.AdmissionUsed>(await Units.ReserveAsync(Friday, second, None));
        await ReleaseAsync(1);
        Assert.IsType<SaleClaimResult.AdmissionUsed>(await Units.ReserveAsync(Friday, second, None));
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Other, second, None));
        await CountersAreAsync(left: 10, held: 0, sold: 0);
    }

    [Fact]
    public async Task Reserve_WithoutAnAdmission_NeedsNone()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Friday, Claim(1) with { Admission = null }, None));
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Friday, Claim(2) with { Admission = null }, None));
    }

    [Fact]
    public async Task Reserve_OfWhatIsOver_SaysSo()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        await ReservedAsync(1);
        await ReservedAsync(2);
        await Units.SettleAsync(Friday, Hold(1), Mug, 1, None);
        await ReleaseAsync(2);
        Assert.IsType<SaleClaimResult.Ended>(await Units.ReserveAsync(Friday, Claim(1), None));
        Assert.IsType<SaleClaimResult.Ended>(await Units.ReserveAsync(Friday, Claim(2), None));
        await CountersAreAsync(left: 9, held: 0, sold: 1);
    }

    [Fact]
    public async Task Reserve_ByManyAtOnce_NeverOversells()
    {
        await Units.PutAsync(Friday, 50, 1, Fence, None);
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Task.Run(() => Units.ReserveAsync(Friday, ClaimOf(Id.Parse<UserId>($"u{n}"), "k"), None))));
        Assert.Equal(50, results.OfType<SaleClaimResult.Reserved>().Count());
        Assert.All(results.Where(result => result is not SaleClaimResult.Reserved), result => Assert.Equal(new SaleClaimResult.SoldOut(0), result));
        await CountersAreAsync(left: 0, held: 50, sold: 0);
    }

    [Fact]
    public async Task Reserve_ByOneBuyerManyTimesAtOnce_KeepsTheLimit()
    {
        await Units.PutAsync(Friday, 50, 3, Fence, None);
        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => Task.Run(() => Units.ReserveAsync(Friday, Claim(n), None))));
        Assert.Equal(3, results.OfType<SaleClaimResult.Reserved>().Count());
        await CountersAreAsync(left: 47, held: 3, sold: 0);
    }

    private static SaleClaim Claim(int order, int quantity = 1) => new(Hold(order), Mug, quantity, $"admission-{order}", $"fingerprint of {order}");

    private static SaleClaim ClaimOf(UserId buyer, string key, int quantity = 1) =>
        new(new HoldKey(Ref(buyer, key), 0), Mug, quantity, $"admission-{buyer}-{key}", "fingerprint");

    private async Task ReservedAsync(int order, int quantity = 1) =>
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Friday, Claim(order, quantity), None));

    private async Task ReleaseAsync(int order, SaleEnd end = SaleEnd.Failed, string? reason = null) =>
        Assert.Equal(HoldOutcome.Done, await Units.ReleaseAsync(Friday, Hold(order), generation: null, end, reason, None));

    private async Task CountersAreAsync(long left, long held, long sold)
    {
        var count = await Units.FindAsync(Friday, None);
        Assert.Equal((left, held, sold), (count!.Left, count.Held, count.Sold));
        Assert.Equal(count.Quantity, count.Left + count.Taken);
    }
}

public sealed class SaleUnitsInMemory() : SaleUnitsContract(Subject.OnMemory());

public sealed class SaleUnitsInFile() : SaleUnitsContract(Subject.OnFile());
