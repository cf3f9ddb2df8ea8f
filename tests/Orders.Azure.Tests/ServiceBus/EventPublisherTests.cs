using Azure.Messaging.ServiceBus;
using Orders.Application;
using Orders.Application.Events;
using Orders.Azure.ServiceBus;
using Orders.Domain;

namespace Orders.Azure.Tests.ServiceBus;

/// <summary>Events on their way to the topic.</summary>
public sealed class EventPublisherTests : BusTest
{
    private const string Topic = "order-events";

    private readonly ServiceBusEventPublisher publisher;

    public EventPublisherTests() => publisher = new ServiceBusEventPublisher(Connection);

    [Fact]
    public async Task Event_IsAMessageOfItsOrder()
    {
        var item = Event("a");

        await publisher.PublishAsync(item, None);

        var message = Assert.Single(Bus[$"{Topic}/lifecycle"].Live);
        Assert.Equal(
            (item.Id, item.Order.OrderId.Value, item.Type, "application/cloudevents+json", item.Body),
            (message.MessageId, message.SessionId, message.Subject, message.ContentType, message.Body.ToString()));
        Assert.Empty(message.ApplicationProperties);
    }

    /// <summary>The subscriptions' filters are those of infra, so the names of the properties must be theirs.</summary>
    [Theory]
    [InlineData("""{"couponCode":"SPRING"}""", "coupon", "sale")]
    [InlineData("""{"saleId":"friday"}""", "sale", "coupon")]
    public async Task Filters_FindTheirEvents(string data, string reached, string passed)
    {
        await publisher.PublishAsync(Event("a", data: data), None);

        Assert.Single(Bus[$"{Topic}/{reached}"].Live);
        Assert.Empty(Bus[$"{Topic}/{passed}"].Live);
    }

    /// <summary>While the first is on its way the others gather, and go together.</summary>
    [Fact]
    public async Task EventsAtTheSameTime_GoInBatches_InTheirOrder()
    {
        var gate = HoldSends();
        var sent = Enumerable.Range(1, 250).Select(n => publisher.PublishAsync(Event("a", n), None)).ToList();
        gate.SetResult();
        await Task.WhenAll(sent);

        Assert.Equal(Enumerable.Range(1, 250).Select(n => $"{Event("a").Order.OrderId}-{n}"), Bus[$"{Topic}/lifecycle"].Live.Select(message => message.MessageId));
        Assert.Equal(["send order-events 1", "send order-events 100", "send order-events 100", "send order-events 49"], Bus.Calls);
    }

    [Fact]
    public async Task WhatDoesNotFitIntoOneBatch_GoesInTheNext()
    {
        var gate = HoldSends();
        var data = $"\"{new string('x', 100_000)}\"";
        var sent = Enumerable.Range(1, 6).Select(n => publisher.PublishAsync(Event("a", n, data: data), None)).ToList();
        gate.SetResult();
        await Task.WhenAll(sent);

        Assert.Equal(["send order-events 1", "send order-events 2", "send order-events 2", "send order-events 1"], Bus.Calls);
    }

