using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>What every keeper of coupons must do.</summary>
public abstract class CouponContract(Subject subject) : ContractTests(subject)
{
    private static readonly CouponCode Spring = Id.Parse<CouponCode>("SPRING");
    private static readonly CouponCode Other = Id.Parse<CouponCode>("OTHER");

    private ICoupons Coupons => Subject.Port<ICoupons>();

    [Fact]
    public async Task Put_IsFound_ReplacedAndKept()
    {
        var every = new Coupon(
            Spring, new CouponDiscount.Amount(1_000), Euro, MinimumBasket: 2_500, Limit: 7, LimitPerBuyer: 2, Subject.Start, Subject.Start.AddDays(9));
        Assert.Null(await Coupons.FindAsync(Spring, None));
        Assert.Equal(new CouponCount(every, Locked: 0, Used: 0), await Coupons.PutAsync(every, None));
        Assert.Equal(new CouponCount(every, Locked: 0, Used: 0), await Coupons.FindAsync(Spring, None));

        var fewest = Terms(Spring) with { Discount = new CouponDiscount.Percent(15) };
        await LockedAsync(1);
        Assert.Equal(new CouponCount(fewest, Locked: 1, Used: 0), await Coupons.PutAsync(fewest, None));
        await Subject.RestartAsync();
        Assert.Equal(new CouponCount(fewest, Locked: 1, Used: 0), await Coupons.FindAsync(Spring, None));
    }

    [Fact]
    public async Task Lock_OfWhatIsNotThere_IsRefused() =>
        Assert.Equal(new LockResult.Refused(CouponProblem.Unknown), await Coupons.LockAsync(Hold(1), Spring, None));

    [Fact]
    public async Task Lock_BeyondTheLimit_IsRefused_AndWhatIsUsedCounts()
    {
        await Coupons.PutAsync(Terms(Spring) with { Limit = 2 }, None);
        await LockedAsync(1);
        await LockedAsync(2);
        Assert.Equal(new LockResult.Refused(CouponProblem.UsedUp), await Coupons.LockAsync(Hold(3), Spring, None));
        await Coupons.UseAsync(Hold(1), Spring, None);
        Assert.Equal(new LockResult.Refused(CouponProblem.UsedUp), await Coupons.LockAsync(Hold(3), Spring, None));
        await Coupons.ReleaseAsync(Hold(2), generation: null, None);
        await LockedAsync(3);
        await ExpectAsync(locked: 1, used: 1);
    }

    [Fact]
    public async Task Lock_BeyondTheLimitOfABuyer_IsRefused_ToThatBuyer()
    {
        await Coupons.PutAsync(Terms(Spring) with { LimitPerBuyer = 1 }, None);
        await Coupons.PutAsync(Terms(Other), None);
        await LockedAsync(1);
        Assert.Equal(new LockResult.Refused(CouponProblem.UsedUpByBuyer), await Coupons.LockAsync(Hold(2), Spring, None));
        Assert.IsType<LockResult.Locked>(await Coupons.LockAsync(new HoldKey(Ref(Bob, "1"), 0), Spring, None));
        Assert.IsType<LockResult.Locked>(await Coupons.LockAsync(Hold(3), Other, None));
        await Coupons.UseAsync(Hold(1), Spring, None);
        Assert.Equal(new LockResult.Refused(CouponProblem.UsedUpByBuyer), await Coupons.LockAsync(Hold(2), Spring, None));
    }

    [Fact]
    public async Task Lock_Repeated_LocksOnce_AndAsksNoLimit()
    {
        await Coupons.PutAsync(Terms(Spring) with { Limit = 1, LimitPerBuyer = 1 }, None);
        var first = await LockedAsync(1);
        var again = await LockedAsync(1);
        Assert.True(first.Anew);
        Assert.False(again.Anew);
        Assert.True(again.Generation > first.Generation);
        await ExpectAsync(locked: 1, used: 0);
    }

