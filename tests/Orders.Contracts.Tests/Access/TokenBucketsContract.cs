using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Access;

/// <summary>What every adapter of the token buckets must do.</summary>
public abstract class TokenBucketsContract(Subject subject) : ContractTests(subject)
{
    private static readonly BucketRule Ten = new(PerSecond: 10, Burst: 20);

    private ITokenBuckets Buckets => Subject.Port<ITokenBuckets>();

    [Fact]
    public async Task Take_OfANewBucket_GivesItsBurstAndNoMore()
    {
        for (var left = 19; left >= 0; left--)
            Assert.Equal((true, left), Short(await TakeAsync()));
        var refused = await TakeAsync();
        Assert.Equal((false, 0), Short(refused));
        Assert.Equal(TimeSpan.FromMilliseconds(100), refused.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(2), refused.ResetsAfter);
    }

    [Fact]
    public async Task Take_AfterATime_GivesWhatCameBackInIt()
    {
        await TakeAsync(20);
        Subject.Clock.MoveTo(Subject.Start.AddMilliseconds(99));
        Assert.False((await TakeAsync()).Allowed);
        Subject.Clock.MoveTo(Subject.Start.AddMilliseconds(100));
        Assert.True((await TakeAsync()).Allowed);
        Assert.False((await TakeAsync()).Allowed);
        Subject.Clock.MoveTo(Subject.Start.AddMilliseconds(350));
        Assert.Equal((true, 1), Short(await TakeAsync()));
    }

    [Fact]
    public async Task Take_AfterALongTime_GivesTheBurstAndNoMore()
    {
        await TakeAsync(20);
        Subject.Clock.MoveTo(Subject.Start.AddDays(3));
        Assert.Equal((true, 0), Short(await TakeAsync(20)));
        Assert.False((await TakeAsync()).Allowed);
    }

    [Fact]
    public async Task Take_OfMoreThanThereIs_TakesNone()
    {
        await TakeAsync(15);
        var refused = await TakeAsync(6);
        Assert.Equal((false, 5), Short(refused));
        Assert.Equal(TimeSpan.FromMilliseconds(100), refused.RetryAfter);
        Assert.Equal((true, 0), Short(await TakeAsync(5)));
    }

    [Fact]
    public async Task RetryAfter_IsLongEnough()
    {
        var third = new BucketRule(PerSecond: 3, Burst: 3);
        await Buckets.TakeAsync("third", third, 3, None);
        var refused = await Buckets.TakeAsync("third", third, 1, None);
        Assert.False(refused.Allowed);
        Subject.Clock.MoveTo(Subject.Start + refused.RetryAfter);
        Assert.True((await Buckets.TakeAsync("third", third, 1, None)).Allowed);
    }

    [Fact]
    public async Task ResetsAfter_IsWhenItIsFull()
    {
        var taken = await TakeAsync(7);
        Assert.Equal(TimeSpan.FromMilliseconds(700), taken.ResetsAfter);
        Subject.Clock.MoveTo(Subject.Start + taken.ResetsAfter);
        Assert.Equal((true, 19), Short(await TakeAsync()));
    }

    [Fact]
    public async Task Buckets_OfOtherNames_AreOthers()
    {
        await TakeAsync(20);
        Assert.Equal((true, 19), Short(await Buckets.TakeAsync("bob", Ten, 1, None)));
    }

    [Fact]
    public async Task Take_ByManyAtOnce_GivesNoMoreThanTheBurst()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => TakeAsync())));
        Assert.Equal(20, answers.Count(answer => answer.Allowed));
        // Each of them saw another number: none was given twice.
        Assert.Equal(Enumerable.Range(0, 20), answers.Where(answer => answer.Allowed).Select(answer => answer.Remaining).Order());
    }

    [Fact]
    public async Task Take_UnderASmallerRule_DoesNotWaitForLongerThanThatTakes()
    {
        await TakeAsync(20);
        Assert.InRange((await Buckets.TakeAsync("alice", new BucketRule(PerSecond: 100, Burst: 5), 1, None)).RetryAfter, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(10));
    }

    private Task<BucketAnswer> TakeAsync(int tokens = 1) => Buckets.TakeAsync("alice", Ten, tokens, None).AsTask();

    private static (bool Allowed, int Remaining) Short(BucketAnswer answer) => (answer.Allowed, answer.Remaining);
}

public sealed class TokenBucketsInProcess() : TokenBucketsContract(Subject.OnMemory());
