using Azure.Messaging.ServiceBus;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Azure.ServiceBus;
using Orders.Azure.Tests.ServiceBus.Fake;
using Orders.Contracts.Tests.Checkout;
using Orders.Contracts.Tests.Events;
using Orders.Contracts.Tests.Subjects;
using Polly;

namespace Orders.Contracts.Tests.ServiceBus;

/// <summary>A subject whose adapter of one port is that of Service Bus, on a bus in memory that outlives restarts.</summary>
internal static class OnServiceBus
{
    public static Subject With<TPort>(Func<BusConnection, TPort> adapter)
        where TPort : class
    {
        var subject = Subject.OnMemory();
        var bus = new FakeServiceBus(subject.Clock);
        return subject.Replace(_ => bus).Replace(_ => adapter(new BusConnection(bus, ResiliencePipeline.Empty)));
    }
}

public sealed class DeadLettersOnServiceBus() : DeadLettersContract(OnServiceBus.With<IDeadLetters>(bus => new ServiceBusDeadLetters(bus)))
{
    protected override Task DieAsync(string messageId, string type, string body)
    {
        Subject.Port<FakeServiceBus>().Put("order-events", [new ServiceBusMessage(body) { MessageId = messageId, Subject = type }], at: null);
        return Task.CompletedTask;
    }
}

public sealed class SaleQueueOnServiceBus() : SaleQueueContract(OnServiceBus.With<ISaleQueue>(bus => new ServiceBusSaleQueue(bus)));
