using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>Puts messages into entities: checks them, drops duplicates, fans a topic out to its subscriptions.</summary>
internal sealed class MessageWriter(TimeProvider clock, MessagingOptions options, ScheduledMessages schedule)
{
    private const int LongestId = 128;

    private const string InsertMessage =
        """
        INSERT INTO bus_messages (entity, state, session, due, enqueued, expires, message_id, subject, content_type, correlation_id, reply_to,
            recipient, properties, body, died, dead_reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """;

    /// <summary>A checked message with its receivers, ready to be inserted; the sender may change the original afterwards.</summary>
    public sealed record Prepared(
        ServiceBusMessage Message, string? Properties, byte[] Body, DateTimeOffset? Due, IReadOnlyList<ReceivingEntity> Receivers);

    public IReadOnlyList<Prepared> Prepare(SendTarget target, IReadOnlyCollection<ServiceBusMessage> messages, DateTimeOffset? scheduled) =>
        [.. messages.Select(message => Prepare(target, message, scheduled))];

    public void Insert(WriteTransaction transaction, SendTarget target, IReadOnlyList<Prepared> messages)
    {
        var now = clock.GetUtcNow();
        foreach (var prepared in messages)
        {
            if (target.DuplicateDetectionWindow is { } window && prepared.Message.MessageId is { } id
                && !SeenMessages.IsNew(transaction, target.Id, id, now, window))
                continue;
            foreach (var entity in prepared.Receivers)
                InsertFor(transaction, entity, prepared, now);
        }
    }

    private Prepared Prepare(SendTarget target, ServiceBusMessage message, DateTimeOffset? scheduled)
    {
        ThrowIfTooLong(message.MessageId, nameof(message.MessageId));
        ThrowIfTooLong(message.SessionId, nameof(message.SessionId));
        var properties = PropertyText.Write(message.ApplicationProperties);
        var body = message.Body.ToArray();
        if (body.Length + (properties?.Length ?? 0) > options.MaxMessageSize)
        {
            throw new ServiceBusException(
                $"The message has {body.Length + (properties?.Length ?? 0)} bytes; the limit is {options.MaxMessageSize}.",
                ServiceBusFailureReason.MessageSizeExceeded, target.Name);
        }

        var receivers = new List<ReceivingEntity>(target.Receivers.Count);
        foreach (var (entity, wants) in target.Receivers)
        {
            if (!wants(message))
                continue;
            if (entity.Rules.RequiresSession && message.SessionId is null && entity.Id == target.Id)
                throw new InvalidOperationException($"'{target.Name}' requires sessions: set the message's SessionId.");
            receivers.Add(entity);
        }

        var due = scheduled ?? (message.ScheduledEnqueueTime == default ? null : message.ScheduledEnqueueTime);
        return new Prepared(message, properties, body, due, receivers);
    }

    private void InsertFor(WriteTransaction transaction, ReceivingEntity entity, Prepared prepared, DateTimeOffset now)
    {
        var message = prepared.Message;
        var due = prepared.Due > now ? prepared.Due : null;
        var enqueued = due ?? now;
        // A topic takes any message; a subscription with sessions has no place for one without, and Service Bus puts it here.
        var homeless = entity.Rules.RequiresSession && message.SessionId is null;
        var state = homeless ? BusSchema.Dead : due is null ? BusSchema.Active : BusSchema.Scheduled;
        var expires = Expires(entity, message, enqueued);
        var sequence = transaction.Insert(
            InsertMessage, entity.Id, state, message.SessionId, due, enqueued, expires, message.MessageId, message.Subject, message.ContentType,
            message.CorrelationId, message.ReplyTo, message.To, prepared.Properties, prepared.Body,
            homeless ? now : null, homeless ? DeadLetterReasons.NoSession : null);
        var stored = AsStored(sequence, prepared, enqueued, expires);
        transaction.AfterCommit(() =>
        {
            entity.Counter.Add(state, 1);
            if (state == BusSchema.Active)
                entity.Arrived(stored);
            else if (state == BusSchema.Scheduled)
                schedule.Changed();
        });
    }

    private static StoredMessage AsStored(long sequence, Prepared prepared, DateTimeOffset enqueued, DateTimeOffset? expires) => new()
    {
        Sequence = sequence,
        Session = prepared.Message.SessionId,
        Enqueued = enqueued,
        Expires = expires,
        MessageId = prepared.Message.MessageId,
        Subject = prepared.Message.Subject,
        ContentType = prepared.Message.ContentType,
        CorrelationId = prepared.Message.CorrelationId,
        ReplyTo = prepared.Message.ReplyTo,
        Recipient = prepared.Message.To,
        Properties = prepared.Properties,
        Body = prepared.Body,
    };

    private static DateTimeOffset? Expires(ReceivingEntity entity, ServiceBusMessage message, DateTimeOffset enqueued)
    {
        var lives = message.TimeToLive < entity.Rules.DefaultTimeToLive ? message.TimeToLive : entity.Rules.DefaultTimeToLive;
        return lives >= DateTimeOffset.MaxValue - enqueued ? null : enqueued + lives;
    }

    private static void ThrowIfTooLong(string? id, string name)
    {
        if (id is { Length: > LongestId or 0 })
            throw new ArgumentException($"{name} has {id.Length} characters; it must have 1 to {LongestId}.", name);
    }
}

/// <summary>Why messages die by themselves, in Service Bus' words.</summary>
internal static class DeadLetterReasons
{
    public const string TooManyDeliveries = "MaxDeliveryCountExceeded";
    public const string Expired = "TTLExpiredException";
    public const string NoSession = "Session id is null.";
}
