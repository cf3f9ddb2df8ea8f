namespace LocalFunctions.Messaging.Broker;

/// <summary>What <see cref="ServiceBusMessageActions"/> can do with a delivered message, by its lock token.</summary>
internal interface IMessageSettlement
{
    Task CompleteAsync(ServiceBusReceivedMessage message);

    Task AbandonAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify);

    Task DeadLetterAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify, string? reason, string? description);

    Task RenewAsync(ServiceBusReceivedMessage message);
}
