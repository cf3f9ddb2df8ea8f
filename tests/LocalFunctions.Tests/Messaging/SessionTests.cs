using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;

namespace LocalFunctions.Tests.Messaging;

public sealed class SessionTests
{
    private static MessagingTopology Topology => new MessagingTopology()
        .Queue("ordered", new EntityRules { RequiresSession = true, MaxDeliveryCount = 5 });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Session_IsHandledInOrder_AlsoWhenDeliveriesFail(int seed)
    {
        using var host = new SteppedHost(Topology, seed: seed);
        var chance = new Random(seed);
        var app = new Ordered { OnMessage = _ => chance.Next(3) == 0 ? throw new InvalidOperationException() : Task.CompletedTask };
        var machine = host.Run(app);
        for (var i = 0; i < 200; i++)
            await host.Bus.SendAsync("ordered", new ServiceBusMessage($"{i}") { SessionId = $"s{i % 7}" });

        await machine.AdvanceAsync(TimeSpan.Zero);

        var dead = host.Bus.DeadLetters.List("ordered", limit: 500).Select(letter => letter.Message.Body.ToString()).ToHashSet();
        foreach (var session in app.Done.GroupBy(entry => entry.Session))
            Assert.Equal(Expected(session.Key).Where(body => !dead.Contains(body)), session.Select(entry => entry.Body));
        Assert.Equal(200, app.Done.Count + dead.Count);
        Assert.NotEqual(app.Done.Select(entry => entry.Body), app.Done.Select(entry => entry.Body).OrderBy(int.Parse));
    }

    [Fact]
    public async Task Sessions_RunSideBySide_AndOneSessionNever()
    {
        using var store = Storage.LocalStore.OpenMemory();
        using var host = new SteppedHost(Topology, new MessagingOptions { MaxConcurrentSessions = 4 }, store, new Time.LocalClock());
        var (running, most, overlapping) = (0, 0, false);
        var inSession = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var app = new Ordered
        {
            OnMessage = async message =>
            {
                overlapping |= inSession.AddOrUpdate(message.SessionId!, 1, (_, count) => count + 1) > 1;
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                if (Volatile.Read(ref most) == 4)
                    together.TrySetResult();
                await together.Task;
                Interlocked.Decrement(ref running);
                inSession.AddOrUpdate(message.SessionId!, 0, (_, count) => count - 1);
            },
        };
        host.Run(app);
        using var stop = new CancellationTokenSource();
        var sources = host.Families.SelectMany(family => family.Sources).ToList();
        sources.ForEach(source => source.Start(stop.Token));

        for (var i = 0; i < 40; i++)
            await host.Bus.SendAsync("ordered", new ServiceBusMessage($"{i}") { SessionId = $"s{i % 5}" });
        await Eventually.Is(() => host.Bus.Counts["ordered"].Active == 0);
        await stop.CancelAsync();
        await Task.WhenAll(sources.Select(source => source.StoppedAsync()));

        Assert.False(overlapping);
        Assert.Equal(4, most);
        foreach (var session in app.Done.GroupBy(entry => entry.Session))
            Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{int.Parse(session.Key[1..]) + (5 * i)}"), session.Select(entry => entry.Body));
    }

    [Fact]
    public async Task Session_WhoseMessageIsAbandonedByHand_IsHeldUntilTheFunctionReturns()
    {
        using var store = Storage.LocalStore.OpenMemory();
        using var host = new SteppedHost(Topology, store: store, clock: new Time.LocalClock());
        var app = new Abandoning();
        host.Run(app);
        using var stop = new CancellationTokenSource();
        var sources = host.Families.SelectMany(family => family.Sources).ToList();
        sources.ForEach(source => source.Start(stop.Token));

        await host.Bus.SendAsync("ordered", new ServiceBusMessage("first") { SessionId = "s" }, new ServiceBusMessage("second") { SessionId = "s" });
        await app.Abandoned.Task;
        await host.Bus.SendAsync("ordered", new ServiceBusMessage("other") { SessionId = "other" });
        await Eventually.Is(() => app.Seen.Contains("other"));
        Assert.Equal(["first", "other"], app.Seen);
        app.Return.SetResult();
        await Eventually.Is(() => host.Bus.Counts["ordered"].Active == 0);
        await stop.CancelAsync();
        await Task.WhenAll(sources.Select(source => source.StoppedAsync()));

        Assert.Equal(["first", "other", "first", "second"], app.Seen);
    }

