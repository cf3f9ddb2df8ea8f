using Azure.Messaging.ServiceBus;
using Orders.Azure.ServiceBus;

namespace Orders.Azure.Tests.ServiceBus.Fake;

/// <summary>A queue or subscription with its dead-letter queue. Not thread-safe: its bus has the lock.</summary>
internal sealed class FakeEntity(BusEntity entity, Func<ServiceBusMessage, bool> filter, TimeProvider clock)
{
    private const int MostDeliveries = 10;
    private static readonly TimeSpan LockLasts = TimeSpan.FromMinutes(1);

    private readonly SortedDictionary<long, Stored> live = [];
    private readonly SortedDictionary<long, Stored> dead = [];
    private long lastNumber;

    private sealed record Stored(ServiceBusMessage Message, long Number, DateTimeOffset EnqueuedAt)
    {
        public DateTimeOffset? Due { get; init; }

        public int Deliveries { get; set; }

        public Guid LockToken { get; set; }

        public DateTimeOffset LockedUntil { get; set; }

        public (string Reason, string? Description)? Death { get; set; }
    }

    public BusEntity Entity => entity;

    public IReadOnlyList<ServiceBusReceivedMessage> Live => [.. live.Values.Select(ToReceived)];

    public IReadOnlyList<ServiceBusReceivedMessage> Dead => [.. dead.Values.Select(ToReceived)];

    public void Put(ServiceBusMessage message, DateTimeOffset? due)
    {
        if (!filter(message))
            return;
        var stored = new Stored(message, ++lastNumber, due ?? clock.GetUtcNow()) { Due = due };
        if (entity.RequiresSession && message.SessionId is null)
            Die(stored, "Session id is null.", null);
        else
            live.Add(stored.Number, stored);
    }

    /// <summary>A consumer gives up what lies there, message by message.</summary>
    public void KillAll(string reason, string? description = null)
    {
        foreach (var stored in live.Values.ToList())
            Die(stored, reason, description);
    }

    /// <summary>Consumers have taken those with these numbers.</summary>
    public void Take(params long[] numbers) => Array.ForEach(numbers, number => live.Remove(number));

    public IReadOnlyList<ServiceBusReceivedMessage> Peek(SubQueue part, long from, int most) =>
        [.. Of(part).Values.Where(stored => stored.Number >= from).Take(most).Select(ToReceived)];

    public IReadOnlyList<ServiceBusReceivedMessage> Receive(SubQueue part, int most)
    {
        if (part == SubQueue.None && entity.RequiresSession)
            throw new InvalidOperationException("The entity requires sessions; a receiver without one is refused.");
        var now = clock.GetUtcNow();
        var some = Of(part).Values.Where(stored => stored.LockedUntil <= now && (stored.Due ?? now) <= now).Take(most).ToList();
        foreach (var stored in some)
            (stored.LockToken, stored.LockedUntil, stored.Deliveries) = (new Guid(stored.Deliveries, 0, 0, BitConverter.GetBytes(stored.Number)), now + LockLasts, stored.Deliveries + 1);
        return [.. some.Select(ToReceived)];
    }

    public void Complete(SubQueue part, ServiceBusReceivedMessage message) => Of(part).Remove(Locked(part, message).Number);

    public void Abandon(SubQueue part, ServiceBusReceivedMessage message)
    {
        var stored = Locked(part, message);
        stored.LockedUntil = default;
        if (part == SubQueue.None && stored.Deliveries >= MostDeliveries)
            Die(stored, "MaxDeliveryCountExceeded", null);
    }

    private Stored Locked(SubQueue part, ServiceBusReceivedMessage message) =>
        Of(part).TryGetValue(message.SequenceNumber, out var stored) && stored.LockToken.ToString() == message.LockToken && stored.LockedUntil > clock.GetUtcNow()
            ? stored
            : throw new ServiceBusException("the lock is over", ServiceBusFailureReason.MessageLockLost);

    private void Die(Stored stored, string reason, string? description)
    {
        live.Remove(stored.Number);
        dead.Add(stored.Number, stored);
        (stored.Death, stored.LockedUntil) = ((reason, description), default);
    }

    private SortedDictionary<long, Stored> Of(SubQueue part) => part == SubQueue.DeadLetter ? dead : live;

    private static ServiceBusReceivedMessage ToReceived(Stored stored)
    {
        var properties = new Dictionary<string, object>(stored.Message.ApplicationProperties);
        if (stored.Death is { } death)
        {
            properties["DeadLetterReason"] = death.Reason;
            if (death.Description is not null)
                properties["DeadLetterErrorDescription"] = death.Description;
        }

        return ServiceBusModelFactory.ServiceBusReceivedMessage(
            stored.Message.Body, stored.Message.MessageId, sessionId: stored.Message.SessionId, correlationId: stored.Message.CorrelationId,
            subject: stored.Message.Subject, contentType: stored.Message.ContentType, properties: properties, lockTokenGuid: stored.LockToken,
            deliveryCount: stored.Deliveries, lockedUntil: stored.LockedUntil, sequenceNumber: stored.Number, enqueuedTime: stored.EnqueuedAt,
            serviceBusMessageState: stored.Due is null ? ServiceBusMessageState.Active : ServiceBusMessageState.Scheduled);
    }
}
