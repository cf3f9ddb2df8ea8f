using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Orders.Azure.Tests.ServiceBus.Fake;

namespace Orders.Azure.Tests.ServiceBus.Wire;

/// <summary>What is asked of an entity's <c>$management</c>: peeking and scheduling.</summary>
internal static class WireManagement
{
    public static AmqpMessage Answer(FakeServiceBus bus, (string Path, SubQueue Part) entity, AmqpMessage request)
    {
        var body = (AmqpMap)request.ValueBody.Value;
        return (string)request.ApplicationProperties.Map["operation"] switch
        {
            "com.microsoft:peek-message" => Peek(bus, entity, body),
            "com.microsoft:schedule-message" => Schedule(bus, entity.Path, body),
            var other => throw new NotSupportedException(other),
        };
    }

    private static AmqpMessage Peek(FakeServiceBus bus, (string Path, SubQueue Part) entity, AmqpMap body)
    {
        var (from, most) = ((long)body[new MapKey("from-sequence-number")], (int)body[new MapKey("message-count")]);
        var some = bus.CallAsync($"peek {entity.Path}", () => bus[entity.Path].Peek(entity.Part, from, most), CancellationToken.None).GetAwaiter().GetResult();
        return WireMessages.Answer(some.Count == 0 ? 204 : 200, new AmqpMap
        {
            [new MapKey("messages")] = some.Select(message => new AmqpMap { [new MapKey("message")] = WireMessages.Write(message) }).ToList(),
        });
    }

    private static AmqpMessage Schedule(FakeServiceBus bus, string path, AmqpMap body)
    {
        var messages = ((System.Collections.IEnumerable)body[new MapKey("messages")]).Cast<AmqpMap>().Select(one => WireMessages.Read((ArraySegment<byte>)one[new MapKey("message")])).ToList();
        lock (bus.Gate)
        {
            foreach (var (message, at) in messages)
                bus.Put(path, [message], at);
        }

        return WireMessages.Answer(200, new AmqpMap { [new MapKey("sequence-numbers")] = messages.Select(_ => 1L).ToArray() });
    }
}

/// <summary>A link on which messages are delivered under a lock and settled: the delivery's tag is the lock's token.</summary>
internal sealed class WireDeliveries
{
    private readonly FakeServiceBus bus;
    private readonly SendingAmqpLink link;
    private readonly (string Path, SubQueue Part) entity;
    private readonly ConcurrentDictionary<Guid, ServiceBusReceivedMessage> delivered = new();

    public WireDeliveries(FakeServiceBus bus, SendingAmqpLink link, (string Path, SubQueue Part) entity)
    {
        (this.bus, this.link, this.entity) = (bus, link, entity);
        link.RegisterCreditListener((credit, _, _) => Deliver((int)credit));
        link.RegisterDispositionListener(Settle);
    }

    private void Deliver(int credit)
    {
        var some = bus.CallAsync($"receive {entity.Path}", () => bus[entity.Path].Receive(entity.Part, credit), CancellationToken.None).GetAwaiter().GetResult();
        foreach (var message in some)
        {
            var token = Guid.Parse(message.LockToken);
            delivered[token] = message;
            link.SendMessageNoWait(WireMessages.ToWire(message), new ArraySegment<byte>(token.ToByteArray()), AmqpConstants.NullBinary);
        }
    }

    private void Settle(Delivery delivery)
    {
        DeliveryState outcome = AmqpConstants.AcceptedOutcome;
        try
        {
            var message = delivered[new Guid(delivery.DeliveryTag.AsSpan())];
            var isComplete = delivery.State.DescriptorCode == Accepted.Code;
            bus.CallAsync($"{(isComplete ? "complete" : "abandon")} {entity.Path} {message.SequenceNumber}", () => Settle(message, isComplete), CancellationToken.None)
                .GetAwaiter().GetResult();
            outcome = delivery.State;
        }
        catch (Exception refused)
        {
            // The wire's edge, as in sending.
            outcome = new Rejected { Error = WireMessages.ErrorOf(refused) };
        }

        link.DisposeDelivery(delivery, settled: true, outcome);
    }

    private bool Settle(ServiceBusReceivedMessage message, bool isComplete)
    {
        if (isComplete)
            bus[entity.Path].Complete(entity.Part, message);
        else
            bus[entity.Path].Abandon(entity.Part, message);
        return true;
    }
}
