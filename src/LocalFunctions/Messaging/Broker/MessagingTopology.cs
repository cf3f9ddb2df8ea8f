namespace LocalFunctions.Messaging.Broker;

/// <summary>
/// The queues, topics and subscriptions that exist, as infra declares them on Azure. What isn't declared can neither be sent to nor
/// listened to. Names ignore case; a subscription's entity name is <c>topic/subscription</c>.
/// </summary>
public sealed class MessagingTopology
{
    private readonly Dictionary<string, EntityRules> receivable = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TopicDeclaration> topics = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Declares a queue.</summary>
    /// <exception cref="ArgumentException">The name is taken, or the rules make no sense.</exception>
    public MessagingTopology Queue(string name, EntityRules? rules = null)
    {
        ThrowIfTaken(name);
        receivable.Add(name, (rules ?? new EntityRules()).Checked());
        return this;
    }

    /// <summary>Declares a topic. Duplicates are dropped before the message reaches any subscription.</summary>
    /// <inheritdoc cref="Queue" path="/exception"/>
    public MessagingTopology Topic(string name, TimeSpan? duplicateDetectionWindow = null)
    {
        ThrowIfTaken(name);
        topics.Add(name, new TopicDeclaration(duplicateDetectionWindow, []));
        return this;
    }

    /// <summary>Declares a subscription. It receives what any of the filters lets through, everything when there is none.</summary>
    /// <inheritdoc cref="Queue" path="/exception"/>
    public MessagingTopology Subscription(string topic, string name, EntityRules? rules = null, params IReadOnlyList<SubscriptionFilter> filters)
    {
        if (!topics.TryGetValue(topic, out var declared))
            throw new ArgumentException($"Topic '{topic}' isn't declared.", nameof(topic));
        if (rules?.DuplicateDetectionWindow is not null)
            throw new ArgumentException("Duplicates are detected by the topic, not by its subscriptions.", nameof(rules));
        var entity = EntityName(topic, name);
        ThrowIfTaken(entity);
        receivable.Add(entity, (rules ?? new EntityRules()).Checked());
        declared.Subscriptions.Add(new SubscriptionDeclaration(entity, filters));
        return this;
    }

    /// <summary><c>topic/subscription</c>.</summary>
    public static string EntityName(string topic, string subscription) => $"{topic}/{subscription}";

    internal IReadOnlyDictionary<string, EntityRules> Receivable => receivable;

    internal IReadOnlyDictionary<string, TopicDeclaration> Topics => topics;

    private void ThrowIfTaken(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (receivable.ContainsKey(name) || topics.ContainsKey(name))
            throw new ArgumentException($"'{name}' is declared already.", nameof(name));
    }
}

/// <summary>How a queue or subscription treats its messages. The defaults are Service Bus'.</summary>
public sealed record EntityRules
{
    /// <summary>Whether messages carry a session id, and those of a session are handled in order, one at a time.</summary>
    public bool RequiresSession { get; init; }

    /// <summary>After so many deliveries that weren't completed a message is dead.</summary>
    public int MaxDeliveryCount { get; init; } = 10;

    /// <summary>How long a delivered message stays hidden when nobody renews its lock.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Queues only: a message id seen within this time is accepted and dropped. Null: no detection.</summary>
    public TimeSpan? DuplicateDetectionWindow { get; init; }

    /// <summary>How long a message that says nothing shorter is worth delivering.</summary>
    public TimeSpan DefaultTimeToLive { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether a message that nobody took in time is kept as a dead letter.</summary>
    public bool DeadLetterOnExpiration { get; init; }

    internal EntityRules Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDeliveryCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LockDuration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DefaultTimeToLive, TimeSpan.Zero);
        return this;
    }
}

/// <summary>Lets messages through to a subscription; all of its conditions must hold.</summary>
public sealed record SubscriptionFilter
{
    private IReadOnlySet<string>? subjects;
    private IReadOnlyDictionary<string, object> properties = new Dictionary<string, object>();
    private string? correlationId;

    /// <summary>Messages with one of these subjects, exactly: <c>sys.Label IN (…)</c>.</summary>
    public static SubscriptionFilter Subjects(params IEnumerable<string> subjects) =>
        new() { subjects = subjects.ToHashSet(StringComparer.Ordinal) };

    /// <summary>A correlation filter: what is given must be equal.</summary>
    public static SubscriptionFilter Correlation(
        string? subject = null, string? correlationId = null, IReadOnlyDictionary<string, object>? applicationProperties = null) => new()
        {
            subjects = subject is null ? null : new HashSet<string>(StringComparer.Ordinal) { subject },
            correlationId = correlationId,
            properties = applicationProperties ?? new Dictionary<string, object>(),
        };

    internal bool Matches(ServiceBusMessage message) =>
        (subjects is null || (message.Subject is { } subject && subjects.Contains(subject)))
        && (correlationId is null || correlationId == message.CorrelationId)
        && properties.All(wanted => message.ApplicationProperties.TryGetValue(wanted.Key, out var value) && wanted.Value.Equals(value));
}

internal sealed record TopicDeclaration(TimeSpan? DuplicateDetectionWindow, List<SubscriptionDeclaration> Subscriptions);

internal sealed record SubscriptionDeclaration(string Entity, IReadOnlyList<SubscriptionFilter> Filters)
{
    public bool Matches(ServiceBusMessage message) => Filters.Count == 0 || Filters.Any(filter => filter.Matches(message));
}
