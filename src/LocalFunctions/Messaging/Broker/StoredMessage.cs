using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>A message as it lies in an entity. Only <see cref="Deliveries"/> and <see cref="Properties"/> change while it is in memory.</summary>
internal sealed class StoredMessage
{
    /// <summary>What <see cref="Read"/> expects, in this order.</summary>
    public const string Columns =
        "m.seq, m.session, m.enqueued, m.expires, m.message_id, m.subject, m.content_type, m.correlation_id, m.reply_to, m.recipient, " +
        "m.properties, m.body, d.count";

    public required long Sequence { get; init; }
    public string? Session { get; init; }
    public DateTimeOffset Enqueued { get; init; }
    public DateTimeOffset? Expires { get; init; }
    public string? MessageId { get; init; }
    public string? Subject { get; init; }
    public string? ContentType { get; init; }
    public string? CorrelationId { get; init; }
    public string? ReplyTo { get; init; }
    public string? Recipient { get; init; }
    public byte[] Body { get; init; } = [];

    /// <summary>As <see cref="PropertyText"/> writes them; null when there are none.</summary>
    public string? Properties { get; set; }

    /// <summary>How often it was handed out.</summary>
    public int Deliveries { get; set; }

    public static StoredMessage Read(SqlRow row) => new()
    {
        Sequence = row.GetInt64(0),
        Session = row.GetStringOrNull(1),
        Enqueued = row.GetInstant(2),
        Expires = row.GetInstantOrNull(3),
        MessageId = row.GetStringOrNull(4),
        Subject = row.GetStringOrNull(5),
        ContentType = row.GetStringOrNull(6),
        CorrelationId = row.GetStringOrNull(7),
        ReplyTo = row.GetStringOrNull(8),
        Recipient = row.GetStringOrNull(9),
        Properties = row.GetStringOrNull(10),
        Body = row.GetBytes(11),
        Deliveries = row.IsDBNull(12) ? 0 : row.GetInt32(12),
    };

    /// <summary>As a function or a reader of dead letters sees it.</summary>
    public ServiceBusReceivedMessage ToReceived(Guid lockToken, DateTimeOffset lockedUntil, string? deadReason = null, string? deadDescription = null)
    {
        var properties = PropertyText.Read(Properties);
        if (deadReason is not null)
            properties[DeadLetterProperties.Reason] = deadReason;
        if (deadDescription is not null)
            properties[DeadLetterProperties.Description] = deadDescription;
        return new ServiceBusReceivedMessage
        {
            Body = BinaryData.FromBytes(Body),
            MessageId = MessageId,
            SessionId = Session,
            PartitionKey = Session,
            Subject = Subject,
            ContentType = ContentType,
            CorrelationId = CorrelationId,
            ReplyTo = ReplyTo,
            To = Recipient,
            TimeToLive = Expires is { } expires ? expires - Enqueued : TimeSpan.MaxValue,
            ApplicationProperties = properties,
            LockTokenGuid = lockToken,
            LockedUntil = lockedUntil,
            DeliveryCount = Deliveries,
            SequenceNumber = Sequence,
            EnqueuedSequenceNumber = Sequence,
            EnqueuedTime = Enqueued,
        };
    }
}
