namespace LocalFunctions.Messaging;

/// <summary>A message to be sent.</summary>
public class ServiceBusMessage
{
    public ServiceBusMessage()
        : this(BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty))
    {
    }

    public ServiceBusMessage(string body)
        : this(BinaryData.FromString(body))
    {
    }

    public ServiceBusMessage(ReadOnlyMemory<byte> body)
        : this(BinaryData.FromBytes(body))
    {
    }

    public ServiceBusMessage(BinaryData body)
    {
        Body = body ?? throw new ArgumentNullException(nameof(body));
    }

    /// <summary>A copy of what was received, without what the broker added (delivery count, dead-letter reason, sequence number).</summary>
    public ServiceBusMessage(ServiceBusReceivedMessage receivedMessage)
        : this((receivedMessage ?? throw new ArgumentNullException(nameof(receivedMessage))).Body)
    {
        MessageId = receivedMessage.MessageId;
        SessionId = receivedMessage.SessionId;
        Subject = receivedMessage.Subject;
        ContentType = receivedMessage.ContentType;
        CorrelationId = receivedMessage.CorrelationId;
        ReplyTo = receivedMessage.ReplyTo;
        To = receivedMessage.To;
        TimeToLive = receivedMessage.TimeToLive;
        foreach (var (name, value) in receivedMessage.ApplicationProperties)
            ApplicationProperties[name] = value;
        ApplicationProperties.Remove(DeadLetterProperties.Reason);
        ApplicationProperties.Remove(DeadLetterProperties.Description);
    }

    public BinaryData Body { get; set; }

    /// <summary>At most 128 characters. Duplicate detection goes by it.</summary>
    public string? MessageId { get; set; }

    /// <summary>At most 128 characters. Messages of one session are handled in order, one at a time.</summary>
    public string? SessionId { get; set; }

    /// <summary>What the message is about; subscriptions filter by it.</summary>
    public string? Subject { get; set; }

    public string? ContentType { get; set; }

    public string? CorrelationId { get; set; }

    public string? ReplyTo { get; set; }

    public string? To { get; set; }

    /// <summary>How long the message is worth delivering; the entity's own limit when that is shorter.</summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.MaxValue;

    /// <summary>When it becomes visible; at once when in the past.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    /// <summary>Strings, integers, booleans, doubles, decimals, instants, durations and Guids; they come back as the type they were.</summary>
    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>(StringComparer.Ordinal);
}

/// <summary>Names under which the broker tells why a message is dead.</summary>
internal static class DeadLetterProperties
{
    public const string Reason = "DeadLetterReason";
    public const string Description = "DeadLetterErrorDescription";
}
