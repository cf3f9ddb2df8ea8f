using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace Orders.Azure.Tests.ServiceBus.Wire;

/// <summary>The addresses of entities on the wire: <c>queue</c>, <c>topic/Subscriptions/name</c>, with <c>/$DeadLetterQueue</c> and <c>/$management</c> behind.</summary>
internal static class WireNames
{
    private const string Management = "/$management";
    private const string Dead = "/$DeadLetterQueue";

    public static bool IsManagement(string address) => address.EndsWith(Management, StringComparison.Ordinal);

    public static (string Path, SubQueue Part) Read(string address)
    {
        var entity = IsManagement(address) ? address[..^Management.Length] : address;
        var isDead = entity.EndsWith(Dead, StringComparison.Ordinal);
        var path = (isDead ? entity[..^Dead.Length] : entity).Replace("/Subscriptions/", "/", StringComparison.Ordinal);
        return (path, isDead ? SubQueue.DeadLetter : SubQueue.None);
    }
}

/// <summary>Messages between the wire and the bus in memory.</summary>
internal static class WireMessages
{
    private const uint ManyInOne = 0x80013700;

    public static AmqpMessage Accepted()
    {
        var answer = AmqpMessage.Create();
        answer.ApplicationProperties = new ApplicationProperties { Map = { ["status-code"] = 202, ["status-description"] = "Accepted" } };
        return answer;
    }

    public static AmqpMessage Answer(int status, AmqpMap body)
    {
        var answer = AmqpMessage.Create(new AmqpValue { Value = body });
        answer.ApplicationProperties = new ApplicationProperties { Map = { ["statusCode"] = status } };
        return answer;
    }

    /// <summary>One message, or those that a batch carries as its data.</summary>
    public static IReadOnlyList<ServiceBusMessage> ReadAll(AmqpMessage message) => message.MessageFormat == ManyInOne
        ? [.. message.DataBody.Select(data => Read((ArraySegment<byte>)data.Value).Message)]
        : [Read(message).Message];

    public static (ServiceBusMessage Message, DateTimeOffset? At) Read(ArraySegment<byte> bytes) =>
        Read(AmqpMessage.CreateAmqpStreamMessage(new BufferListStream([bytes])));

    public static ArraySegment<byte> Write(ServiceBusReceivedMessage message)
    {
        using var written = ToWire(message);
        using var stream = written.ToStream();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new ArraySegment<byte>(copy.ToArray());
    }

    public static AmqpMessage ToWire(ServiceBusReceivedMessage message)
    {
        var wire = AmqpMessage.Create(new Data { Value = new ArraySegment<byte>(message.Body.ToArray()) });
        wire.Properties.MessageId = message.MessageId;
        wire.Properties.GroupId = message.SessionId;
        wire.Properties.Subject = message.Subject;
        wire.Properties.ContentType = message.ContentType;
        wire.Header.DeliveryCount = (uint)message.DeliveryCount;
        wire.MessageAnnotations.Map["x-opt-sequence-number"] = message.SequenceNumber;
        wire.MessageAnnotations.Map["x-opt-enqueued-time"] = message.EnqueuedTime.UtcDateTime;
        wire.MessageAnnotations.Map["x-opt-locked-until"] = message.LockedUntil.UtcDateTime;
        wire.ApplicationProperties ??= new ApplicationProperties();
        foreach (var (name, value) in message.ApplicationProperties)
            wire.ApplicationProperties.Map[name] = value;
        return wire;
    }

    public static Error ErrorOf(Exception refused) => new()
    {
        Condition = refused switch
        {
            ServiceBusException { Reason: ServiceBusFailureReason.MessageSizeExceeded } => AmqpErrorCode.MessageSizeExceeded,
            ServiceBusException { Reason: ServiceBusFailureReason.MessagingEntityNotFound } => AmqpErrorCode.NotFound,
            ServiceBusException { Reason: ServiceBusFailureReason.MessageLockLost } => "com.microsoft:message-lock-lost",
            _ => AmqpErrorCode.NotAllowed,
        },
        Description = refused.Message,
    };

    private static (ServiceBusMessage Message, DateTimeOffset? At) Read(AmqpMessage wire)
    {
        var message = new ServiceBusMessage(BinaryData.FromBytes((ArraySegment<byte>)wire.DataBody.Single().Value))
        {
            SessionId = wire.Properties.GroupId,
            Subject = wire.Properties.Subject,
            ContentType = wire.Properties.ContentType.Value,
        };
        if (wire.Properties.MessageId is { } id)
            message.MessageId = id.ToString();
        foreach (var (name, value) in (IEnumerable<KeyValuePair<MapKey, object>>?)wire.ApplicationProperties?.Map ?? [])
            message.ApplicationProperties[name.Key.ToString()!] = value;
        return (message, wire.MessageAnnotations?.Map.TryGetValue("x-opt-scheduled-enqueue-time", out DateTime at) == true ? at : null);
    }
}