    [Fact]
    public async Task Session_WithAThousandMessages_LetsOthersPass()
    {
        using var host = new SteppedHost(Topology);
        var app = new Ordered();
        var machine = host.Run(app);
        await host.Bus.SendAsync("ordered", [.. Enumerable.Range(0, 1000).Select(i => new ServiceBusMessage($"{i}") { SessionId = "large" })]);
        await host.Bus.SendAsync("ordered", new ServiceBusMessage("small") { SessionId = "small" });

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.InRange(app.Done.FindIndex(entry => entry.Body == "small"), 0, 20);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), app.Done.Where(entry => entry.Session == "large").Select(entry => entry.Body));
    }

    [Fact]
    public async Task Session_WhoseMessageIsNotSettled_WaitsForTheLock()
    {
        using var host = new SteppedHost(Topology, new MessagingOptions { AutoCompleteMessages = false });
        var app = new ByHand();
        var machine = host.Run(app);
        foreach (var body in new[] { "first", "second" })
            await host.Bus.SendAsync("ordered", new ServiceBusMessage(body) { SessionId = "s" });

        await machine.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(["first"], app.Seen);
        await machine.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["first", "first", "second"], app.Seen);
    }

    [Fact]
    public async Task Batch_IsOfOneSession()
    {
        using var host = new SteppedHost(Topology);
        var app = new Batches();
        var machine = host.Run(app);
        for (var i = 0; i < 30; i++)
            await host.Bus.SendAsync("ordered", new ServiceBusMessage($"{i}") { SessionId = $"s{i % 3}" });

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(3, app.Taken.Count);
        Assert.All(app.Taken, batch => Assert.Single(batch.Select(message => message.SessionId).Distinct()));
        Assert.All(app.Taken, batch => Assert.Equal(10, batch.Length));
    }

    private static IEnumerable<string> Expected(string session) =>
        Enumerable.Range(0, 200).Where(i => $"s{i % 7}" == session).Select(i => $"{i}");

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }

    private sealed class Ordered
    {
        public List<(string Session, string Body)> Done { get; } = [];

        public Func<ServiceBusReceivedMessage, Task>? OnMessage { get; init; }

        [Function("Ordered")]
        public async Task RunAsync([ServiceBusTrigger("ordered", IsSessionsEnabled = true)] ServiceBusReceivedMessage message)
        {
            if (OnMessage is not null)
                await OnMessage(message);
            lock (Done)
                Done.Add((message.SessionId!, message.Body.ToString()));
        }
    }

    private sealed class Abandoning
    {
        private readonly List<string> seen = [];

        public TaskCompletionSource Abandoned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Return { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<string> Seen
        {
            get
            {
                lock (seen)
                    return [.. seen];
            }
        }

        [Function("Abandoning")]
        public async Task RunAsync(
            [ServiceBusTrigger("ordered", IsSessionsEnabled = true)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions)
        {
            lock (seen)
                seen.Add(message.Body.ToString());
            if (message.DeliveryCount > 1 || message.Body.ToString() != "first")
                return;
            await actions.AbandonMessageAsync(message);
            Abandoned.SetResult();
            await Return.Task;
        }
    }

    private sealed class ByHand
    {
        public List<string> Seen { get; } = [];

        [Function("ByHand")]
        public async Task RunAsync(
            [ServiceBusTrigger("ordered", IsSessionsEnabled = true)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions)
        {
            Seen.Add(message.Body.ToString());
            if (Seen.Count > 1)
                await actions.CompleteMessageAsync(message);
        }
    }

    private sealed class Batches
    {
        public List<ServiceBusReceivedMessage[]> Taken { get; } = [];

        [Function("Batches")]
        public void Run([ServiceBusTrigger("ordered", IsSessionsEnabled = true, IsBatched = true)] ServiceBusReceivedMessage[] batch) => Taken.Add(batch);
    }
}
