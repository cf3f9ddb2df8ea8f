using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain.Checkout;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>What a keeper of coupons can get wrong.</summary>
public enum CouponBug
{
    None,
    IgnoresTheLimit,
    IgnoresTheBuyersLimit,
    LocksTwice,
    LocksAnythingUnderOneKey,
    UsesTwice,
    RefusesAUseWithoutLock,
    GivesBackWhatIsUsed,
    IgnoresGenerations,
    ForgetsThatItWasKept,
    LooksAtNoKeptOne,
    GivesBackTwice,
    GivesNothingBack,
    CountsAUseAfterItWasGivenBack,
    LocksAnewAfterItWasGivenBack,
}

/// <summary>Each bug is found by the test that guards against it.</summary>
public sealed class CouponNegativeControls
{
    public static TheoryData<CouponBug, string> Guards => new()
    {
        { CouponBug.IgnoresTheLimit, nameof(CouponContract.Lock_BeyondTheLimit_IsRefused_AndWhatIsUsedCounts) },
        { CouponBug.IgnoresTheBuyersLimit, nameof(CouponContract.Lock_BeyondTheLimitOfABuyer_IsRefused_ToThatBuyer) },
        { CouponBug.LocksTwice, nameof(CouponContract.Lock_Repeated_LocksOnce_AndAsksNoLimit) },
        { CouponBug.LocksAnythingUnderOneKey, nameof(CouponContract.Lock_OfAnotherCouponByTheSameKey_ChangesNothing) },
        { CouponBug.UsesTwice, nameof(CouponContract.Use_CountsOnce_AndStaysUsed) },
        { CouponBug.RefusesAUseWithoutLock, nameof(CouponContract.Use_WithoutALock_IsCounted_BeyondTheLimitIfNeedBe) },
        { CouponBug.GivesBackWhatIsUsed, nameof(CouponContract.Use_CountsOnce_AndStaysUsed) },
        { CouponBug.IgnoresGenerations, nameof(CouponContract.Release_WithAnOldGeneration_IsRefused) },
        { CouponBug.ForgetsThatItWasKept, nameof(CouponContract.Due_AreFound_TheLongestDueFirst_UntilTheyAreKept) },
        { CouponBug.LooksAtNoKeptOne, nameof(CouponContract.Keep_SetsTheNextLook_WhileItIsLocked) },
        { CouponBug.GivesBackTwice, nameof(CouponContract.GiveBack_OfAUse_FreesItOnce_ForTheBuyerToo) },
        { CouponBug.GivesNothingBack, nameof(CouponContract.GiveBack_OfAUse_FreesItOnce_ForTheBuyerToo) },
        { CouponBug.CountsAUseAfterItWasGivenBack, nameof(CouponContract.GiveBack_BeforeTheUseIsTold_FreesTheLock_AndTheUseNeverCounts) },
        { CouponBug.LocksAnewAfterItWasGivenBack, nameof(CouponContract.GiveBack_IsForGood_WhateverIsToldLater) },
    };

