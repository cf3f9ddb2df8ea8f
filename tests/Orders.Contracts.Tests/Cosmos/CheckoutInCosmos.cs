using System.Net;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Contracts.Tests.Checkout;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;
using Orders.Domain;
using Orders.Domain.Checkout;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class CouponsInCosmos() : CouponContract(CosmosSubject.Create());

public sealed class SalesInCosmos() : SalesContract(CosmosSubject.Create());

public sealed class SaleEpochsInCosmos() : SaleEpochsContract(CosmosSubject.Create());

/// <summary>What only these coupons can get wrong: counts that others change between the reading and the batch, and answers that are lost.</summary>
public sealed class CouponStepsInCosmos : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly CouponCode Spring = Id.Parse<CouponCode>("SPRING");

    private readonly Subject subject;
    private readonly CosmosServer server;

    public CouponStepsInCosmos() => subject = CosmosSubject.Create(out server);

    private ICoupons Coupons => subject.Port<ICoupons>();

    public void Dispose() => subject.Dispose();

    /// <summary>The buyer's count is there before, or is made by one of them: neither is passed by two at once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Locks_OfOneBuyerAtOnce_AreNeverMoreThanTheBuyersLimit(int most)
    {
        await Coupons.PutAsync(Coupon("SPRING") with { LimitPerBuyer = most }, None);
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => Coupons.LockAsync(Hold(n), Spring, None))));
        Assert.Equal(most, results.Count(result => result is LockResult.Locked));
        Assert.All(results.Where(result => result is not LockResult.Locked), result => Assert.Equal(new LockResult.Refused(CouponProblem.UsedUpByBuyer), result));
        Assert.Equal(most, (await Coupons.FindAsync(Spring, None))!.Locked);
    }

    /// <summary>New terms come between the reading and the batch: the lock is counted within the new ones.</summary>
    [Theory]
    [InlineData(1, null, CouponProblem.UsedUp)]
    [InlineData(null, 1, CouponProblem.UsedUpByBuyer)]
    public async Task Lock_UnderTermsThatAreReplacedMeanwhile_IsHeldAgainstTheNewOnes(int? limit, int? limitPerBuyer, CouponProblem expected)
    {
        await Coupons.PutAsync(Coupon("SPRING") with { Limit = 5, LimitPerBuyer = 5 }, None);
        Assert.IsType<LockResult.Locked>(await Coupons.LockAsync(Hold(1), Spring, None));
        var isReplaced = false;
        server.Faults = request =>
        {
            if (request.What == "batch" && !isReplaced)
            {
                isReplaced = true;
                Coupons.PutAsync(Coupon("SPRING") with { Limit = limit, LimitPerBuyer = limitPerBuyer }, None).GetAwaiter().GetResult();
            }

            return null;
        };
        Assert.Equal(new LockResult.Refused(expected), await Coupons.LockAsync(Hold(2), Spring, None));
        Assert.True(isReplaced);
        Assert.Equal(1, (await Coupons.FindAsync(Spring, None))!.Locked);
    }

    /// <summary>Each is found done when it is asked again, and counted once.</summary>
    [Fact]
    public async Task Steps_WhoseAnswersAreLost_AreCountedOnce()
    {
        await Coupons.PutAsync(Coupon("SPRING"), None);
        await LostAsync(() => Coupons.LockAsync(Hold(1), Spring, None));
        Assert.False(Assert.IsType<LockResult.Locked>(await Coupons.LockAsync(Hold(1), Spring, None)).Anew);
        Assert.Equal(1, (await Coupons.FindAsync(Spring, None))!.Locked);
        await LostAsync(() => Coupons.UseAsync(Hold(1), Spring, None));
        Assert.Equal(CouponOutcome.AlreadyDone, await Coupons.UseAsync(Hold(1), Spring, None));
        Assert.Equal((0, 1), Counts(await Coupons.FindAsync(Spring, None)));
        await LostAsync(() => Coupons.GiveBackAsync(Hold(1), Spring, None));
        Assert.Equal(CouponOutcome.AlreadyDone, await Coupons.GiveBackAsync(Hold(1), Spring, None));
        Assert.Equal((0, 0), Counts(await Coupons.FindAsync(Spring, None)));
    }

    /// <summary>A buyer's count goes down with what is freed, whatever it was.</summary>
    [Fact]
    public async Task WhatIsFreed_IsFreeForTheBuyer()
    {
        await Coupons.PutAsync(Coupon("SPRING") with { LimitPerBuyer = 1 }, None);
        await Coupons.LockAsync(Hold(1), Spring, None);
        await Coupons.ReleaseAsync(Hold(1), generation: null, None);
        Assert.IsType<LockResult.Locked>(await Coupons.LockAsync(Hold(2), Spring, None));
        await Coupons.UseAsync(Hold(2), Spring, None);
        Assert.IsType<LockResult.Refused>(await Coupons.LockAsync(Hold(3), Spring, None));
        await Coupons.GiveBackAsync(Hold(2), Spring, None);
        Assert.IsType<LockResult.Locked>(await Coupons.LockAsync(Hold(3), Spring, None));
    }

    /// <summary>What nobody can speak of any more is forgotten by the database; what counts is not.</summary>
    [Fact]
    public async Task Released_IsForgottenInTime_AndUsedIsNot()
    {
        await Coupons.PutAsync(Coupon("SPRING"), None);
        await Coupons.LockAsync(Hold(1), Spring, None);
        await Coupons.LockAsync(Hold(2), Spring, None);
        await Coupons.ReleaseAsync(Hold(1), generation: null, None);
        await Coupons.UseAsync(Hold(2), Spring, None);
        subject.Clock.MoveTo(Subject.Start + new OrderPolicy().HoldRetention + TimeSpan.FromSeconds(1));
        Assert.Equal(CouponOutcome.NothingLocked, await Coupons.ReleaseAsync(Hold(1), generation: null, None));
        Assert.Equal(CouponOutcome.AlreadyDone, await Coupons.UseAsync(Hold(2), Spring, None));
    }

    /// <summary>By the double's model, which is rough: an order that locks, keeps and uses, of a coupon with both limits.</summary>
    [Fact]
    public async Task AnOrder_CostsWhatOnePartitionBearsHundredsOf()
    {
        await Coupons.PutAsync(Coupon("SPRING") with { Limit = 10, LimitPerBuyer = 5 }, None);
        await Coupons.LockAsync(Hold(1), Spring, None);
        server.Forget();
        await Coupons.LockAsync(Hold(2), Spring, None);
        await Coupons.KeepAsync(Hold(2), Subject.Start.AddHours(1), None);
        await Coupons.UseAsync(Hold(2), Spring, None);
        Assert.InRange(server.Answered.Sum(answered => answered.Charge), 1, 45);
    }

    private static (long Locked, long Used) Counts(CouponCount? count) => (count!.Locked, count.Used);

    private async Task LostAsync(Func<Task> call)
    {
        server.Faults = request => request.What == "batch" ? new Fault(HttpStatusCode.ServiceUnavailable, AfterTheWrite: true) : null;
        await Assert.ThrowsAsync<DependencyUnavailableException>(call);
        server.Faults = _ => null;
    }
}