    [Fact]
    public async Task Lock_OfAnotherCouponByTheSameKey_ChangesNothing()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        await Coupons.PutAsync(Terms(Other), None);
        await LockedAsync(1);
        Assert.IsType<LockResult.LockedForOther>(await Coupons.LockAsync(Hold(1), Other, None));
        await ExpectAsync(locked: 1, used: 0);
        Assert.Equal(0, (await Coupons.FindAsync(Other, None))!.Locked);
    }

    [Fact]
    public async Task Lock_OfAUsedOne_SaysSo()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        await LockedAsync(1);
        await Coupons.UseAsync(Hold(1), Spring, None);
        Assert.IsType<LockResult.AlreadyUsed>(await Coupons.LockAsync(Hold(1), Spring, None));
        await ExpectAsync(locked: 0, used: 1);
    }

    [Fact]
    public async Task Use_CountsOnce_AndStaysUsed()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        await LockedAsync(1);
        Assert.Equal(CouponOutcome.Done, await Coupons.UseAsync(Hold(1), Spring, None));
        Assert.Equal(CouponOutcome.AlreadyDone, await Coupons.UseAsync(Hold(1), Spring, None));
        Assert.Equal(CouponOutcome.Refused, await Coupons.ReleaseAsync(Hold(1), generation: null, None));
        Assert.True(await Coupons.KeepAsync(Hold(1), Subject.Start.AddHours(1), None));
        await ExpectAsync(locked: 0, used: 1);
    }

    [Fact]
    public async Task Use_WithoutALock_IsCounted_BeyondTheLimitIfNeedBe()
    {
        await Coupons.PutAsync(Terms(Spring) with { Limit = 1 }, None);
        await Coupons.PutAsync(Terms(Other), None);
        await LockedAsync(1);
        Assert.Equal(CouponOutcome.CountedWithoutLock, await Coupons.UseAsync(Hold(2, number: 1), Spring, None));
        await ExpectAsync(locked: 1, used: 1);
        await Coupons.ReleaseAsync(Hold(1), generation: null, None);
        Assert.Equal(CouponOutcome.CountedWithoutLock, await Coupons.UseAsync(Hold(1), Spring, None));
        await ExpectAsync(locked: 0, used: 2);
        await Coupons.LockAsync(Hold(3), Other, None);
        Assert.Equal(CouponOutcome.CountedWithoutLock, await Coupons.UseAsync(Hold(3), Spring, None));
        Assert.Equal(0, (await Coupons.FindAsync(Other, None))!.Locked);
        await ExpectAsync(locked: 0, used: 3);
    }

    [Fact]
    public async Task GiveBack_OfAUse_FreesItOnce_ForTheBuyerToo()
    {
        await Coupons.PutAsync(Terms(Spring) with { Limit = 2, LimitPerBuyer = 2 }, None);
        await LockedAsync(1);
        await LockedAsync(2);
        await Coupons.UseAsync(Hold(1), Spring, None);
        await Coupons.UseAsync(Hold(2), Spring, None);
        Assert.Equal(new LockResult.Refused(CouponProblem.UsedUp), await Coupons.LockAsync(Hold(3), Spring, None));

        Assert.Equal(CouponOutcome.Done, await Coupons.GiveBackAsync(Hold(1), Spring, None));
        Assert.Equal(CouponOutcome.AlreadyDone, await Coupons.GiveBackAsync(Hold(1), Spring, None));

        await ExpectAsync(locked: 0, used: 1);
        await LockedAsync(3);
        await ExpectAsync(locked: 1, used: 1);
    }

    [Fact]
    public async Task GiveBack_IsForGood_WhateverIsToldLater()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        await LockedAsync(1);
        await Coupons.UseAsync(Hold(1), Spring, None);
        await Coupons.GiveBackAsync(Hold(1), Spring, None);
        await Subject.RestartAsync();

        Assert.Equal(CouponOutcome.AlreadyDone, await Coupons.UseAsync(Hold(1), Spring, None));
        Assert.Equal(CouponOutcome.AlreadyDone, await Coupons.ReleaseAsync(Hold(1), generation: null, None));
        Assert.False(await Coupons.KeepAsync(Hold(1), Subject.Start.AddHours(1), None));
        Assert.IsType<LockResult.AlreadyUsed>(await Coupons.LockAsync(Hold(1), Spring, None));
        await ExpectAsync(locked: 0, used: 0);
    }

    [Fact]
    public async Task GiveBack_BeforeTheUseIsTold_FreesTheLock_AndTheUseNeverCounts()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        await LockedAsync(1);
        Assert.Equal(CouponOutcome.Done, await Coupons.GiveBackAsync(Hold(1), Spring, None));
        Assert.Equal(CouponOutcome.NothingLocked, await Coupons.GiveBackAsync(Hold(2), Spring, None));

        await Coupons.UseAsync(Hold(1), Spring, None);
        await Coupons.UseAsync(Hold(2), Spring, None);

        await ExpectAsync(locked: 0, used: 0);
        Assert.Empty(await Coupons.FindDueAsync(Subject.Start.AddDays(1), limit: 10, None));
    }

    [Fact]
    public async Task Release_GivesBackOnce()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        Assert.Equal(CouponOutcome.NothingLocked, await Coupons.ReleaseAsync(Hold(1), generation: null, None));
        await LockedAsync(1);
        await LockedAsync(2);
        Assert.Equal(CouponOutcome.Done, await Coupons.ReleaseAsync(Hold(1), generation: null, None));
        Assert.Equal(CouponOutcome.AlreadyDone, await Coupons.ReleaseAsync(Hold(1), generation: null, None));
        await ExpectAsync(locked: 1, used: 0);
        Assert.False(await Coupons.KeepAsync(Hold(1), Subject.Start.AddHours(1), None));
    }

    [Fact]
    public async Task Release_WithAnOldGeneration_IsRefused()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        var first = await LockedAsync(1);
        var again = await LockedAsync(1);
        Assert.Equal(CouponOutcome.Refused, await Coupons.ReleaseAsync(Hold(1), first.Generation, None));
        Assert.Equal(CouponOutcome.Done, await Coupons.ReleaseAsync(Hold(1), again.Generation, None));
        var anew = await LockedAsync(1);
        Assert.True(anew.Anew);
        Assert.True(anew.Generation > again.Generation);
    }

    [Fact]
    public async Task Release_OfAFormerHold_LeavesTheRevivedOrdersOne()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        await Coupons.UseAsync(Hold(1, number: 1), Spring, None);
        Assert.Equal(CouponOutcome.NothingLocked, await Coupons.ReleaseAsync(Hold(1), generation: null, None));
        await ExpectAsync(locked: 0, used: 1);
    }

    [Fact]
    public async Task Due_AreFound_TheLongestDueFirst_UntilTheyAreKept()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        var first = await LockedAsync(1);
        Subject.Clock.MoveTo(Subject.Start.AddMinutes(1));
        await LockedAsync(2);
        await LockedAsync(3);
        var due = Subject.Start + new OrderPolicy().HoldWithoutOrder;
        Assert.Equal([new DueLock(Hold(1), Spring, first.Generation, due)], await Coupons.FindDueAsync(due.AddMinutes(1), limit: 10, None));
        Assert.Equal(Hold(1), Assert.Single(await Coupons.FindDueAsync(due.AddMinutes(5), limit: 1, None)).Key);
        Assert.True(await Coupons.KeepAsync(Hold(1), due.AddHours(1), None));
        await LockedAsync(1);
        await Coupons.UseAsync(Hold(2), Spring, None);
        await Coupons.ReleaseAsync(Hold(3), generation: null, None);
        Assert.Empty(await Coupons.FindDueAsync(due.AddMinutes(5), limit: 10, None));
    }

    [Fact]
    public async Task Keep_SetsTheNextLook_WhileItIsLocked()
    {
        await Coupons.PutAsync(Terms(Spring), None);
        await LockedAsync(1);
        await LockedAsync(2);
        await Coupons.KeepAsync(Hold(1), Subject.Start.AddHours(1), None);
        await Coupons.KeepAsync(Hold(2), Subject.Start.AddHours(1), None);
        await Coupons.UseAsync(Hold(2), Spring, None);
        await Coupons.KeepAsync(Hold(2), Subject.Start.AddHours(1), None);
        var due = Assert.Single(await Coupons.FindDueAsync(Subject.Start.AddHours(2), limit: 10, None));
        Assert.Equal((Hold(1), Subject.Start.AddHours(1)), (due.Key, due.DueAt));
    }

    [Fact]
    public async Task Restart_ForgetsNothing()
    {
        await Coupons.PutAsync(Terms(Spring) with { Limit = 2 }, None);
        await LockedAsync(1);
        await LockedAsync(2);
        await Coupons.UseAsync(Hold(2), Spring, None);
        await Subject.RestartAsync();
        await ExpectAsync(locked: 1, used: 1);
        Assert.IsType<LockResult.Refused>(await Coupons.LockAsync(Hold(3), Spring, None));
        Assert.Equal(CouponOutcome.AlreadyDone, await Coupons.UseAsync(Hold(2), Spring, None));
    }

    [Fact]
    public async Task Locks_ByManyAtOnce_AreNeverMoreThanTheLimit()
    {
        await Coupons.PutAsync(Terms(Spring) with { Limit = 10 }, None);
        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => Task.Run(() => Coupons.LockAsync(Hold(n / 2), Spring, None))));
        Assert.Equal(10, results.Count(result => result is LockResult.Locked { Anew: true }));
        await ExpectAsync(locked: 10, used: 0);
    }

    private static Coupon Terms(CouponCode code) => Coupon(code.Value);

    private async Task<LockResult.Locked> LockedAsync(int order) =>
        Assert.IsType<LockResult.Locked>(await Coupons.LockAsync(Hold(order), Spring, None));

    private async Task ExpectAsync(long locked, long used)
    {
        var count = await Coupons.FindAsync(Spring, None);
        Assert.Equal((locked, used), (count!.Locked, count.Used));
    }
}

public sealed class CouponsInMemory() : CouponContract(Subject.OnMemory());

public sealed class CouponsInFile() : CouponContract(Subject.OnFile());
