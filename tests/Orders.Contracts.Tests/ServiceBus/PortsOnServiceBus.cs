using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Azure.ServiceBus;
using Orders.Azure.Tests.ServiceBus.Fake;
using Orders.Azure.Tests.ServiceBus.Wire;
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

    /// <summary>The same through the SDK's own client and over a socket; both are made anew by a restart.</summary>
    public static Subject WithOverTheWire<TPort>(Func<BusConnection, TPort> adapter)
        where TPort : class
    {
        var subject = Subject.OnMemory();
        var bus = new FakeServiceBus(subject.Clock);
        return subject.Replace(_ => bus).Replace(_ => new WireServiceBus(bus))
            .Replace(app => new BusConnection(new ServiceBusClient(app.GetRequiredService<WireServiceBus>().ConnectionString), ResiliencePipeline.Empty))
            .Replace(app => adapter(app.GetRequiredService<BusConnection>()));
    }
}

public abstract class DeadLettersOfABus(Subject subject) : DeadLettersContract(subject)
{
    protected override Task DieAsync(string messageId, string type, string body)
    {
        Subject.Port<FakeServiceBus>().Put("order-events", [new ServiceBusMessage(body) { MessageId = messageId, Subject = type }], at: null);
        return Task.CompletedTask;
    }
}

public sealed class DeadLettersOnServiceBus() : DeadLettersOfABus(OnServiceBus.With<IDeadLetters>(bus => new ServiceBusDeadLetters(bus)));

public sealed class DeadLettersOverTheWire() : DeadLettersOfABus(OnServiceBus.WithOverTheWire<IDeadLetters>(bus => new ServiceBusDeadLetters(bus)));

public sealed class SaleQueueOnServiceBus() : SaleQueueContract(OnServiceBus.With<ISaleQueue>(bus => new ServiceBusSaleQueue(bus)));

public sealed class SaleQueueOverTheWire() : SaleQueueContract(OnServiceBus.WithOverTheWire<ISaleQueue>(bus => new ServiceBusSaleQueue(bus)));
