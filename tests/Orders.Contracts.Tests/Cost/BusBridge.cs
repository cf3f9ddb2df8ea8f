using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using LocalFunctions.Messaging.Broker;
using Orders.Azure.Tests.ServiceBus.Fake;
using LocalMessage = LocalFunctions.Messaging.ServiceBusMessage;

namespace Orders.Contracts.Tests.Cost;

/// <summary>
/// Takes what the adapters sent off the bus in memory and hands it to the bus that the functions' triggers listen to, before the sender has its answer: so nobody
/// who waits until all is done misses a message. The copies that infra's filters made are counted here, the deliveries where they are received: a test compares them.
/// </summary>
internal sealed class BusBridge
{
    private const string Topic = "order-events";

    private readonly FakeServiceBus from;
    private readonly ConcurrentDictionary<string, int> copies = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> entities;
    private int sent;

    /// <param name="from">What the adapters send to.</param>
    /// <param name="to">What triggers listen to; asked for at each message.</param>
    /// <param name="entities">Paths of the queues and subscriptions.</param>
    public BusBridge(FakeServiceBus from, Func<LocalServiceBus> to, IReadOnlyList<string> entities)
    {
        (this.from, this.entities) = (from, entities);
        from.After = call =>
        {
            if (call.Split(' ') is ["send", var entity, _])
                Carry(entity, to());
        };
    }

    /// <summary>Messages that were sent.</summary>
    public int Sent => Volatile.Read(ref sent);

    /// <summary>How many came to a queue or subscription, by its path.</summary>
    public IReadOnlyDictionary<string, int> Copies => copies;

    private void Carry(string entity, LocalServiceBus to)
    {
        var messages = new Dictionary<string, ServiceBusReceivedMessage>(StringComparer.Ordinal);
        foreach (var path in entities.Where(path => path == entity || path.StartsWith(entity + "/", StringComparison.Ordinal)))
        {
            foreach (var message in Take(path))
                messages[message.MessageId] = message;
        }

        Interlocked.Add(ref sent, messages.Count);
        to.SendAsync(entity, [.. messages.Values.Select(ToLocal)]).GetAwaiter().GetResult();
    }

    private IReadOnlyList<ServiceBusReceivedMessage> Take(string path)
    {
        lock (from.Gate)
        {
            var taken = from[path].Live;
            from[path].Take([.. taken.Select(message => message.SequenceNumber)]);
            copies.AddOrUpdate(path, taken.Count, (_, before) => before + taken.Count);
            return taken;
        }
    }

    private static LocalMessage ToLocal(ServiceBusReceivedMessage message)
    {
        var local = new LocalMessage(message.Body)
        {
            MessageId = message.MessageId,
            SessionId = message.SessionId,
            Subject = message.Subject,
            ContentType = message.ContentType,
        };
        foreach (var (name, value) in message.ApplicationProperties)
            local.ApplicationProperties[name] = value;
        return local;
    }
}
