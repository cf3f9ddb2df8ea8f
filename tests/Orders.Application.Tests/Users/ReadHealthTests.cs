using LocalFunctions.Time;
using Orders.Application.Access;

namespace Orders.Application.Tests.Users;

/// <summary>How health is put together of what its parts say, or don't say in time.</summary>
public sealed class ReadHealthTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LocalClock clock = new(Start, frozen: true);
    private readonly LocalClock time = new(Start, frozen: true);
    private readonly Part store = new("store", isNeeded: true);
    private readonly Part provider = new("provider", isNeeded: false);
    private readonly ReadHealth health;

    /// <summary>A bound that the test ends itself: a frozen clock's timers run out in real time too.</summary>
    private readonly HealthPolicy policy;

    public ReadHealthTests()
    {
        policy = new HealthPolicy { Bound = TimeSpan.FromMinutes(5), Time = time };
        health = new ReadHealth([store, provider], clock, policy);
    }

    [Theory]
    [InlineData(DependencyState.Healthy, DependencyState.Healthy, DependencyState.Healthy)]
    [InlineData(DependencyState.Healthy, DependencyState.Degraded, DependencyState.Degraded)]
    [InlineData(DependencyState.Healthy, DependencyState.Unhealthy, DependencyState.Degraded)]
    [InlineData(DependencyState.Degraded, DependencyState.Healthy, DependencyState.Degraded)]
    [InlineData(DependencyState.Unhealthy, DependencyState.Healthy, DependencyState.Unhealthy)]
    [InlineData(DependencyState.Unhealthy, DependencyState.Unhealthy, DependencyState.Unhealthy)]
    public async Task Health_IsUnhealthyOnlyWithoutWhatOrdersNeed(DependencyState needed, DependencyState other, DependencyState all)
    {
        (store.State, provider.State) = (needed, other);

        var seen = await ReadAsync();

        Assert.Equal(all, seen.Status);
        Assert.Equal([("provider", other, false), ("store", needed, true)], seen.Dependencies.Select(one => (one.Name, one.Status, one.Needed)));
    }

    [Fact]
    public async Task APartThatSaysThatItIsAway_IsUnhealthy_AndRecovers()
    {
        store.Failure = new DependencyUnavailableException("db-7.internal");
        Assert.Equal(DependencyState.Unhealthy, (await ReadAsync()).Status);
        store.Failure = null;
        Assert.Equal(DependencyState.Healthy, (await ReadLaterAsync()).Status);
    }

    [Fact]
    public async Task APartThatHangs_IsUnhealthyAtTheBound_WhileTheOthersAreTold()
    {
        store.Hang();
        var reading = ReadAsync();
        await store.AskedAsync(1);
        time.MoveTo(Start + policy.Bound - TimeSpan.FromSeconds(1));
        Assert.False(reading.IsCompleted);

        time.MoveTo(Start + policy.Bound);
        var seen = await reading;

        Assert.Equal([("provider", DependencyState.Healthy), ("store", DependencyState.Unhealthy)], seen.Dependencies.Select(one => (one.Name, one.Status)));
    }

    /// <summary>It blocks the thread that asks it, as a disk does.</summary>
    [Fact]
    public async Task APartThatBlocks_HoldsUpNobodyElse()
    {
        using var blocked = new ManualResetEventSlim();
        store.Before = () => blocked.Wait(Patience);
        var reading = ReadAsync();
        await store.AskedAsync(1);
        time.MoveTo(Start + policy.Bound);

        Assert.Equal(DependencyState.Unhealthy, (await reading).Status);
        blocked.Set();
    }

    [Fact]
    public async Task APartThatStillHangs_IsNotAskedAgain_AndIsWellWhenItAnswers()
    {
        store.Hang();
        for (var n = 1; n <= 3; n++)
        {
            var reading = ReadLaterAsync();
            await provider.AskedAsync(n);
            time.MoveTo(time.GetUtcNow() + policy.Bound);
            Assert.Equal(DependencyState.Unhealthy, (await reading).Status);
        }

        Assert.Equal(1, store.Asked);
        store.Answer();
        // What hung has its answer; whoever looks after that asks anew.
        Assert.Equal(DependencyState.Healthy, (await ReadLaterAsync()).Status);
    }

    [Fact]
    public async Task ManyWhoAsk_ShareOneLook()
    {
        store.Hang();
        var reading = Enumerable.Range(0, 20).Select(_ => ReadAsync()).ToList();
        await store.AskedAsync(1);
        store.Answer();
        await Task.WhenAll(reading).WaitAsync(Patience);
        await ReadAsync();

        Assert.Equal((1, 1), (store.Asked, provider.Asked));
        await ReadLaterAsync();
        Assert.Equal((2, 2), (store.Asked, provider.Asked));
    }

    [Fact]
    public async Task OneWhoGivesUp_TakesNothingFromTheOthers()
    {
        store.Hang();
        using var givingUp = new CancellationTokenSource();
        var first = health.RunAsync([], givingUp.Token);
        var second = ReadAsync();
        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        store.Answer();

        Assert.Equal(DependencyState.Healthy, (await second).Status);
    }

    [Fact]
    public async Task Since_IsWhenItBecameSo()
    {
        await ReadAsync();
        clock.MoveTo(Start.AddMinutes(1));
        store.State = DependencyState.Unhealthy;
        await ReadLaterAsync();
        clock.MoveTo(Start.AddMinutes(2));

        var seen = await ReadLaterAsync();

        Assert.Equal([Start.UtcDateTime, Start.AddMinutes(1).UtcDateTime], seen.Dependencies.Select(one => one.Since));
    }

    [Fact]
    public async Task WhatIsReachedInACall_IsAmongThem() => Assert.Equal(
        ["hub", "provider", "store"], (await health.RunAsync([new Part("hub", isNeeded: false)], CancellationToken.None)).Dependencies.Select(one => one.Name));

    private Task<HealthView> ReadAsync() => health.RunAsync([], CancellationToken.None).WaitAsync(Patience);

    private Task<HealthView> ReadLaterAsync()
    {
        time.MoveTo(time.GetUtcNow() + policy.Kept);
        return ReadAsync();
    }

    private sealed class Part(string name, bool isNeeded) : IDependency
    {
        private TaskCompletionSource? hanging;
        private int asked;

        public string Name => name;

        public bool IsNeeded => isNeeded;

        public DependencyState State { get; set; }

        public Exception? Failure { get; set; }

        public Action? Before { get; set; }

        public int Asked => Volatile.Read(ref asked);

        public void Hang() => hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Answer()
        {
            hanging!.SetResult();
            hanging = null;
        }

        public async Task AskedAsync(int times)
        {
            using var limit = new CancellationTokenSource(Patience);
            while (Asked < times)
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
        }

        /// <summary>It doesn't let go when it is cancelled.</summary>
        public async Task<DependencyState> LookAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref asked);
            Before?.Invoke();
            if (hanging is { } answer)
                await answer.Task;
            return Failure is null ? State : throw Failure;
        }
    }
}
