using LocalFunctions.Time;
using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Access;

/// <summary>The buckets in memory are bounded, and forgetting one gives nobody more than the rule.</summary>
public sealed class TokenBucketsMemoryTests
{
    private static readonly BucketRule Rule = new(PerSecond: 1, Burst: 5);

    private readonly LocalClock clock = new(Subject.Start, frozen: true);

    [Fact]
    public void Buckets_ThatAreFullAgain_AreForgotten()
    {
        var buckets = new TokenBuckets<int>(clock);
        for (var key = 0; key < 1_000; key++)
            buckets.Take(key, Rule);
        clock.MoveTo(Subject.Start.AddMinutes(2));
        buckets.Take(-1, Rule);
        Assert.Equal(1, buckets.Count);
    }

    [Fact]
    public void Buckets_ThatAreNotFull_StayThoughOthersGo()
    {
        var buckets = new TokenBuckets<int>(clock);
        var slow = new BucketRule(PerSecond: 0.01, Burst: 5);
        buckets.Take(1, slow, 5);
        for (var key = 2; key < 100; key++)
            buckets.Take(key, Rule);
        clock.MoveTo(Subject.Start.AddSeconds(90));
        buckets.Take(-1, Rule);
        Assert.Equal(2, buckets.Count);
        Assert.False(buckets.Take(1, slow).Allowed);
    }

    /// <summary>Whoever brings a new key with each request is still limited, and takes no more memory.</summary>
    [Fact]
    public void Keys_BeyondTheBound_AreLimitedTogether()
    {
        var buckets = new TokenBuckets<int>(clock, most: 100);
        var allowed = Enumerable.Range(0, 100_000).Count(key => buckets.Take(key, Rule).Allowed);
        Assert.Equal(100, buckets.Count);
        Assert.InRange(allowed, 100, 100 + (256 * Rule.Burst));
        // Room comes back, within the minute that a sweep otherwise has.
        clock.MoveTo(Subject.Start.AddSeconds(6));
        buckets.Take(-1, Rule);
        Assert.Equal(1, buckets.Count);
    }

    [Fact]
    public void Take_WhileOthersAreForgotten_GivesNoMoreThanTheRule()
    {
        // Full, taken from and forgotten all the time, from all threads.
        var buckets = new TokenBuckets<int>(clock, most: 4);
        var rule = new BucketRule(PerSecond: 1_000, Burst: 10);
        var allowed = 0;
        const int Rounds = 200;
        for (var round = 0; round < Rounds; round++)
        {
            clock.MoveTo(Subject.Start.AddSeconds(61 * (round + 1)));
            Parallel.For(0, 60, n =>
            {
                buckets.Take(1 + (n % 3), rule);
                if (buckets.Take(0, rule).Allowed)
                    Interlocked.Increment(ref allowed);
            });
        }

        Assert.Equal(Rounds * 10, allowed);
    }

    /// <summary>Forgotten between being found and being taken from: what is taken from it then would be taken from nobody.</summary>
    [Fact]
    public void Take_FromABucketThatIsForgottenMeanwhile_CountsAllTheSame()
    {
        var buckets = new TokenBuckets<Watched>(clock);
        var key = new Watched("a");
        buckets.Take(key, Rule);
        clock.MoveTo(Subject.Start.AddMinutes(2));
        // A new key, whose coming makes room, in the middle of finding the old one.
        key.WhenFound = () => buckets.Take(new Watched("b"), Rule);

        Assert.Equal(Rule.Burst, Enumerable.Range(0, Rule.Burst + 1).Count(_ => buckets.Take(key, Rule).Allowed));
        Assert.Null(key.WhenFound);
    }

    [Fact]
    public void Look_TakesNothing_AndSaysWhatTakingWould()
    {
        var buckets = new TokenBuckets<int>(clock);
        for (var n = 0; n < 10; n++)
            Assert.True(buckets.Look(1, Rule).Allowed);
        Assert.Equal(0, buckets.Count);
        buckets.Take(1, Rule, 5);
        Assert.Equal(buckets.Take(1, Rule), buckets.Look(1, Rule));
    }

    [Fact]
    public void ClockThatStepsBack_LocksNobodyOutForLongerThanABucketTakesToFill()
    {
        var back = new SteppingClock { Now = Subject.Start };
        var buckets = new TokenBuckets<int>(back);
        back.Now = Subject.Start.AddHours(1);
        buckets.Take(1, Rule, 5);
        back.Now = Subject.Start.AddMinutes(1);
        Assert.Equal(TimeSpan.FromSeconds(1), buckets.Take(1, Rule).RetryAfter);
    }

    /// <summary>A key that does something, once, while it is being found.</summary>
    private sealed class Watched(string name) : IEquatable<Watched>
    {
        private readonly string name = name;

        public Action? WhenFound { get; set; }

        public bool Equals(Watched? other)
        {
            var found = WhenFound ?? other?.WhenFound;
            WhenFound = null;
            if (other is not null)
                other.WhenFound = null;
            found?.Invoke();
            return name == other?.name;
        }

        public override bool Equals(object? obj) => Equals(obj as Watched);

        public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(name);
    }

    private sealed class SteppingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
