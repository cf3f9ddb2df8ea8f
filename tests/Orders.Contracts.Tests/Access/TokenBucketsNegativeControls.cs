using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Access;

/// <summary>Buckets that give too much, too late or by halves are found.</summary>
public sealed class TokenBucketsNegativeControls
{
    [Theory]
    [InlineData(nameof(TokenBucketsContract.Take_OfANewBucket_GivesItsBurstAndNoMore))]
    [InlineData(nameof(TokenBucketsContract.Take_AfterALongTime_GivesTheBurstAndNoMore))]
    [InlineData(nameof(TokenBucketsContract.Take_OfMoreThanThereIs_TakesNone))]
    [InlineData(nameof(TokenBucketsContract.Buckets_OfOtherNames_AreOthers))]
    public Task AHoardingBucket_IsFound(string guard) => IsFoundAsync(guard, clock => new HoardingBucket(clock));

    [Theory]
    [InlineData(nameof(TokenBucketsContract.Take_ByManyAtOnce_GivesNoMoreThanTheBurst))]
    [InlineData(nameof(TokenBucketsContract.Take_AfterATime_GivesWhatCameBackInIt))]
    [InlineData(nameof(TokenBucketsContract.ResetsAfter_IsWhenItIsFull))]
    [InlineData(nameof(TokenBucketsContract.Take_UnderASmallerRule_DoesNotWaitForLongerThanThatTakes))]
    [InlineData(nameof(TokenBucketsContract.RetryAfter_IsLongEnough))]
    public Task AWindowThatLosesUpdates_IsFound(string guard) => IsFoundAsync(guard, clock => new LosingWindow(clock));

    private static async Task IsFoundAsync(string guard, Func<TimeProvider, ITokenBuckets> broken)
    {
        using var suite = new Suite(Subject.OnMemory().With<ITokenBuckets>((_, clock) => broken(clock)));
        await NegativeControl.IsFoundByAsync(() => (Task)typeof(TokenBucketsContract).GetMethod(guard)!.Invoke(suite, parameters: null)!);
    }

    private sealed class Suite(Subject subject) : TokenBucketsContract(subject);

    /// <summary>One for all names, without an upper end, and it takes what there is even when that isn't enough.</summary>
    private sealed class HoardingBucket(TimeProvider clock) : ITokenBuckets
    {
        private double tokens = 21;
        private DateTimeOffset filled = clock.GetUtcNow();

        public ValueTask<BucketAnswer> TakeAsync(string bucket, BucketRule rule, int tokens, CancellationToken cancellation)
        {
            this.tokens += (clock.GetUtcNow() - filled).TotalSeconds * rule.PerSecond;
            filled = clock.GetUtcNow();
            var allowed = this.tokens >= tokens;
            this.tokens = Math.Max(0, this.tokens - tokens);
            return new(new BucketAnswer(allowed, (int)this.tokens, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1)));
        }
    }

    /// <summary>Counts within whole windows, and only every second one: as if two had read the same number and written it back.</summary>
    private sealed class LosingWindow(TimeProvider clock) : ITokenBuckets
    {
        private readonly DateTimeOffset start = clock.GetUtcNow();
        private int calls;

        public ValueTask<BucketAnswer> TakeAsync(string bucket, BucketRule rule, int tokens, CancellationToken cancellation)
        {
            var taken = (Interlocked.Increment(ref calls) + 1) / 2 * tokens;
            var end = TimeSpan.FromSeconds(rule.Burst / rule.PerSecond) - (clock.GetUtcNow() - start);
            return new(new BucketAnswer(taken <= rule.Burst, rule.Burst - taken, TimeSpan.FromSeconds(1), end + TimeSpan.FromSeconds(1)));
        }
    }
}
