using System.Text.Json;
using LocalFunctions.ChangeFeed;
using LocalFunctions.Storage;
using LocalFunctions.Tests.Messaging;
using LocalFunctions.Time;

namespace LocalFunctions.Tests.ChangeFeed;

public sealed class ChangeFeedTests
{
    [Fact]
    public async Task Changes_ComeInOrderPerPartitionInBatches()
    {
        using var host = new SteppedHost(seed: 7);
        var app = new Reader();
        var machine = host.Run(app);
        for (var i = 0; i < 100; i++)
            await AppendAsync(host, $"p{i % 5}", i);

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.All(app.Batches, batch => Assert.InRange(batch.Count, 1, 10));
        foreach (var partition in app.Batches.SelectMany(batch => batch).GroupBy(change => change.Partition))
            Assert.Equal(partition.Select(change => change.Number).Order(), partition.Select(change => change.Number));
        Assert.Equal(Enumerable.Range(0, 100), app.Batches.SelectMany(batch => batch).Select(change => change.Number).Order());
        Assert.Equal(0, host.Feed.CountKept());
    }

    [Fact]
    public async Task FailedBatch_WithEndlessRetries_ComesAgainUntilItSucceedsAndNothingPassesIt()
    {
        using var host = new SteppedHost();
        var app = new Persistent { Failures = 5, Now = host.Clock.GetUtcNow };
        var machine = host.Run(app);
        for (var i = 0; i < 4; i++)
            await AppendAsync(host, "p", i);

        var result = await machine.AdvanceAsync(TimeSpan.FromMinutes(5));

        // Waits of 1, 2, 4, 8 and 10 seconds: doubled, and no more than the maximum.
        Assert.Equal([0, 1, 3, 7, 15, 25], app.At.Take(6).Select(at => (int)(at - SteppedHost.Start).TotalSeconds));
        Assert.All(app.Batches.Take(6), batch => Assert.Equal([0, 1], batch));
        Assert.Equal([2, 3], Assert.Single(app.Batches.Skip(6)));
        Assert.Equal(5, result.Steps);
    }

    [Fact]
    public async Task FailedBatch_WithoutARetryAttribute_IsLost()
    {
        using var host = new SteppedHost();
        var app = new Reader { Fail = batch => batch[0].Number == 0 };
        var machine = host.Run(app);
        for (var i = 0; i < 20; i++)
            await AppendAsync(host, "p", i);

        await machine.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Equal([0, 10], app.Batches.Select(batch => batch[0].Number));
        Assert.Equal(0, host.Feed.CountKept());
    }

    [Fact]
    public async Task FailedBatch_IsLostWhenItsRetriesAreUsedUp()
    {
        using var host = new SteppedHost();
        var app = new Impatient();
        var machine = host.Run(app);
        await AppendAsync(host, "p", 0);

        var result = await machine.AdvanceAsync(TimeSpan.FromMinutes(1));
        await AppendAsync(host, "p", 1);
        await machine.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal([0, 0, 0, 1, 1, 1], app.Seen);
        Assert.Equal(2, result.Steps);
    }

    [Fact]
    public async Task FailedRange_DoesNotHoldUpTheOthers()
    {
        using var host = new SteppedHost();
        var app = new Persistent { FailOn = 0 };
        var machine = host.Run(app);
        for (var i = 0; i < 20; i++)
            await AppendAsync(host, $"p{i}", i);

        await machine.AdvanceAsync(TimeSpan.Zero);

        var done = app.Done.Order().ToList();
        Assert.NotEmpty(done);
        Assert.DoesNotContain(0, done);
        Assert.InRange(done.Count, 8, 18);
    }

