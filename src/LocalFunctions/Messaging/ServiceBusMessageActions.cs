using LocalFunctions.Messaging.Broker;

namespace LocalFunctions.Messaging;

/// <summary>
/// Settles messages by hand, as a second parameter of a function. What is settled is durable when the call returns; a lock that was
/// lost is a <see cref="ServiceBusException"/> with reason <see cref="ServiceBusFailureReason.MessageLockLost"/>.
/// </summary>
public class ServiceBusMessageActions
{
    private readonly IMessageSettlement? settlement;

    internal ServiceBusMessageActions(IMessageSettlement settlement)
    {
        this.settlement = settlement;
    }

    /// <summary>For mocks in tests.</summary>
    protected ServiceBusMessageActions()
    {
    }

    /// <summary>The message was handled and goes away.</summary>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        Settlement(message).CompleteAsync(message);

    /// <summary>Gives the message back; it is delivered again at once, or is dead after too many deliveries.</summary>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = default,
        CancellationToken cancellationToken = default) =>
        Settlement(message).AbandonAsync(message, propertiesToModify);

    /// <summary>Puts the message among the entity's dead letters.</summary>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) =>
        Settlement(message).DeadLetterAsync(message, propertiesToModify, deadLetterReason, deadLetterErrorDescription);

    /// <summary>Holds the lock for another lock duration from now. The host does this by itself while the function runs.</summary>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        Settlement(message).RenewAsync(message);

    private IMessageSettlement Settlement(ServiceBusReceivedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return settlement ?? throw new InvalidOperationException("This is a mock: it settles nothing by itself.");
    }
}
