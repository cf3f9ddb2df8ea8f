namespace LocalFunctions.Messaging;

/// <summary>A message as it is delivered. In tests it comes from <see cref="ServiceBusModelFactory"/>.</summary>
public class ServiceBusReceivedMessage
{
    internal ServiceBusReceivedMessage()
    {
    }

    public BinaryData Body { get; internal init; } = BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty);

    public string? MessageId { get; internal init; }

    public string? PartitionKey { get; internal init; }

    public string? SessionId { get; internal init; }

    public string? ReplyToSessionId { get; internal init; }

    public TimeSpan TimeToLive { get; internal init; } = TimeSpan.MaxValue;

    public string? CorrelationId { get; internal init; }

    public string? Subject { get; internal init; }

    public string? To { get; internal init; }

    public string? ContentType { get; internal init; }

    public string? ReplyTo { get; internal init; }

    public DateTimeOffset ScheduledEnqueueTime { get; internal init; }

    public IReadOnlyDictionary<string, object> ApplicationProperties { get; internal init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, object>.Empty;

    /// <summary>Names this delivery; another delivery of the same message has another.</summary>
    public string LockToken => LockTokenGuid.ToString();

    /// <summary>1 for the first delivery.</summary>
    public int DeliveryCount { get; internal init; }

    /// <summary>Until when the lock holds if nobody renews it. The host renews it while the function runs.</summary>
    public DateTimeOffset LockedUntil { get; internal init; }

    /// <summary>Grows with each message that an entity takes in.</summary>
    public long SequenceNumber { get; internal init; } = -1;

    public string? DeadLetterSource { get; internal init; }

    public long EnqueuedSequenceNumber { get; internal init; }

    /// <summary>When it became visible.</summary>
    public DateTimeOffset EnqueuedTime { get; internal init; }

    public ServiceBusMessageState State { get; internal init; }

    public DateTimeOffset ExpiresAt => TimeToLive >= DateTimeOffset.MaxValue - EnqueuedTime ? DateTimeOffset.MaxValue : EnqueuedTime + TimeToLive;

    public string? DeadLetterReason => Property(DeadLetterProperties.Reason);

    public string? DeadLetterErrorDescription => Property(DeadLetterProperties.Description);

    internal Guid LockTokenGuid { get; init; }

    private string? Property(string name) => ApplicationProperties.TryGetValue(name, out var value) ? value as string : null;
}

/// <summary>Where a message stands. What a function receives is active.</summary>
public enum ServiceBusMessageState
{
    Active = 0,
    Deferred = 1,
    Scheduled = 2,
}