    [Fact]
    public async Task Restart_GoesOnAtTheCheckpointAndRetriesTheFailedBatchAtOnce()
    {
        using var store = LocalStore.OpenMemory();
        var clock = new LocalClock(SteppedHost.Start, frozen: true);
        using (var host = new SteppedHost(store: store, clock: clock))
        {
            var app = new Persistent { FailOn = 2 };
            var machine = host.Run(app);
            for (var i = 0; i < 4; i++)
                await AppendAsync(host, "p", i);
            await machine.AdvanceAsync(TimeSpan.Zero);
            Assert.Equal([0, 1], app.Done);
        }

        using var second = new SteppedHost(store: store, clock: clock);
        var again = new Persistent();
        await second.Run(again).AdvanceAsync(TimeSpan.Zero);

        Assert.Equal([2, 3], again.Done);
    }

    [Fact]
    public async Task WhateverCommitItDiesAfter_NoChangeIsLostAndOrderHolds()
    {
        for (var commits = 0; ; commits++)
        {
            using var store = LocalStore.OpenMemory();
            var clock = new LocalClock(SteppedHost.Start, frozen: true);
            var (appended, seen) = (new List<int>(), new List<int>());
            using (var host = new SteppedHost(store: store, clock: clock, seed: commits))
            {
                var machine = host.Run(new Persistent { Failures = 1, Done = seen });
                store.CrashAfter(commits);
                try
                {
                    for (var i = 0; i < 10; i++)
                    {
                        await AppendAsync(host, "p", i);
                        appended.Add(i);
                        if (i % 3 == 2)
                            await machine.AdvanceAsync(TimeSpan.FromSeconds(5));
                    }
                }
                catch (StoreCrashedException)
                {
                    // The process is dead, wherever it noticed.
                }
            }

            var crashed = store.HasCrashed;
            store.Restart();
            using var next = new SteppedHost(store: store, clock: clock, seed: commits);
            await next.Run(new Persistent { Done = seen }).AdvanceAsync(TimeSpan.FromMinutes(1));

            Assert.Empty(appended.Except(seen));
            Assert.Equal(seen.Distinct().Order(), seen.Distinct());
            if (!crashed)
            {
                Assert.InRange(commits, 15, 100);
                break;
            }
        }
    }

    [Fact]
    public async Task SeveralVersionsInOneBatch_AreTheLastOne()
    {
        using var host = new SteppedHost();
        var app = new Reader();
        var machine = host.Run(app);
        await AppendAsync(host, "p", 1, id: "order");
        await AppendAsync(host, "p", 2, id: "item");
        await AppendAsync(host, "p", 3, id: "order");

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal([2, 3], Assert.Single(app.Batches).Select(change => change.Number));
    }

    [Fact]
    public async Task NewFunction_BeginsNowOrAtTheBeginning()
    {
        using var store = LocalStore.OpenMemory();
        using (var host = new SteppedHost(store: store))
        {
            await AppendAsync(host, "p", 1);
            await AppendAsync(host, "p", 2);
        }

        using var next = new SteppedHost(store: store);
        var app = new NewComers();
        var machine = next.Run(app);
        await AppendAsync(next, "p", 3);
        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal([3], app.FromNow);
        Assert.Equal([1, 2, 3], app.FromBeginning);
    }

    [Fact]
    public async Task Log_IsCutBehindTheSlowestReader()
    {
        using var host = new SteppedHost();
        var app = new FastAndSlow();
        var machine = host.Run(app);
        for (var i = 0; i < 10; i++)
            await AppendAsync(host, "p", i);

        await machine.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal((10, 0, 10), (app.Fast, app.Slow, host.Feed.CountKept()));
        app.Ready = true;
        await machine.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal((10, 10, 0), (app.Fast, app.Slow, host.Feed.CountKept()));
    }

    [Fact]
    public async Task Container_ThatNobodyReads_KeepsNothing()
    {
        using var host = new SteppedHost();
        var machine = host.Run(new Reader());
        await host.Store.WriteAsync(transaction => host.Feed.Append(transaction, "unread", "p", "{}"));

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(0, host.Feed.CountKept());
    }

