using Azure.Messaging.ServiceBus;
using LocalFunctions.Time;
using Orders.Application.Events;
using Orders.Azure.ServiceBus;
using Orders.Azure.Tests.ServiceBus.Fake;
using Orders.Domain;
using Polly;

namespace Orders.Azure.Tests.ServiceBus;

/// <summary>What tests of the adapters share: a bus in memory at a time that stands still.</summary>
public abstract class BusTest
{
    protected static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    protected static readonly UserId Alice = Id.Parse<UserId>("alice");
    protected static readonly ServiceBusException Away = new("away", ServiceBusFailureReason.ServiceCommunicationProblem);

    protected BusTest()
    {
        Bus = new FakeServiceBus(Clock);
        Connection = new BusConnection(Bus, ResiliencePipeline.Empty, Clock);
    }

    protected static CancellationToken None => CancellationToken.None;

    protected LocalClock Clock { get; } = new(Start, frozen: true);

    internal FakeServiceBus Bus { get; }

    internal BusConnection Connection { get; }

    /// <summary>An event as the outbox holds it.</summary>
    protected static OutboxItem Event(string order, long version = 1, string type = EventTypes.Placed, string data = "{}") =>
        Event(new OrderRef(Alice, OrderId.Derive(Alice, order)), version, type, data);

    protected static OutboxItem Event(OrderRef order, long version, string type, string data) =>
        new($"{order.OrderId}-{version}", order, type, version, $$"""{"id":"{{order.OrderId}}-{{version}}","data":{{data}}}""", Start);
}
