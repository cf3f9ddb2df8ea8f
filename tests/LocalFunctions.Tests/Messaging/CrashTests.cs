using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;
using LocalFunctions.Storage;
using LocalFunctions.Time;

namespace LocalFunctions.Tests.Messaging;

public sealed class CrashTests
{
    private static MessagingTopology Topology => new MessagingTopology()
        .Queue("in", new EntityRules { DuplicateDetectionWindow = TimeSpan.FromHours(1) })
        .Topic("events", TimeSpan.FromHours(1))
        .Subscription("events", "ordered", new EntityRules { RequiresSession = true })
        .Subscription("events", "any");

    /// <summary>
    /// A queue's function publishes to a topic; two subscriptions take it from there; messages are sent, scheduled and sent in
    /// another's write. The process dies after each commit in turn.
    /// </summary>
    [Fact]
    public async Task WhateverCommitItDiesAfter_NothingAcknowledgedIsLostAndSessionsStayInOrder()
    {
        var crashes = 0;
        for (var commits = 0; ; commits++)
        {
            using var store = LocalStore.OpenMemory();
            var story = new Story(store);
            // The tables are made outside the crash: a half-made schema is the migration's own test.
            _ = new LocalServiceBus(store, story.Clock, Topology);
            store.CrashAfter(commits);
            await story.TellAsync(seed: commits);
            var crashed = store.HasCrashed;
            store.Restart();
            await story.FinishAsync(seed: commits);

            story.Check(commits);
            if (!crashed)
                break;
            crashes++;
        }

        Assert.InRange(crashes, 40, 1000);
    }

    [Fact]
    public async Task DeliveryThatTheProcessDidNotSurvive_Counts()
    {
        using var store = LocalStore.OpenMemory();
        var clock = new LocalClock(SteppedHost.Start, frozen: true);
        var topology = new MessagingTopology().Queue("work", new EntityRules { MaxDeliveryCount = 3 });
        var deliveries = new List<int>();
        for (var life = 0; life < 4; life++)
        {
            store.Restart();
            using var host = new SteppedHost(topology, store: store, clock: clock);
            if (life == 0)
                await host.Bus.SendAsync("work", new ServiceBusMessage("kills the process"));
            var machine = host.Run(new QueueTests.Recorder
            {
                OnMessage = (message, _) =>
                {
                    deliveries.Add(message.DeliveryCount);
                    store.CrashAfter(0);
                    throw new StoreCrashedException();
                },
            });
            await Record.ExceptionAsync(() => machine.AdvanceAsync(TimeSpan.Zero));
            Assert.Equal(life < 3, store.HasCrashed);
        }

        Assert.Equal([1, 2, 3], deliveries);
        Assert.Equal(1, new LocalServiceBus(store, clock, topology).Counts["work"].Dead);
    }

    /// <summary>What a world outside the process knows: what was acknowledged, and what the functions did.</summary>
    private sealed class Story(LocalStore store)
    {
        private const int Messages = 12;

        private readonly List<string> acknowledged = [];
        private readonly List<(string Session, int Number)> ordered = [];
        private readonly List<string> any = [];
        private LocalServiceBus bus = null!;

        public LocalClock Clock { get; } = new(SteppedHost.Start, frozen: true);

        public async Task TellAsync(int seed)
        {
            try
            {
                using var host = new SteppedHost(Topology, store: store, clock: Clock, seed: seed);
                bus = host.Bus;
                var machine = host.Run(this);
                for (var i = 0; i < Messages; i++)
                {
                    await SendAsync(i);
                    if (i % 4 == 3)
                        await machine.AdvanceAsync(TimeSpan.FromMinutes(1));
                }

                await machine.AdvanceAsync(TimeSpan.FromHours(1));
            }
            catch (StoreCrashedException)
            {
                // The process is dead, wherever it noticed.
            }
        }

        public async Task FinishAsync(int seed)
        {
            using var host = new SteppedHost(Topology, store: store, clock: Clock, seed: seed + 1);
            bus = host.Bus;
            await host.Run(this).AdvanceAsync(TimeSpan.FromHours(2));
        }

        public void Check(int commits)
        {
            foreach (var id in acknowledged)
            {
                Assert.True(any.Contains(id), $"After {commits} commits: '{id}' never reached 'any'.");
                Assert.True(ordered.Exists(seen => $"{seen.Session}-{seen.Number}" == id), $"After {commits} commits: '{id}' never reached 'ordered'.");
            }

            foreach (var session in ordered.GroupBy(seen => seen.Session))
            {
                var last = -1;
                foreach (var (_, number) in session)
                {
                    Assert.True(number >= last, $"After {commits} commits: {session.Key} went back from {last} to {number}.");
                    last = number;
                }
            }

            Assert.All(bus.Counts.Values, counts => Assert.Equal(default, counts));
        }

        /// <summary>Straight to the topic in three ways, so that the order in a session is the sender's.</summary>
        private async Task SendAsync(int i)
        {
            var (session, number) = ($"s{i % 2}", i / 2);
            var id = $"{session}-{number}";
            var message = new ServiceBusMessage(id) { MessageId = id, SessionId = session };
            if (i == Messages - 1)
                await bus.ScheduleAsync("events", Clock.GetUtcNow().AddMinutes(10), message);
            else if (i % 3 == 0)
                await store.WriteAsync(transaction => bus.Send(transaction, "events", message));
            else
                await bus.SendAsync("events", message);
            acknowledged.Add(id);
            await bus.SendAsync("in", new ServiceBusMessage($"q-{i}") { MessageId = $"q-{i}" });
            acknowledged.Add($"q{i}-0");
        }

        [Function("Forward")]
        public Task ForwardAsync([ServiceBusTrigger("in")] string body)
        {
            var number = body[2..];
            return bus.SendAsync("events", new ServiceBusMessage($"q{number}-0") { MessageId = body, SessionId = $"q{number}" });
        }

        [Function("Ordered")]
        public void Ordered([ServiceBusTrigger("events", "ordered", IsSessionsEnabled = true)] ServiceBusReceivedMessage message) =>
            ordered.Add((message.SessionId!, int.Parse(message.Body.ToString().Split('-')[1])));

        [Function("Any")]
        public void Any([ServiceBusTrigger("events", "any")] string body) => any.Add(body);
    }
}
