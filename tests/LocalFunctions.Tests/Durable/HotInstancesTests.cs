using LocalFunctions.Durable;
using LocalFunctions.Durable.Engine;
using HistoryEvent = LocalFunctions.Durable.Engine.HistoryEvent;

namespace LocalFunctions.Tests.Durable;

/// <summary>What is handed over in memory saves work and decides nothing.</summary>
public sealed class HotInstancesTests : DurableTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Outcomes_AreTheSame_HoweverFewInstancesAreKept(int kept)
    {
        var host = NewHost(new DurableOptions { MaxCachedInstances = kept, MaxMessagesPerTurn = 3 }, seed: 7);
        for (var n = 0; n < 10; n++)
        {
            await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.Chain), "x", new StartOrchestrationOptions($"chain-{n}"));
            await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.FanOut), 20, new StartOrchestrationOptions($"fan-{n}"));
            await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.EventOrDeadline), null, new StartOrchestrationOptions($"event-{n}"));
        }

        await host.RunAsync();
        for (var n = 0; n < 10; n += 2)
            await host.Client.RaiseEventAsync($"event-{n}", "Paid", "yes");
        await host.AdvanceAsync(TimeSpan.FromHours(1));

        for (var n = 0; n < 10; n++)
        {
            Assert.Equal("x!!!", (await host.Client.GetInstanceAsync($"chain-{n}", true))!.ReadOutputAs<string>());
            Assert.Equal(2870, (await host.Client.GetInstanceAsync($"fan-{n}", true))!.ReadOutputAs<int>());
            Assert.Equal(n % 2 == 0 ? "yes" : "late", (await host.Client.GetInstanceAsync($"event-{n}", true))!.ReadOutputAs<string>());
        }
    }

    [Fact]
    public async Task AnActivitysAnswer_AndTheTurnThatItLeadsTo_AreOneCommit()
    {
        var before = Host.Store.Commits;
        await RunAsync(nameof(Samples.Chain), "a");
        Assert.Equal(1 + 1 + 3, Host.Store.Commits - before);

        var cold = NewHost(new DurableOptions { MaxCachedInstances = 0 });
        before = cold.Store.Commits;
        await cold.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Samples.Chain), "a", new StartOrchestrationOptions("a"));
        await cold.RunAsync();
        Assert.Equal(1 + 1 + 6, cold.Store.Commits - before);
    }

    [Fact]
    public void Message_ThatCameWhileTheTablesWereRead_IsNotLostAndNotDoubled()
    {
        var hot = new HotInstances(capacity: 10, mostMessages: 10);
        hot.Expect(1);
        hot.Arrived(1, Event(5));
        hot.Arrived(1, Event(6));
        hot.Loaded(Row, [], [Event(4), Event(5)]);
        Assert.True(hot.TryGet(1, out _, out _, out var messages));
        Assert.Equal([4, 5, 6], messages.Select(message => message.Seq));
    }

    [Fact]
    public void Message_ThatWasReadBeforeItWasAnnounced_IsNotDoubled()
    {
        var hot = new HotInstances(capacity: 10, mostMessages: 10);
        hot.Expect(1);
        hot.Loaded(Row, [], [Event(5)]);
        hot.Arrived(1, Event(5));
        Assert.True(hot.TryGet(1, out _, out _, out var messages));
        Assert.Equal([5], messages.Select(message => message.Seq));
    }

    [Fact]
    public void Front_IsToldFirst_AndWhatTheTurnTookIsGone()
    {
        var hot = new HotInstances(capacity: 10, mostMessages: 10);
        hot.Created(Row);
        hot.Arrived(1, Event(1));
        hot.Arrived(1, Event(2) with { IsFront = true });
        Assert.True(hot.TryGet(1, out _, out _, out var messages));
        Assert.Equal([2, 1], messages.Select(message => message.Seq));
        hot.Arrived(1, Event(3));
        hot.Turned(Row, [], messages);
        Assert.True(hot.TryGet(1, out _, out _, out messages));
        Assert.Equal([3], messages.Select(message => message.Seq));
    }

    [Fact]
    public void Instance_WithMoreMessagesThanATurnTakes_IsReadFromTheTables()
    {
        var hot = new HotInstances(capacity: 10, mostMessages: 2);
        hot.Created(Row);
        for (var n = 1; n <= 3; n++)
            hot.Arrived(1, Event(n));
        Assert.False(hot.TryGet(1, out _, out _, out _));
    }

    [Fact]
    public void Full_TheIdleMakeRoom_AndTheBusyDoNot()
    {
        var hot = new HotInstances(capacity: 2, mostMessages: 10);
        hot.Created(Row);
        hot.Created(Row with { Seq = 2 });
        hot.Created(Row with { Seq = 3 });
        Assert.False(hot.TryGet(1, out _, out _, out _));
        hot.Arrived(2, Event(1));
        hot.Created(Row with { Seq = 4 });
        Assert.True(hot.TryGet(2, out _, out _, out _));
        Assert.False(hot.TryGet(4, out _, out _, out _));
    }

    /// <summary>An IN list of three in an index's term, or RETURNING, did so for every row that was written.</summary>
    [Fact]
    public async Task NoStatementOfAnInstancesLife_MakesATemporaryTable()
    {
        await RunAsync(nameof(Samples.Chain), "a");
        await RunAsync(nameof(Samples.EventOrDeadline), id: "b");
        var temporary = new List<string>();
        await Host.Store.WriteAsync(transaction =>
        {
            foreach (var sql in transaction.Compiled.Keys.ToList().Where(sql => sql.StartsWith("INSERT", StringComparison.Ordinal)
                || sql.StartsWith("UPDATE", StringComparison.Ordinal) || sql.StartsWith("DELETE", StringComparison.Ordinal)))
            {
                if (transaction.Query("EXPLAIN " + sql, row => row.GetString(1), new object?[16]).Contains("OpenEphemeral"))
                    temporary.Add(sql);
            }
        });
        Assert.Empty(temporary);
    }

    private static InstanceRow Row { get; } = new(
        1, "a", "x", "", OrchestrationRuntimeStatus.Running, 0, 0, 0, default, default, null, null, null);

    private static InboxMessage Event(long seq) => new(seq, 0, new HistoryEvent(EventKind.EventRaised), IsFront: false);
}
