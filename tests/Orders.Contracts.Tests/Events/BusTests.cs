using LocalFunctions.Messaging.Broker;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Contracts.Tests.Subjects;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Events;

/// <summary>What is handed to the bus lies where its consumers listen, also after a restart.</summary>
public sealed class BusTests : IDisposable
{
    private readonly Subject subject = Subject.OnFile();

    public void Dispose() => subject.Dispose();

    [Fact]
    public async Task Publish_ReachesEverySubscription()
    {
        await subject.Port<IEventPublisher>().PublishAsync(Event(Order(Alice, "a")), CancellationToken.None);
        await subject.RestartAsync();
        var counts = subject.Port<LocalServiceBus>().Counts;
        foreach (var subscription in new[] { "lifecycle", "inventory", "notification" })
            Assert.Equal(1, counts[$"order-events/{subscription}"].Active);
    }

    [Fact]
    public async Task Enqueue_ReachesTheQueue()
    {
        await subject.Port<IPaymentQueue>().EnqueueAsync("simulator", "m-1", CancellationToken.None);
        await subject.RestartAsync();
        Assert.Equal(1, subject.Port<LocalServiceBus>().Counts["payment-messages"].Active);
    }
}