    public static TheoryData<string> Promises => [.. typeof(CouponContract).GetMethods()
        .Where(method => method.IsDefined(typeof(FactAttribute), inherit: false) && method.Name is not (nameof(CouponContract.Restart_ForgetsNothing) or
            nameof(CouponContract.Locks_ByManyAtOnce_AreNeverMoreThanTheLimit)))
        .Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Guards))]
    public Task Bug_IsFound(CouponBug bug, string guard) => NegativeControl.IsFoundByAsync(() => RunAsync(bug, guard));

    /// <summary>The model without a bug keeps its promises, so what is found above is the bug.</summary>
    [Theory]
    [MemberData(nameof(Promises))]
    public Task Model_KeepsEveryPromise(string promise) => RunAsync(CouponBug.None, promise);

    [Fact]
    public void EveryBug_HasItsGuard() => Assert.Equal(
        Enum.GetValues<CouponBug>().Except([CouponBug.None]), Guards.Select(row => (CouponBug)((object[])row)[0]).Order());

    private static async Task RunAsync(CouponBug bug, string test)
    {
        // One model for the subject's life: a restart forgets services, and the model is no store.
        ModelCoupons? model = null;
        using var suite = new Suite(Subject.OnMemory().With<ICoupons>((_, clock) => model ??= new ModelCoupons(clock, bug)));
        await (Task)typeof(CouponContract).GetMethod(test)!.Invoke(suite, parameters: null)!;
    }

    private sealed class Suite(Subject subject) : CouponContract(subject);

    private sealed class ModelCoupons(TimeProvider clock, CouponBug bug) : ICoupons
    {
        private readonly Dictionary<CouponCode, Coupon> coupons = [];
        private readonly Dictionary<HoldKey, Taken> taken = [];
        private int extraLocks;
        private int extraUses;

        private sealed record Taken(CouponCode Code, char State, long Generation, DateTimeOffset? LookAt);

        public Task<CouponCount?> FindAsync(CouponCode code, CancellationToken cancellation) =>
            Task.FromResult(coupons.TryGetValue(code, out var coupon) ? CountOf(coupon) : null);

        public Task<CouponCount> PutAsync(Coupon coupon, CancellationToken cancellation)
        {
            coupons[coupon.Code] = coupon;
            return Task.FromResult(CountOf(coupon));
        }

        public Task<LockResult> LockAsync(HoldKey key, CouponCode code, CancellationToken cancellation) => Task.FromResult(Lock(key, code));

        public Task<bool> KeepAsync(HoldKey key, DateTimeOffset lookAt, CancellationToken cancellation)
        {
            if (!taken.TryGetValue(key, out var one) || one.State is 'R' or 'G')
                return Task.FromResult(false);
            if (one.State == 'L')
                taken[key] = one with { LookAt = bug == CouponBug.LooksAtNoKeptOne ? null : lookAt };
            return Task.FromResult(true);
        }

        public Task<CouponOutcome> UseAsync(HoldKey key, CouponCode code, CancellationToken cancellation)
        {
            var one = taken.GetValueOrDefault(key);
            if (one?.State == 'U')
            {
                extraUses += bug == CouponBug.UsesTwice ? 1 : 0;
                return Task.FromResult(CouponOutcome.AlreadyDone);
            }

            if (one?.State == 'G' && bug != CouponBug.CountsAUseAfterItWasGivenBack)
                return Task.FromResult(CouponOutcome.AlreadyDone);
            var wasLocked = one?.State == 'L' && one.Code == code;
            if (!wasLocked && bug == CouponBug.RefusesAUseWithoutLock)
                return Task.FromResult(CouponOutcome.Refused);
            taken[key] = new Taken(code, 'U', one?.Generation ?? 1, LookAt: null);
            return Task.FromResult(wasLocked ? CouponOutcome.Done : CouponOutcome.CountedWithoutLock);
        }

        public Task<CouponOutcome> ReleaseAsync(HoldKey key, long? generation, CancellationToken cancellation)
        {
            if (!taken.TryGetValue(key, out var one))
                return Task.FromResult(CouponOutcome.NothingLocked);
            if (one.State is 'R' or 'G')
                return Task.FromResult(CouponOutcome.AlreadyDone);
            if ((one.State == 'U' && bug != CouponBug.GivesBackWhatIsUsed)
                || (generation is not null && generation != one.Generation && bug != CouponBug.IgnoresGenerations))
            {
                return Task.FromResult(CouponOutcome.Refused);
            }

            taken[key] = one with { State = 'R', LookAt = null };
            return Task.FromResult(CouponOutcome.Done);
        }

        public Task<CouponOutcome> GiveBackAsync(HoldKey key, CouponCode code, CancellationToken cancellation)
        {
            var one = taken.GetValueOrDefault(key);
            if (one?.State == 'G')
            {
                extraUses -= bug == CouponBug.GivesBackTwice ? 1 : 0;
                return Task.FromResult(CouponOutcome.AlreadyDone);
            }

            if (bug != CouponBug.GivesNothingBack)
                taken[key] = new Taken(code, 'G', one?.Generation ?? 1, LookAt: null);
            return Task.FromResult(one?.State is 'L' or 'U' ? CouponOutcome.Done : CouponOutcome.NothingLocked);
        }

        public Task<IReadOnlyList<DueLock>> FindDueAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<DueLock>>([.. taken.Where(one => one.Value.LookAt < before)
                .Select(one => new DueLock(one.Key, one.Value.Code, one.Value.Generation, one.Value.LookAt!.Value)).OrderBy(one => one.DueAt).Take(limit)]);

        private LockResult Lock(HoldKey key, CouponCode code)
        {
            var one = taken.GetValueOrDefault(key);
            if (one?.State == 'U' || (one?.State == 'G' && bug != CouponBug.LocksAnewAfterItWasGivenBack))
                return new LockResult.AlreadyUsed();
            if (one?.State == 'L' && one.Code != code && bug != CouponBug.LocksAnythingUnderOneKey)
                return new LockResult.LockedForOther();
            if (one?.State == 'L')
                return LockAgain(key, one with { Code = code });
            if (!coupons.TryGetValue(code, out var coupon))
                return new LockResult.Refused(CouponProblem.Unknown);
            var count = CountOf(coupon);
            if (count.Locked + count.Used >= coupon.Limit && bug != CouponBug.IgnoresTheLimit)
                return new LockResult.Refused(CouponProblem.UsedUp);
            var ofBuyer = taken.Count(other => other.Value.Code == code && other.Value.State is 'L' or 'U' && other.Key.Order.UserId == key.Order.UserId);
            if (ofBuyer >= coupon.LimitPerBuyer && bug != CouponBug.IgnoresTheBuyersLimit)
                return new LockResult.Refused(CouponProblem.UsedUpByBuyer);
            taken[key] = new Taken(code, 'L', (one?.Generation ?? 0) + 1, FirstLook);
            return new LockResult.Locked(taken[key].Generation, Anew: true);
        }

        private LockResult LockAgain(HoldKey key, Taken one)
        {
            extraLocks += bug == CouponBug.LocksTwice ? 1 : 0;
            var later = one.LookAt > FirstLook && bug != CouponBug.ForgetsThatItWasKept ? one.LookAt : FirstLook;
            taken[key] = one with { Generation = one.Generation + 1, LookAt = later };
            return new LockResult.Locked(taken[key].Generation, Anew: false);
        }

        private DateTimeOffset FirstLook => clock.GetUtcNow() + new OrderPolicy().HoldWithoutOrder;

        private CouponCount CountOf(Coupon coupon) => new(
            coupon,
            taken.Values.Count(one => one.Code == coupon.Code && one.State == 'L') + extraLocks,
            taken.Values.Count(one => one.Code == coupon.Code && one.State == 'U') + extraUses);
    }
}