    /// <summary>Else the relay would count it against those that had the bad luck to come with it, and park them all.</summary>
    [Fact]
    public async Task EventThatIsTooLarge_FailsAlone()
    {
        var gate = HoldSends();
        var first = publisher.PublishAsync(Event("a", 1), None);
        var (small, large, last) = (Event("b", 1), Event("b", 2, data: $"\"{new string('x', 300_000)}\""), Event("b", 3));
        var sent = new[] { small, large, last }.Select(item => publisher.PublishAsync(item, None)).ToList();
        gate.SetResult();

        await first;
        await sent[0];
        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => sent[1]);
        await sent[2];
        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refused.Reason);
        Assert.Equal(["1", "1", "3"], Bus[$"{Topic}/lifecycle"].Live.Select(message => message.MessageId[(message.MessageId.LastIndexOf('-') + 1)..]));
    }

    [Fact]
    public async Task BatchThatIsRefused_GoesOneByOne()
    {
        var gate = HoldSends();
        var sent = new[] { "a", "b", "c" }.Select(order => publisher.PublishAsync(Event(order), None)).ToList();
        Bus.Before = call => Refuse(call.EndsWith(" 2", StringComparison.Ordinal));
        gate.SetResult();

        await Task.WhenAll(sent);
        Assert.Equal(3, Bus[$"{Topic}/lifecycle"].Live.Count);

        static void Refuse(bool isRefused)
        {
            if (isRefused)
                throw new InvalidOperationException("a batch that the bus can't take");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BusThatIsAway_FailsAllThatWait_AndTheNextOnesGo(bool answerIsLost)
    {
        var gate = HoldSends();
        Action<string> away = _ => throw Away;
        (Bus.Before, Bus.After) = answerIsLost ? (null, away) : (away, (Action<string>?)null);
        var sent = new[] { "a", "b", "c" }.Select(order => publisher.PublishAsync(Event(order), None)).ToList();
        gate.SetResult();

        foreach (var one in sent)
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => one);
        (Bus.Before, Bus.After) = (null, null);
        await publisher.PublishAsync(Event("d"), None);
        Assert.Equal(answerIsLost ? 4 : 1, Bus[$"{Topic}/lifecycle"].Live.Count);
    }

    /// <summary>One who gives up waiting neither takes the others' messages along nor their answers.</summary>
    [Fact]
    public async Task CallerThatGivesUp_HoldsUpNobody()
    {
        var gate = HoldSends();
        using var impatient = new CancellationTokenSource();
        var (first, second) = (publisher.PublishAsync(Event("a"), impatient.Token), publisher.PublishAsync(Event("b"), None));
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        await second;
        Assert.Equal(2, Bus[$"{Topic}/lifecycle"].Live.Count);
    }

    /// <summary>A message that nobody waits for any more isn't sent when its turn comes: its sender tries again, and says so itself.</summary>
    [Fact]
    public async Task MessageThatWaitsForTooLong_IsUnavailable_AndNotSent()
    {
        var gate = HoldSends();
        var (first, second) = (publisher.PublishAsync(Event("a"), None), publisher.PublishAsync(Event("b"), None));
        Clock.MoveTo(Clock.GetUtcNow() + BatchSender.WaitsAtMost);

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => first);
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => second);
        gate.SetResult();
        await publisher.PublishAsync(Event("c"), None);
        Assert.Equal([Event("a").Id, Event("c").Id], Bus[$"{Topic}/lifecycle"].Live.Select(message => message.MessageId));
    }

    [Fact]
    public async Task MoreMessagesThanMayWait_AreUnavailableAtOnce()
    {
        var gate = HoldSends();
        var first = publisher.PublishAsync(Event("a"), None);
        var waiting = Enumerable.Range(1, BatchSender.MostWaiting).Select(n => publisher.PublishAsync(Event("b", n), None)).ToList();

        var full = await Assert.ThrowsAsync<DependencyUnavailableException>(() => publisher.PublishAsync(Event("c"), None));

        Assert.Contains("wait", full.Message, StringComparison.Ordinal);
        gate.SetResult();
        await Task.WhenAll([first, .. waiting]);
        Assert.Equal(1 + BatchSender.MostWaiting, Bus[$"{Topic}/lifecycle"].Live.Count);
    }

    /// <summary>Few large ones fill an instance as many small ones do. What was taken from the queue makes room again.</summary>
    [Fact]
    public async Task MoreBytesThanMayWait_AreUnavailableAtOnce()
    {
        var large = $"\"{new string('x', 190_000)}\"";
        var fit = BatchSender.MostBytesWaiting / Event("a", data: large).Body.Length;
        for (var round = 0; round < 2; round++)
        {
            var gate = HoldSends();
            var sent = Enumerable.Range(0, 1 + fit).Select(n => publisher.PublishAsync(Event("a", (1_000 * round) + n, data: large), None)).ToList();

            var full = await Assert.ThrowsAsync<DependencyUnavailableException>(() => publisher.PublishAsync(Event("b", 1, data: large), None));

            Assert.Contains("bytes wait", full.Message, StringComparison.Ordinal);
            gate.SetResult();
            await Task.WhenAll(sent);
        }
    }

    /// <summary>A batch was refused, and then the bus is gone: the rest learns it from one call and not from a hundred that each take their time.</summary>
    [Fact]
    public async Task BusThatGoesAwayAmongSingleMessages_FailsTheRestAtOnce()
    {
        var gate = HoldSends();
        var sent = Enumerable.Range(1, 50).Select(n => publisher.PublishAsync(Event("a", n), None)).ToList();
        var calls = 0;
        Bus.Before = _ => Fail(++calls);
        gate.SetResult();
        await sent[0];

        foreach (var one in sent[1..])
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => one);
        Assert.Equal(3, calls);

        static void Fail(int call)
        {
            if (call > 1)
                throw call == 2 ? new InvalidOperationException("a batch that the bus can't take") : Away;
        }
    }

    [Fact]
    public async Task CallThatIsOverAlready_SendsNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publisher.PublishAsync(Event("a"), new CancellationToken(canceled: true)));

        Assert.Empty(Bus.Calls);
    }

    private TaskCompletionSource HoldSends()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Bus.Held = _ => gate.Task;
        return gate;
    }
}
