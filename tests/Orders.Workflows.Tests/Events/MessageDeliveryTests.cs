using LocalFunctions.Messaging;
using LocalFunctions.Time;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Events;
using Orders.Application;
using Orders.Application.Events;

namespace Orders.Workflows.Tests.Events;

/// <summary>A message is settled exactly once, by what its handler makes of it.</summary>
public sealed class MessageDeliveryTests
{
    private static readonly DeliveryPauses Short = new([TimeSpan.FromTicks(1), TimeSpan.FromTicks(1)]);

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Settled settled = new();

    [Fact]
    public async Task Done_IsCompleted()
    {
        await RunAsync(_ => Task.FromResult<Rejection?>(null));

        Assert.Equal(["complete"], settled.Calls);
    }

    [Fact]
    public async Task Rejected_IsADeadLetterWithItsReason()
    {
        await RunAsync(_ => Task.FromResult<Rejection?>(new Rejection("StockNothingHeld", "Hold x could not be sold.")));

        Assert.Equal(["dead letter StockNothingHeld: Hold x could not be sold."], settled.Calls);
    }

    [Fact]
    public async Task DependencyAway_IsWaitedForInPlace()
    {
        var calls = 0;
        await RunAsync(_ => ++calls <= 2 ? throw new DependencyUnavailableException("The store") : Task.FromResult<Rejection?>(null));

        Assert.Equal((3, "complete"), (calls, Assert.Single(settled.Calls)));
    }

    [Fact]
    public async Task DependencyAwayForLong_IsGivenBack()
    {
        var calls = 0;
        await RunAsync(_ =>
        {
            calls++;
            throw new DependencyUnavailableException("The store");
        });

        Assert.Equal((3, "abandon"), (calls, Assert.Single(settled.Calls)));
    }

    [Fact]
    public async Task WithoutPauses_IsGivenBackAtOnce()
    {
        await RunAsync(_ => throw new DependencyUnavailableException("The store"), new DeliveryPauses([]));

        Assert.Equal(["abandon"], settled.Calls);
    }

    [Fact]
    public async Task Bug_ReachesTheHost()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(_ => throw new InvalidOperationException("a broken invariant")));

        Assert.Empty(settled.Calls);
    }

    /// <summary>Without a pause its deliveries are over in a second, and whoever could mend the cause comes too late.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(5, 60)]
    [InlineData(9, 60)]
    public async Task Bug_WaitsLongerWithEachDelivery_BeforeItReachesTheHost(int deliveryCount, int seconds)
    {
        var clock = new LocalClock(Noon, frozen: true);
        var delivery = new MessageDelivery(DeliveryPauses.Default, clock, NullLogger<MessageDelivery>.Instance);
        var running = delivery.RunAsync(Message("{}", deliveryCount), settled, _ => throw new InvalidOperationException("a broken invariant"), default);

        clock.MoveTo(clock.GetUtcNow().AddSeconds(seconds).AddTicks(-1));
        Assert.False(running.IsCompleted);
        clock.MoveTo(clock.GetUtcNow().AddTicks(1));

        await Assert.ThrowsAsync<InvalidOperationException>(() => running);
        Assert.Empty(settled.Calls);
    }

    /// <summary>Whose lock has run out is delivered elsewhere at the same time, and a function that has run for 5 minutes is killed with all that runs beside it.</summary>
    [Theory]
    [InlineData(0, 6, 111)]
    [InlineData(6, 6, 147)]
    [InlineData(25, 5, 176)]
    [InlineData(60, 4, 261)]
    public async Task TriesThatHang_AreFewer_SoThatNoDeliveryOutlivesItsLock(int seconds, int tries, int inAll)
    {
        var clock = new LocalClock(Noon, frozen: true);
        var calls = 0;
        var running = new MessageDelivery(DeliveryPauses.Default, clock, NullLogger<MessageDelivery>.Instance).RunAsync(
            Message("{}"), settled,
            _ =>
            {
                calls++;
                clock.MoveTo(clock.GetUtcNow().AddSeconds(seconds));
                throw new DependencyUnavailableException("The store");
            },
            default);
        while (!running.IsCompleted)
            clock.MoveTo(clock.GetUtcNow().AddSeconds(1));
        await running;

        Assert.Equal((tries, inAll), (calls, (int)(clock.GetUtcNow() - Noon).TotalSeconds));
        Assert.Equal(["abandon"], settled.Calls);
        Assert.True(clock.GetUtcNow() - Noon <= DeliveryPauses.Longest);
    }

    [Theory]
    [InlineData(200, 60)]
    [InlineData(230, 40)]
    [InlineData(280, 0)]
    public void ABug_WaitsNoLongerThanThereIsTime(int elapsed, int pause) =>
        Assert.Equal(TimeSpan.FromSeconds(pause), DeliveryPauses.Default.AfterBug(deliveryCount: 9, TimeSpan.FromSeconds(elapsed)));

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Poison_IsADeadLetterWithoutQuotingIt(string body)
    {
        var delivery = new EventDelivery(new MessageDelivery(Short, new LocalClock(), NullLogger<MessageDelivery>.Instance));

        await delivery.RunAsync(Message(body), settled, (_, _) => throw new InvalidOperationException("never called"), default);

        Assert.Equal(["dead letter NotAnEvent: The body is not an event of an order."], settled.Calls);
    }

    [Fact]
    public void DefaultPauses_EndWithinTheLocksRenewal() =>
        Assert.InRange(DeliveryPauses.Default.Pauses.Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));

    private Task RunAsync(Func<CancellationToken, Task<Rejection?>> handle, DeliveryPauses? pauses = null) =>
        new MessageDelivery(pauses ?? Short, new LocalClock(), NullLogger<MessageDelivery>.Instance).RunAsync(Message("{}"), settled, handle, default);

    private static ServiceBusReceivedMessage Message(string body, int deliveryCount = 1) =>
        ServiceBusModelFactory.ServiceBusReceivedMessage(BinaryData.FromString(body), messageId: "m-1", sessionId: "s-1", deliveryCount: deliveryCount);

    /// <summary>Somebody else's seam, as the SDK means it to be tested: it writes down what is done.</summary>
    private sealed class Settled : ServiceBusMessageActions
    {
        public List<string> Calls { get; } = [];

        public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => Note("complete");

        public override Task AbandonMessageAsync(
            ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) =>
            Note("abandon");

        public override Task DeadLetterMessageAsync(
            ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = default, string? deadLetterReason = default,
            string? deadLetterErrorDescription = default, CancellationToken cancellationToken = default) =>
            Note($"dead letter {deadLetterReason}: {deadLetterErrorDescription}");

        private Task Note(string call)
        {
            Calls.Add(call);
            return Task.CompletedTask;
        }
    }
}
