using LocalFunctions.Messaging;
using LocalFunctions.Messaging.Broker;

namespace LocalFunctions.Tests.Messaging;

public sealed class QueueTests
{
    private static MessagingTopology Topology => new MessagingTopology()
        .Queue("work", new EntityRules { MaxDeliveryCount = 3, LockDuration = TimeSpan.FromSeconds(30) });

    [Fact]
    public async Task Message_WhoseFunctionReturns_IsGone()
    {
        using var host = new SteppedHost(Topology);
        var app = new Recorder();
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("hello")
        {
            MessageId = "m1",
            Subject = "greeting",
            ContentType = "text/plain",
            CorrelationId = "c1",
            ApplicationProperties = { ["tries"] = 3, ["when"] = SteppedHost.Start, ["who"] = "me", ["share"] = 0.1m },
        });

        await machine.AdvanceAsync(TimeSpan.Zero);

        var message = Assert.Single(app.Received);
        Assert.Equal("hello", message.Body.ToString());
        Assert.Equal(("m1", "greeting", "text/plain", "c1"), (message.MessageId, message.Subject, message.ContentType, message.CorrelationId));
        Assert.Equal((3, SteppedHost.Start, "me", 0.1m), (
            message.ApplicationProperties["tries"], message.ApplicationProperties["when"],
            message.ApplicationProperties["who"], message.ApplicationProperties["share"]));
        Assert.Equal(1, message.DeliveryCount);
        Assert.Equal(SteppedHost.Start, message.EnqueuedTime);
        Assert.Equal(new EntityCounts(0, 0, 0), host.Bus.Counts["work"]);
        Assert.Equal(0, host.Store.Read(session => session.Scalar("SELECT count(*) FROM bus_messages") + session.Scalar("SELECT count(*) FROM bus_deliveries")));
    }

    [Fact]
    public async Task Message_WhoseFunctionThrows_ComesAgainAtOnceAndDiesAfterTheLastDelivery()
    {
        using var host = new SteppedHost(Topology);
        var app = new Recorder { OnMessage = (_, _) => throw new InvalidOperationException("no") };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("poison") { MessageId = "p" });

        var result = await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal([1, 2, 3], app.Received.Select(message => message.DeliveryCount));
        Assert.Equal(SteppedHost.Start, result.Now);
        var dead = Assert.Single(host.Bus.DeadLetters.List("work"));
        Assert.Equal("MaxDeliveryCountExceeded", dead.Message.DeadLetterReason);
        Assert.Equal(("p", "poison"), (dead.Message.MessageId, dead.Message.Body.ToString()));
        Assert.Equal(new EntityCounts(0, 0, 1), host.Bus.Counts["work"]);
    }

    [Fact]
    public async Task Message_ThatFailsOnce_IsCompletedByTheNextDelivery()
    {
        using var host = new SteppedHost(Topology);
        var app = new Recorder { OnMessage = (message, _) => message.DeliveryCount == 1 ? throw new InvalidOperationException() : Task.CompletedTask };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"));

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(2, app.Received.Count);
        Assert.Equal(new EntityCounts(0, 0, 0), host.Bus.Counts["work"]);
    }

    [Fact]
    public async Task DeadLetterByHand_KeepsReasonDescriptionAndProperties()
    {
        using var host = new SteppedHost(Topology);
        var app = new Recorder
        {
            OnMessage = (message, actions) => actions.DeadLetterMessageAsync(
                message, new Dictionary<string, object> { ["seen"] = true }, "NotAnOrder", "The body has no order id."),
        };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"));

        await machine.AdvanceAsync(TimeSpan.Zero);

        var dead = Assert.Single(host.Bus.DeadLetters.List("work")).Message;
        Assert.Single(app.Received);
        Assert.Equal(("NotAnOrder", "The body has no order id.", true), (
            dead.DeadLetterReason, dead.DeadLetterErrorDescription, dead.ApplicationProperties["seen"]));
    }

    [Fact]
    public async Task CompletedByHand_ThenThrown_StaysCompleted()
    {
        using var host = new SteppedHost(Topology);
        var app = new Recorder
        {
            OnMessage = async (message, actions) =>
            {
                await actions.CompleteMessageAsync(message);
                throw new InvalidOperationException("afterwards");
            },
        };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"));

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Single(app.Received);
        Assert.Equal(new EntityCounts(0, 0, 0), host.Bus.Counts["work"]);
    }

    [Fact]
    public async Task SettledTwice_IsLockLost()
    {
        using var host = new SteppedHost(Topology);
        ServiceBusException? refused = null;
        var app = new Recorder
        {
            OnMessage = async (message, actions) =>
            {
                await actions.CompleteMessageAsync(message);
                refused = await Assert.ThrowsAsync<ServiceBusException>(() => actions.AbandonMessageAsync(message));
                await Assert.ThrowsAsync<ServiceBusException>(() => actions.RenewMessageLockAsync(message));
            },
        };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"));

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(ServiceBusFailureReason.MessageLockLost, refused?.Reason);
    }

    [Fact]
    public async Task AbandonedByHand_ComesAgainWithItsNewProperties()
    {
        using var host = new SteppedHost(Topology);
        var app = new Recorder
        {
            OnMessage = (message, actions) => message.DeliveryCount == 1
                ? actions.AbandonMessageAsync(message, new Dictionary<string, object> { ["step"] = 2 })
                : Task.CompletedTask,
        };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"));

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(2, app.Received.Count);
        Assert.Equal(2, app.Received[1].ApplicationProperties["step"]);
    }

    [Fact]
    public async Task Unsettled_WithoutAutoComplete_ComesAgainWhenTheLockEnds()
    {
        using var host = new SteppedHost(Topology, new MessagingOptions { AutoCompleteMessages = false });
        var app = new Recorder { OnMessage = (message, actions) => message.DeliveryCount == 2 ? actions.CompleteMessageAsync(message) : Task.CompletedTask };
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"));

        await machine.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.Single(app.Received);
        await machine.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal([1, 2], app.Received.Select(message => message.DeliveryCount));
        Assert.Equal(new EntityCounts(0, 0, 0), host.Bus.Counts["work"]);
    }

    [Fact]
    public async Task Scheduled_IsSeenAtItsTimeAndTheClockStopsThere()
    {
        using var host = new SteppedHost(Topology);
        var app = new Recorder();
        var machine = host.Run(app);
        await host.Bus.ScheduleAsync("work", SteppedHost.Start.AddHours(2), new ServiceBusMessage("later"));
        await host.Bus.SendAsync("work", new ServiceBusMessage("sooner") { ScheduledEnqueueTime = SteppedHost.Start.AddHours(1) });
        Assert.Equal(new EntityCounts(0, 2, 0), host.Bus.Counts["work"]);
        // Reads past the places where the other two lie: they must not stay behind.
        await host.Bus.SendAsync("work", new ServiceBusMessage("now"));
        await machine.AdvanceAsync(TimeSpan.Zero);

        var result = await machine.AdvanceAsync(TimeSpan.FromHours(3));

        Assert.Equal(2, result.Steps);
        Assert.Equal(["now", "sooner", "later"], app.Received.Select(message => message.Body.ToString()));
        Assert.Equal([SteppedHost.Start, SteppedHost.Start.AddHours(1), SteppedHost.Start.AddHours(2)], app.At);
        Assert.Equal(app.At, app.Received.Select(message => message.EnqueuedTime));
        Assert.Equal(0, host.Store.Read(session => session.Scalar("SELECT count(*) FROM bus_messages")));
    }

    [Fact]
    public async Task Expired_IsNotDelivered()
    {
        var topology = new MessagingTopology().Queue("work").Queue("kept", new EntityRules { DeadLetterOnExpiration = true });
        using var host = new SteppedHost(topology);
        await host.Bus.SendAsync("work", new ServiceBusMessage("old") { TimeToLive = TimeSpan.FromMinutes(5) });
        await host.Bus.SendAsync("kept", new ServiceBusMessage("old") { TimeToLive = TimeSpan.FromMinutes(5) });
        await host.Bus.SendAsync("work", new ServiceBusMessage("lasting"));
        host.Clock.MoveTo(SteppedHost.Start.AddMinutes(5));
        var app = new TwoQueues();
        var machine = host.Run(app);

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(["lasting"], app.Bodies);
        Assert.Equal("TTLExpiredException", Assert.Single(host.Bus.DeadLetters.List("kept")).Message.DeadLetterReason);
        Assert.Equal(new EntityCounts(0, 0, 0), host.Bus.Counts["work"]);
    }

    [Fact]
    public async Task Duplicate_WithinTheWindow_IsDroppedAndLaterIsTaken()
    {
        var topology = new MessagingTopology().Queue("work", new EntityRules { DuplicateDetectionWindow = TimeSpan.FromMinutes(10) });
        using var host = new SteppedHost(topology);
        async Task Send() => await host.Bus.SendAsync("work", new ServiceBusMessage("x") { MessageId = "same" });

        await Send();
        await Send();
        host.Clock.MoveTo(SteppedHost.Start.AddMinutes(9));
        await Send();
        Assert.Equal(1, host.Bus.Counts["work"].Active);
        host.Clock.MoveTo(SteppedHost.Start.AddMinutes(10));
        await Send();
        await host.Bus.SendAsync("work", new ServiceBusMessage("x"), new ServiceBusMessage("x"));

        Assert.Equal(4, host.Bus.Counts["work"].Active);
    }

    [Fact]
    public async Task DuplicateDetection_ForgetsWhatIsOld()
    {
        var topology = new MessagingTopology().Queue("work", new EntityRules { DuplicateDetectionWindow = TimeSpan.FromMinutes(10) });
        using var host = new SteppedHost(topology);
        for (var i = 0; i < 40; i++)
        {
            await host.Bus.SendAsync("work", new ServiceBusMessage("x") { MessageId = $"m{i}" });
            host.Clock.MoveTo(host.Clock.GetUtcNow().AddMinutes(5));
        }

        Assert.InRange(host.Store.Read(session => session.Scalar("SELECT count(*) FROM bus_seen")), 1, 4);
    }

    [Fact]
    public async Task Batch_GetsManyAndCompletesAll()
    {
        using var host = new SteppedHost(Topology, new MessagingOptions { MaxMessageBatchSize = 100 });
        var app = new BatchRecorder();
        var machine = host.Run(app);
        await host.Bus.SendAsync("work", [.. Enumerable.Range(0, 150).Select(i => new ServiceBusMessage(BinaryData.FromObjectAsJson(new { Number = i })))]);

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal([100, 50], app.Sizes);
        Assert.Equal(Enumerable.Range(0, 150), app.Numbers.Order());
        Assert.Equal(0, host.Bus.Counts["work"].Active);
    }

    [Fact]
    public async Task Bodies_AreReadAsWhatTheParameterWants()
    {
        var topology = new MessagingTopology().Queue("text").Queue("bytes").Queue("data").Queue("json");
        using var host = new SteppedHost(topology);
        var app = new Bodies();
        var machine = host.Run(app);
        foreach (var queue in new[] { "text", "bytes", "data", "json" })
            await host.Bus.SendAsync(queue, new ServiceBusMessage("""{"number":7}"""));
        await host.Bus.SendAsync("json", new ServiceBusMessage("not json") { MessageId = "broken" });

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(["bytes 12", "data 12", "json 7", "text {\"number\":7}"], app.Seen.Order(StringComparer.Ordinal));
        Assert.Equal("broken", Assert.Single(host.Bus.DeadLetters.List("json")).Message.MessageId);
    }

    [Fact]
    public async Task DeadLetters_AreListedByFilterAndPageSentAgainAndPurged()
    {
        using var host = new SteppedHost(Topology);
        var broken = true;
        var app = new Recorder { OnMessage = (_, _) => broken ? throw new InvalidOperationException() : Task.CompletedTask };
        var machine = host.Run(app);
        for (var i = 0; i < 10; i++)
            await host.Bus.SendAsync("work", new ServiceBusMessage($"{i}") { Subject = i % 2 == 0 ? "even" : "odd", MessageId = $"m{i}" });
        await machine.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(10, host.Bus.Counts["work"].Dead);

        var first = host.Bus.DeadLetters.List("work", new DeadLetterFilter { Subject = "even", Reason = "MaxDeliveryCountExceeded" }, limit: 3);
        var second = host.Bus.DeadLetters.List("work", new DeadLetterFilter { Subject = "even" }, first[^1].Message.SequenceNumber, limit: 3);
        Assert.Equal(["m0", "m2", "m4", "m6", "m8"], first.Concat(second).Select(dead => dead.Message.MessageId));

        broken = false;
        app.Received.Clear();
        long[] again = [.. first.Select(dead => dead.Message.SequenceNumber)];
        Assert.Equal(3, await host.Bus.DeadLetters.ResubmitAsync("work", again));
        Assert.Equal(0, await host.Bus.DeadLetters.ResubmitAsync("work", again));
        await machine.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal([1, 1, 1], app.Received.Select(message => message.DeliveryCount));

        Assert.Equal(2, await host.Bus.DeadLetters.PurgeAsync("work", [.. second.Select(dead => dead.Message.SequenceNumber)]));
        Assert.Equal(new EntityCounts(0, 0, 5), host.Bus.Counts["work"]);
    }

    [Fact]
    public async Task Send_InSomebodysWrite_HappensWithItOrNotAtAll()
    {
        using var host = new SteppedHost(Topology);
        await host.Store.WriteAsync(transaction => host.Bus.Send(transaction, "work", new ServiceBusMessage("with it")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Store.WriteAsync(transaction =>
        {
            host.Bus.Send(transaction, "work", new ServiceBusMessage("not at all"));
            throw new InvalidOperationException("the write is refused");
        }));
        var app = new Recorder();
        var machine = host.Run(app);

        await machine.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(["with it"], app.Received.Select(message => message.Body.ToString()));
    }

    [Fact]
    public async Task Send_OfWhatCannotBe_IsRefused()
    {
        var topology = Topology.Queue("ordered", new EntityRules { RequiresSession = true });
        using var host = new SteppedHost(topology, new MessagingOptions { MaxMessageSize = 1000 });

        var unknown = await Assert.ThrowsAsync<ServiceBusException>(() => host.Bus.SendAsync("nowhere", new ServiceBusMessage("x")));
        var large = await Assert.ThrowsAsync<ServiceBusException>(() => host.Bus.SendAsync("work", new ServiceBusMessage(new byte[1001])));
        await host.Bus.SendAsync("work", new ServiceBusMessage(new byte[1000]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Bus.SendAsync("ordered", new ServiceBusMessage("x")));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Bus.SendAsync("work", new ServiceBusMessage("x") { MessageId = new string('m', 129) }));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            host.Bus.SendAsync("work", new ServiceBusMessage("x") { ApplicationProperties = { ["list"] = new List<int>() } }));

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, unknown.Reason);
        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, large.Reason);
        Assert.Equal(1, host.Bus.Counts["work"].Active);
    }

    internal sealed class Recorder
    {
        public List<ServiceBusReceivedMessage> Received { get; } = [];

        public List<DateTimeOffset> At { get; } = [];

        public Func<ServiceBusReceivedMessage, ServiceBusMessageActions, Task>? OnMessage { get; init; }

        [Function("Recorder")]
        public Task RunAsync([ServiceBusTrigger("work")] ServiceBusReceivedMessage message, ServiceBusMessageActions actions)
        {
            Received.Add(message);
            At.Add(message.LockedUntil - TimeSpan.FromSeconds(30));
            return OnMessage?.Invoke(message, actions) ?? Task.CompletedTask;
        }
    }

    internal sealed class TwoQueues
    {
        public List<string> Bodies { get; } = [];

        [Function("First")]
        public void First([ServiceBusTrigger("work")] string body) => Bodies.Add(body);

        [Function("Second")]
        public void Second([ServiceBusTrigger("kept")] string body) => Bodies.Add(body);
    }

    internal sealed record Numbered(int Number);

    internal sealed class BatchRecorder
    {
        public List<int> Sizes { get; } = [];

        public List<int> Numbers { get; } = [];

        [Function("Batch")]
        public void Run([ServiceBusTrigger("work", IsBatched = true)] Numbered[] batch)
        {
            Sizes.Add(batch.Length);
            Numbers.AddRange(batch.Select(item => item.Number));
        }
    }

    internal sealed class Bodies
    {
        public List<string> Seen { get; } = [];

        [Function("Text")]
        public void Text([ServiceBusTrigger("text")] string body) => Seen.Add($"text {body}");

        [Function("Bytes")]
        public void Bytes([ServiceBusTrigger("bytes")] byte[] body) => Seen.Add($"bytes {body.Length}");

        [Function("Data")]
        public void Data([ServiceBusTrigger("data")] BinaryData body) => Seen.Add($"data {body.ToMemory().Length}");

        [Function("Json")]
        public void Json([ServiceBusTrigger("json")] Numbered body) => Seen.Add($"json {body.Number}");
    }
}
