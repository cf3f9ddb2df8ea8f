using LocalFunctions.Hosting;

namespace LocalFunctions.Messaging.Broker;

/// <summary>host.json's <c>extensions.serviceBus</c>, as far as the local host follows it.</summary>
public sealed record MessagingOptions
{
    /// <summary>Messages that one function handles at once (entities without sessions, single messages).</summary>
    public int MaxConcurrentCalls { get; init; } = 16;

    /// <summary>Sessions that one function handles at once.</summary>
    public int MaxConcurrentSessions { get; init; } = 8;

    /// <summary>Most messages that a batched function gets at once.</summary>
    public int MaxMessageBatchSize { get; init; } = 1000;

    /// <summary>Whether the host completes a message whose function returned, unless the trigger says otherwise.</summary>
    public bool AutoCompleteMessages { get; init; } = true;

    /// <summary>How long the lock is renewed while the function runs.</summary>
    public TimeSpan MaxAutoLockRenewalDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Bytes of a message's body and properties; Service Bus Standard takes 256 KB.</summary>
    public int MaxMessageSize { get; init; } = 256 * 1024;

    internal static MessagingOptions From(HostJson host)
    {
        const string Section = "extensions:serviceBus:";
        var defaults = new MessagingOptions();
        return new MessagingOptions
        {
            MaxConcurrentCalls = host.Integer(Section + "maxConcurrentCalls") ?? defaults.MaxConcurrentCalls,
            MaxConcurrentSessions = host.Integer(Section + "maxConcurrentSessions") ?? defaults.MaxConcurrentSessions,
            MaxMessageBatchSize = host.Integer(Section + "maxMessageBatchSize") ?? defaults.MaxMessageBatchSize,
            AutoCompleteMessages = host.Flag(Section + "autoCompleteMessages") ?? defaults.AutoCompleteMessages,
            MaxAutoLockRenewalDuration = host.Duration(Section + "maxAutoLockRenewalDuration") ?? defaults.MaxAutoLockRenewalDuration,
        };
    }
}
