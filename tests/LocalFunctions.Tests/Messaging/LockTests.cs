using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using LocalFunctions.Work;

namespace LocalFunctions.Tests.Messaging;

public sealed class LockTests
{
    private static MessagingTopology Topology => new MessagingTopology().Queue("work", new EntityRules { LockDuration = TimeSpan.FromMinutes(1) });

    [Theory]
    [InlineData(4, 1)]
    [InlineData(6, 2)]
    public async Task Lock_IsRenewedWhileTheFunctionRuns_ButNotForever(int minutes, int deliveries)
    {
        using var store = LocalStore.OpenMemory();
        var clock = new LocalClock(SteppedHost.Start, frozen: true);
        using var host = new SteppedHost(
            Topology, new MessagingOptions { MaxAutoLockRenewalDuration = TimeSpan.FromMinutes(5) }, store, clock);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (begun, others) = (0, 0);
        host.Run(new QueueTests.Recorder
        {
            OnMessage = async (message, _) =>
            {
                if (message.MessageId == "other")
                {
                    Interlocked.Increment(ref others);
                    return;
                }

                if (Interlocked.Increment(ref begun) == 1)
                    await release.Task;
            },
        });
        using var stop = new CancellationTokenSource();
        var sources = host.Families.SelectMany(family => family.Sources).ToList();
        sources.ForEach(source => source.Start(stop.Token));

        await host.Bus.SendAsync("work", new ServiceBusMessage("hangs") { MessageId = "hangs" });
        await Eventually.Is(() => Volatile.Read(ref begun) == 1);
        clock.MoveTo(SteppedHost.Start.AddMinutes(minutes));
        await host.Bus.SendAsync("work", new ServiceBusMessage("x") { MessageId = "other" });
        await Eventually.Is(() => Volatile.Read(ref others) == 1 && Volatile.Read(ref begun) == deliveries);
        release.SetResult();
        await Eventually.Is(() => host.Bus.Counts["work"].Active == 0 && sources.All(source => !source.IsBusy));
        await stop.CancelAsync();
        await Task.WhenAll(sources.Select(source => source.StoppedAsync()));

        Assert.Equal(deliveries, begun);
    }

    [Fact]
    public async Task FullDisk_LosesNothingAndPausesTheListener()
    {
        using var store = LocalStore.OpenMemory();
        using var host = new SteppedHost(Topology, store: store);
        var app = new QueueTests.Recorder();
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"));
        await store.WriteAsync(t => t.Execute("CREATE TRIGGER full BEFORE DELETE ON bus_messages BEGIN SELECT raise(ABORT, 'disk full'); END"));

        await machine.AdvanceAsync(TimeSpan.Zero);
        Assert.Single(app.Received);
        await store.WriteAsync(t => t.Execute("DROP TRIGGER full"));
        await machine.AdvanceAsync(TimeSpan.FromMilliseconds(999));
        Assert.Single(app.Received);
        await machine.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        Assert.Equal([1, 2], app.Received.Select(message => message.DeliveryCount));
        Assert.Equal(0, host.Bus.Counts["work"].Active);
    }

    [Fact]
    public async Task FileStore_OpenedAgain_HasEverythingWhereItWas()
    {
        var folder = Directory.CreateTempSubdirectory("bus-");
        var path = Path.Combine(folder.FullName, "bus.db");
        var clock = new LocalClock(SteppedHost.Start, frozen: true);
        var topology = Topology.Queue("later").Queue("kept", new EntityRules { MaxDeliveryCount = 1 });
        using (var store = LocalStore.OpenFile(path, durable: false))
        {
            using var host = new SteppedHost(topology, store: store, clock: clock);
            var machine = host.Run(new FailingKept());
            await host.Bus.SendAsync("kept", new ServiceBusMessage("dead"));
            await machine.AdvanceAsync(TimeSpan.Zero);
            for (var i = 0; i < 300; i++)
                await host.Bus.SendAsync("work", new ServiceBusMessage($"{i}"));
            await host.Bus.ScheduleAsync("work", SteppedHost.Start.AddHours(1), new ServiceBusMessage("300"));
        }

        using (var store = LocalStore.OpenFile(path, durable: false))
        {
            using var host = new SteppedHost(topology, store: store, clock: clock);
            Assert.Equal(new EntityCounts(300, 1, 0), host.Bus.Counts["work"]);
            Assert.Equal(new EntityCounts(0, 0, 1), host.Bus.Counts["kept"]);
            var app = new QueueTests.Recorder();
            await host.Run(app).AdvanceAsync(TimeSpan.FromHours(2));
            Assert.Equal(Enumerable.Range(0, 301), app.Received.Select(message => int.Parse(message.Body.ToString())).Order());
        }

        folder.Delete(recursive: true);
    }

    private sealed class FailingKept
    {
        [Function("FailingKept")]
        public void Run([ServiceBusTrigger("kept")] string body) => throw new InvalidOperationException(body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SettlementThatIsRefused_LeavesTheMessageWithItsHolder(bool deadLetter)
    {
        using var host = new SteppedHost(Topology);
        var refused = new List<Exception?>();
        var unfit = new Dictionary<string, object> { ["list"] = new List<int>() };
        var app = new QueueTests.Recorder
        {
            OnMessage = async (message, actions) => refused.Add(await Record.ExceptionAsync(() => deadLetter
                ? actions.DeadLetterMessageAsync(message, unfit, "why")
                : actions.AbandonMessageAsync(message, unfit))),
        };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"));

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.IsType<ArgumentException>(Assert.Single(refused));
        Assert.Equal(new EntityCounts(Active: 0, Scheduled: 0, Dead: 0), host.Bus.Counts["work"]);
    }

    [Fact]
    public async Task AbandonThatCannotBeStored_LeavesTheMessageWithItsHolder()
    {
        using var store = LocalStore.OpenMemory();
        using var host = new SteppedHost(Topology, store: store);
        await store.WriteAsync(transaction => transaction.Execute(
            "CREATE TRIGGER full BEFORE UPDATE OF properties ON bus_messages BEGIN SELECT RAISE(ABORT, 'full'); END"));
        var app = new QueueTests.Recorder
        {
            OnMessage = (message, actions) => message.DeliveryCount > 1
                ? Task.CompletedTask
                : actions.AbandonMessageAsync(message, new Dictionary<string, object> { ["note"] = "again" }),
        };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"));

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(2, app.Received.Count);
        Assert.Equal(0, host.Bus.Counts["work"].Active);
    }

    [Fact]
    public async Task ScheduledMessages_ThatCannotBeMoved_AreTriedAgainAfterAPauseAndNotWithoutEnd()
    {
        using var store = LocalStore.OpenMemory();
        using var host = new SteppedHost(Topology, store: store);
        var machine = host.Run(new QueueTests.Recorder());
        await host.Bus.ScheduleAsync("work", SteppedHost.Start.AddMinutes(1), new ServiceBusMessage("x"));
        await store.WriteAsync(transaction => transaction.Execute(
            "CREATE TRIGGER full BEFORE DELETE ON bus_messages BEGIN SELECT RAISE(ABORT, 'full'); END"));
        host.Clock.MoveTo(SteppedHost.Start.AddMinutes(1));

        Assert.True(await machine.RunAnyAsync(new Random(1)));
        Assert.False(await machine.RunAnyAsync(new Random(1)));
        await store.WriteAsync(transaction => transaction.Execute("DROP TRIGGER full"));
        await machine.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(0, host.Bus.Counts["work"].Active + host.Bus.Counts["work"].Scheduled);
    }
}