    [Fact]
    public async Task Append_InARefusedWrite_IsNoChange()
    {
        using var host = new SteppedHost();
        var app = new Reader();
        var machine = host.Run(app);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Store.WriteAsync(transaction =>
        {
            host.Feed.Append(transaction, "orders", "p", """{"number":1}""");
            throw new InvalidOperationException();
        }));
        await AppendAsync(host, "p", 2);

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal([2], Assert.Single(app.Batches).Select(change => change.Number));
    }

    [Fact]
    public void ParameterThatHoldsNoChanges_IsRefused()
    {
        using var host = new SteppedHost();

        Assert.Contains("IReadOnlyList<T>", Assert.Single(host.Check(new Bad())), StringComparison.Ordinal);
    }

    private static Task AppendAsync(SteppedHost host, string partition, int number, string? id = null) => host.Store.WriteAsync(transaction =>
        host.Feed.Append(transaction, "orders", partition, JsonSerializer.Serialize(new { partition, number }), id));

    private sealed record Change(string Partition, int Number);

    private sealed class Reader
    {
        public List<IReadOnlyList<Change>> Batches { get; } = [];

        public Func<IReadOnlyList<Change>, bool>? Fail { get; init; }

        [Function("Reader")]
        public void Run([CosmosDBTrigger("shop", "orders", MaxItemsPerInvocation = 10)] IReadOnlyList<Change> changes)
        {
            Batches.Add(changes);
            if (Fail?.Invoke(changes) == true)
                throw new InvalidOperationException();
        }
    }

    private sealed class Persistent
    {
        public int Failures { get; set; }

        public int? FailOn { get; init; }

        public List<int[]> Batches { get; } = [];

        public List<int> Done { get; init; } = [];

        public List<DateTimeOffset> At { get; } = [];

        [Function("Persistent")]
        [ExponentialBackoffRetry(-1, "00:00:01", "00:00:10")]
        public void Run([CosmosDBTrigger("shop", "orders", MaxItemsPerInvocation = 2)] Change[] changes)
        {
            Batches.Add([.. changes.Select(change => change.Number)]);
            At.Add(Now());
            if (Failures-- > 0 || changes.Any(change => change.Number == FailOn))
                throw new InvalidOperationException();
            Done.AddRange(changes.Select(change => change.Number));
        }

        public Func<DateTimeOffset> Now { get; set; } = () => default;
    }

    private sealed class Impatient
    {
        public List<int> Seen { get; } = [];

        [Function("Impatient")]
        [FixedDelayRetry(2, "00:00:05")]
        public void Run([CosmosDBTrigger("shop", "orders")] List<Change> changes)
        {
            Seen.Add(changes[0].Number);
            throw new InvalidOperationException();
        }
    }

    private sealed class NewComers
    {
        public List<int> FromNow { get; } = [];

        public List<int> FromBeginning { get; } = [];

        [Function("FromNow")]
        public void Now([CosmosDBTrigger("shop", "orders")] IReadOnlyList<Change> changes) => FromNow.AddRange(changes.Select(change => change.Number));

        [Function("FromBeginning")]
        public void Beginning([CosmosDBTrigger("shop", "orders", StartFromBeginning = true)] IReadOnlyList<Change> changes) =>
            FromBeginning.AddRange(changes.Select(change => change.Number));
    }

    private sealed class FastAndSlow
    {
        public int Fast { get; private set; }

        public int Slow { get; private set; }

        public bool Ready { get; set; }

        [Function("Fast")]
        public void RunFast([CosmosDBTrigger("shop", "orders")] IReadOnlyList<Change> changes) => Fast += changes.Count;

        [Function("Slow")]
        [FixedDelayRetry(-1, "00:00:01")]
        public void RunSlow([CosmosDBTrigger("shop", "orders")] IReadOnlyList<Change> changes)
        {
            if (!Ready)
                throw new InvalidOperationException();
            Slow += changes.Count;
        }
    }

    private sealed class Bad
    {
        [Function("One")]
        public void One([CosmosDBTrigger("shop", "orders")] Change change) => _ = change;
    }
}
