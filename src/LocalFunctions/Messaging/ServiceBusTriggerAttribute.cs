namespace LocalFunctions;

/// <summary>Runs the function for messages of a queue, or of a topic's subscription. Names may be <c>%Setting%</c>.</summary>
public sealed class ServiceBusTriggerAttribute : TriggerBindingAttribute
{
    public ServiceBusTriggerAttribute(string queueName)
    {
        QueueName = queueName;
    }

    public ServiceBusTriggerAttribute(string topicName, string subscriptionName)
    {
        TopicName = topicName;
        SubscriptionName = subscriptionName;
    }

    /// <summary>Name of the connection's setting. The local host has one bus and ignores it.</summary>
    public string? Connection { get; set; }

    /// <summary>Null for a subscription.</summary>
    public string? QueueName { get; }

    /// <summary>Null for a queue.</summary>
    public string? TopicName { get; }

    /// <summary>Null for a queue.</summary>
    public string? SubscriptionName { get; }

    /// <summary>Must say what the entity was declared with.</summary>
    public bool IsSessionsEnabled { get; set; }

    /// <summary>Whether the function takes several messages at once.</summary>
    public bool IsBatched { get; set; }

    /// <summary>
    /// Whether a message is completed when the function returns. When it isn't set here, host.json's <c>autoCompleteMessages</c> decides.
    /// </summary>
    public bool AutoCompleteMessages { get; set; }
}
