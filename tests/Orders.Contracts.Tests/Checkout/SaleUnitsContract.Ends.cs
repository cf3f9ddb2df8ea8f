using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>How reservations go on: younger, kept, sold, given back, found.</summary>
public abstract partial class SaleUnitsContract
{
    [Fact]
    public async Task Renew_MakesAWaitingOneYounger()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        Assert.Null(await Units.RenewAsync(Friday, Hold(1), None));
        await ReservedAsync(1);
        Subject.Clock.MoveTo(Subject.Start.AddSeconds(5));
        Assert.Equal(new SaleHold(Claim(1), SaleHoldState.Waiting, 2, Subject.Start, null, null), await Units.RenewAsync(Friday, Hold(1), None));
        Assert.Empty(await Units.FindUnkeptAsync(Subject.Start.AddSeconds(5), 10, None));
        Assert.Equal(HoldOutcome.Refused, await Units.ReleaseAsync(Friday, Hold(1), 1, SaleEnd.Failed, null, None));
        await ReleaseAsync(1, SaleEnd.OutOfStock, "all gone");
        Assert.Equal(new SaleHold(Claim(1), SaleHoldState.Released, 2, Subject.Start, SaleEnd.OutOfStock, "all gone"), await Units.RenewAsync(Friday, Hold(1), None));
        await CountersAreAsync(left: 10, held: 0, sold: 0);
    }

    [Fact]
    public async Task Resume_OfWhatIsKnown_OnlyMakesItYounger()
    {
        Assert.Null(await Units.ResumeAsync(Friday, Claim(1), None));
        await Units.PutAsync(Friday, 2, 1, Fence, None);
        await ReservedAsync(1);
        Subject.Clock.MoveTo(Subject.Start.AddSeconds(5));
        Assert.Equal(new SaleHold(Claim(1), SaleHoldState.Waiting, 2, Subject.Start, null, null), await Units.ResumeAsync(Friday, Claim(1), None));
        Assert.Empty(await Units.FindUnkeptAsync(Subject.Start.AddSeconds(5), 10, None));
        await Units.KeepAsync(Friday, Hold(1), None);
        Assert.Equal(SaleHoldState.Kept, (await Units.ResumeAsync(Friday, Claim(1), None))!.State);
        await ReleaseAsync(1, SaleEnd.Failed, "swept");
        var over = await Units.ResumeAsync(Friday, Claim(1), None);
        Assert.Equal((SaleHoldState.Released, "swept"), (over!.State, over.Reason));
        await CountersAreAsync(left: 2, held: 0, sold: 0);
    }

    [Fact]
    public async Task Resume_OfWhatNobodyKnowsOf_HoldsItAnew_AndUsesItsAdmission()
    {
        await Units.PutAsync(Friday, 2, 2, Fence, None);
        Assert.Equal(new SaleHold(Claim(1), SaleHoldState.Waiting, 1, Subject.Start, null, null), await Units.ResumeAsync(Friday, Claim(1), None));
        Assert.Equal(2, (await Units.ResumeAsync(Friday, Claim(1), None))!.Generation);
        await CountersAreAsync(left: 1, held: 1, sold: 0);
        Assert.IsType<SaleClaimResult.AdmissionUsed>(await Units.ReserveAsync(Friday, Claim(2) with { Admission = Claim(1).Admission }, None));
        Assert.IsType<SaleClaimResult.Reserved>(await Units.ReserveAsync(Friday, Claim(1), None));
        Assert.Equal(Hold(1), Assert.Single(await Units.FindUnkeptAsync(Subject.Start.AddSeconds(1), 10, None)).Key);
        Assert.True(await Units.KeepAsync(Friday, Hold(1), None));
    }

    [Fact]
    public async Task Resume_WhenNothingIsLeft_IsWrittenDownAsGivenBack()
    {
        await Units.PutAsync(Friday, 1, 1, Fence, None);
        await Units.ReserveAsync(Friday, ClaimOf(Bob, "1"), None);
        Assert.Equal(
            new SaleHold(Claim(1), SaleHoldState.Released, 1, Subject.Start, SaleEnd.OutOfStock, Reason: null), await Units.ResumeAsync(Friday, Claim(1), None));
        Assert.IsType<SaleClaimResult.Ended>(await Units.ReserveAsync(Friday, Claim(1), None));
        await CountersAreAsync(left: 0, held: 1, sold: 0);
    }

    [Fact]
    public async Task Resume_BeyondTheBuyersLimit_IsWrittenDownAsGivenBack()
    {
        await Units.PutAsync(Friday, 9, 1, Fence, None);
        await ReservedAsync(2);
        Assert.Equal(SaleEnd.Failed, (await Units.ResumeAsync(Friday, Claim(1), None))!.End);
        await CountersAreAsync(left: 8, held: 1, sold: 0);
    }

    [Fact]
    public async Task Resume_WithAnAdmissionThatWasUsedForAnother_IsWrittenDownAsGivenBack()
    {
        await Units.PutAsync(Friday, 9, 9, Fence, None);
        await ReservedAsync(2);
        Assert.Equal(SaleEnd.Failed, (await Units.ResumeAsync(Friday, Claim(1) with { Admission = Claim(2).Admission }, None))!.End);
        await CountersAreAsync(left: 8, held: 1, sold: 0);
    }

    [Fact]
    public async Task Reserve_OfWhatWasSoldWithoutIt_IsTheSameIfItsUnitsAre()
    {
        await Units.PutAsync(Friday, 9, 9, Fence, None);
        await Units.SettleAsync(Friday, Hold(1), Mug, 2, None);
        Assert.IsType<SaleClaimResult.Ended>(await Units.ReserveAsync(Friday, Claim(1, quantity: 2), None));
        Assert.IsType<SaleClaimResult.OtherClaim>(await Units.ReserveAsync(Friday, Claim(1), None));
    }

    [Fact]
    public async Task Keep_IsForWhatIsHeldOrSold()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        Assert.False(await Units.KeepAsync(Friday, Hold(1), None));
        await ReservedAsync(1);
        Assert.True(await Units.KeepAsync(Friday, Hold(1), None));
        Assert.Equal(SaleHoldState.Kept, (await Units.FindHoldAsync(Friday, Hold(1), None))!.State);
        await Units.SettleAsync(Friday, Hold(1), Mug, 1, None);
        Assert.True(await Units.KeepAsync(Friday, Hold(1), None));
        Assert.Equal(SaleHoldState.Sold, (await Units.FindHoldAsync(Friday, Hold(1), None))!.State);
        await ReservedAsync(2);
        await ReleaseAsync(2);
        Assert.False(await Units.KeepAsync(Friday, Hold(2), None));
    }

    [Fact]
    public async Task Settle_SellsOnce_AndForGood()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        await ReservedAsync(1, quantity: 2);
        Assert.Equal(HoldOutcome.Done, await Units.SettleAsync(Friday, Hold(1), Mug, 2, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Units.SettleAsync(Friday, Hold(1), Mug, 2, None));
        Assert.Equal(HoldOutcome.Refused, await Units.ReleaseAsync(Friday, Hold(1), generation: null, SaleEnd.Cancelled, null, None));
        await CountersAreAsync(left: 8, held: 0, sold: 2);
    }

    [Fact]
    public async Task Settle_OfWhatWasGivenBackOrNeverThere_TakesWhatIsLeft()
    {
        await Units.PutAsync(Friday, 3, 1, Fence, None);
        await ReservedAsync(1);
        await ReleaseAsync(1);
        Assert.Equal(HoldOutcome.Done, await Units.SettleAsync(Friday, Hold(1), Mug, 1, None));
        Assert.Equal(HoldOutcome.Done, await Units.SettleAsync(Friday, Hold(2), Pot, 2, None));
        await CountersAreAsync(left: 0, held: 0, sold: 3);
        Assert.Null((await Units.FindHoldAsync(Friday, Hold(1), None))!.End);
    }

    [Fact]
    public async Task Settle_WhenNothingIsLeft_SellsNothing()
    {
        await Units.PutAsync(Friday, 1, 1, Fence, None);
        await ReservedAsync(1);
        await ReleaseAsync(1);
        await Units.ReserveAsync(Friday, ClaimOf(Bob, "1"), None);
        Assert.Equal(HoldOutcome.NothingHeld, await Units.SettleAsync(Friday, Hold(1), Mug, 1, None));
        Assert.Equal(HoldOutcome.NothingHeld, await Units.SettleAsync(Friday, Hold(2), Mug, 1, None));
        await CountersAreAsync(left: 0, held: 1, sold: 0);
        Assert.Null(await Units.FindHoldAsync(Friday, Hold(2), None));
    }

    [Fact]
    public async Task Release_Twice_GivesBackOnce_AndKeepsTheFirstWord()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        Assert.Equal(HoldOutcome.NothingHeld, await Units.ReleaseAsync(Friday, Hold(1), generation: null, SaleEnd.Failed, null, None));
        await ReservedAsync(1);
        await ReservedAsync(2);
        Assert.Equal(HoldOutcome.Done, await Units.ReleaseAsync(Friday, Hold(1), generation: null, SaleEnd.OutOfStock, "gone", None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Units.ReleaseAsync(Friday, Hold(1), generation: null, SaleEnd.Failed, "late", None));
        await CountersAreAsync(left: 9, held: 1, sold: 0);
        var hold = await Units.FindHoldAsync(Friday, Hold(1), None);
        Assert.Equal((SaleHoldState.Released, SaleEnd.OutOfStock, "gone"), (hold!.State, hold.End, hold.Reason));
    }

    [Fact]
    public async Task Release_WithAnOldGeneration_IsRefused()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        await ReservedAsync(1);
        await ReservedAsync(1);
        Assert.Equal(HoldOutcome.Refused, await Units.ReleaseAsync(Friday, Hold(1), 1, SaleEnd.Failed, null, None));
        await CountersAreAsync(left: 9, held: 1, sold: 0);
        Assert.Equal(HoldOutcome.Done, await Units.ReleaseAsync(Friday, Hold(1), 2, SaleEnd.Failed, null, None));
    }

    [Fact]
    public async Task Release_OfAFormerHold_LeavesTheRevivedOrdersOne()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        await ReservedAsync(1);
        await ReleaseAsync(1);
        await Units.ReserveAsync(Friday, Claim(1) with { Key = Hold(1, number: 1), Admission = null }, None);
        Assert.Equal(HoldOutcome.AlreadyDone, await Units.ReleaseAsync(Friday, Hold(1), generation: null, SaleEnd.Cancelled, null, None));
        await CountersAreAsync(left: 9, held: 1, sold: 0);
    }

    [Fact]
    public async Task Unkept_AreFound_OldestFirst_UntilTheyAreKept()
    {
        await Units.PutAsync(Friday, 10, 5, Fence, None);
        await Units.PutAsync(Other, 10, 5, Fence, None);
        await ReservedAsync(1);
        Subject.Clock.MoveTo(Subject.Start.AddMinutes(1));
        await Units.ReserveAsync(Other, Claim(2), None);
        await ReservedAsync(3);
        await ReservedAsync(4);
        Assert.Equal([new AgedSaleHold(Friday, Hold(1), 1, Subject.Start)], await Units.FindUnkeptAsync(Subject.Start.AddMinutes(1), limit: 10, None));
        Assert.Equal(Hold(1), Assert.Single(await Units.FindUnkeptAsync(Subject.Start.AddMinutes(5), limit: 1, None)).Key);
        await Units.KeepAsync(Friday, Hold(1), None);
        await ReservedAsync(1);
        await Units.SettleAsync(Friday, Hold(3), Mug, 1, None);
        await ReleaseAsync(4);
        Assert.Equal(new AgedSaleHold(Other, Hold(2), 1, Subject.Start.AddMinutes(1)), Assert.Single(await Units.FindUnkeptAsync(Subject.Start.AddMinutes(5), 10, None)));
    }

    [Fact]
    public async Task List_ShowsEveryReservationOfASaleOnce()
    {
        await Units.PutAsync(Friday, 10, 9, Fence, None);
        await Units.PutAsync(Other, 10, 9, Fence, None);
        for (var number = 1; number <= 5; number++)
            await ReservedAsync(number);
        await Units.ReserveAsync(Friday, Claim(5) with { Key = Hold(5, number: 1), Admission = null }, None);
        await Units.ReserveAsync(Other, Claim(6), None);
        await ReleaseAsync(2);
        var all = await ReadAllAsync(cursor => Units.ListHoldsAsync(Friday, 2, cursor, None));
        Assert.Equal(
            new[] { Hold(1), Hold(2), Hold(3), Hold(4), Hold(5), Hold(5, number: 1) }.Select(key => key.ToString()).Order(), all.Select(hold => hold.Claim.Key.ToString()).Order());
        Assert.Equal(Hold(2), Assert.Single(all, hold => hold.State == SaleHoldState.Released).Claim.Key);
        await Assert.ThrowsAsync<FormatException>(() => Units.ListHoldsAsync(Friday, 2, "no cursor", None));
    }

    [Fact]
    public async Task Restart_ForgetsNothing()
    {
        await Units.PutAsync(Friday, 4, 2, Fence, None);
        await ReservedAsync(1);
        await ReservedAsync(2);
        await Units.SettleAsync(Friday, Hold(2), Mug, 1, None);
        await Subject.RestartAsync();
        await CountersAreAsync(left: 2, held: 1, sold: 1);
        Assert.Equal(new SaleClaimResult.BuyerLimit(0), await Units.ReserveAsync(Friday, Claim(3), None));
        Assert.IsType<SaleClaimResult.AdmissionUsed>(await Units.ReserveAsync(Friday, Claim(3) with { Admission = Claim(1).Admission }, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Units.SettleAsync(Friday, Hold(2), Mug, 1, None));
    }
}
