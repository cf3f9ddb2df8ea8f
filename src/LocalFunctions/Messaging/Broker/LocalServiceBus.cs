using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>
/// A Service Bus namespace in the host's store: queues, topics and subscriptions with peek-lock, sessions, scheduled messages, duplicate
/// detection and dead letters. What a send acknowledged is on disk and is handed out until somebody settles it.
/// </summary>
public sealed class LocalServiceBus
{
    private readonly Dictionary<string, ReceivingEntity> receiving = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SendTarget> targets = new(StringComparer.OrdinalIgnoreCase);
    private readonly LocalStore store;
    private readonly TimeProvider clock;
    private readonly MessageWriter writer;

    /// <summary>Opens the bus on <paramref name="store"/>; what lies there from before is there again.</summary>
    public LocalServiceBus(LocalStore store, TimeProvider clock, MessagingTopology topology, MessagingOptions? options = null)
    {
        this.store = store;
        this.clock = clock;
        Options = options ?? new MessagingOptions();
        store.Migrate("Messaging", BusSchema.Steps);
        var ids = AssignIds([.. topology.Receivable.Keys, .. topology.Topics.Keys]);
        foreach (var (name, rules) in topology.Receivable)
            receiving.Add(name, new ReceivingEntity(ids[name], name, rules, DeliveryWindow.Open(store, ids[name], rules)));
        foreach (var (name, entity) in receiving)
        {
            if (!name.Contains('/', StringComparison.Ordinal))
                targets.Add(name, new SendTarget(entity.Id, name, entity.Rules.DuplicateDetectionWindow, [(entity, _ => true)]));
        }

        foreach (var (name, topic) in topology.Topics)
        {
            targets.Add(name, new SendTarget(
                ids[name], name, topic.DuplicateDetectionWindow,
                [.. topic.Subscriptions.Select(s => (receiving[s.Entity], (Func<ServiceBusMessage, bool>)s.Matches))]));
        }

        CountAll();
        Schedule = new ScheduledMessages(store, clock, receiving.Values.ToDictionary(entity => entity.Id));
        writer = new MessageWriter(clock, Options, Schedule);
        DeadLetters = new DeadLetters(store, clock, Find);
    }

    /// <summary>Lists, sends again and throws away dead letters.</summary>
    public DeadLetters DeadLetters { get; }

    /// <summary>Counts by entity name, subscriptions as <c>topic/subscription</c>. Costs nothing.</summary>
    public IReadOnlyDictionary<string, EntityCounts> Counts =>
        receiving.ToDictionary(entity => entity.Key, entity => entity.Value.Counter.Now, StringComparer.OrdinalIgnoreCase);

    /// <summary>When the oldest message that is not done with was sent to a queue or subscription; null when there is none. Dead letters don't count.</summary>
    /// <exception cref="ServiceBusException">The entity isn't declared.</exception>
    public DateTimeOffset? OldestIn(string entity) => store.Read(session => session.First<DateTimeOffset?>(
        // The state is written out: only then it is the first entry of a partial index.
        $"SELECT enqueued FROM bus_messages WHERE entity = $1 AND state = {BusSchema.Active} ORDER BY seq LIMIT 1", row => row.GetInstant(0), Find(entity).Id));

    internal MessagingOptions Options { get; }

    internal ScheduledMessages Schedule { get; }

    /// <summary>Sends to a queue or topic; durable when the task completes.</summary>
    /// <exception cref="ServiceBusException">The entity isn't declared, or a message is too large.</exception>
    /// <exception cref="InvalidOperationException">A queue with sessions got a message without one.</exception>
    public Task SendAsync(string entity, params IReadOnlyCollection<ServiceBusMessage> messages) =>
        MessagingTracing.IsOn ? TracedSendAsync(Target(entity), messages, at: null) : SendAsync(Target(entity), messages, at: null);

    /// <summary>Sends, to be visible from <paramref name="at"/> on.</summary>
    /// <inheritdoc cref="SendAsync" path="/exception"/>
    public Task ScheduleAsync(string entity, DateTimeOffset at, params IReadOnlyCollection<ServiceBusMessage> messages) =>
        MessagingTracing.IsOn ? TracedSendAsync(Target(entity), messages, at) : SendAsync(Target(entity), messages, at);

    /// <summary>Sends within somebody's own write: both happen or neither. A trace goes with it only if the messages have it: the store writes on a way of its own.</summary>
    /// <inheritdoc cref="SendAsync" path="/exception"/>
    public void Send(WriteTransaction transaction, string entity, params IReadOnlyCollection<ServiceBusMessage> messages)
    {
        var target = Target(entity);
        writer.Insert(transaction, target, writer.Prepare(target, messages, scheduled: null));
    }

    /// <summary>A queue or subscription by its name; null when it isn't declared.</summary>
    internal ReceivingEntity? FindOrNull(string entity) => receiving.GetValueOrDefault(entity);

    internal LocalStore Store => store;

    internal TimeProvider Clock => clock;

    private async Task TracedSendAsync(SendTarget target, IReadOnlyCollection<ServiceBusMessage> messages, DateTimeOffset? at)
    {
        using var span = MessagingTracing.Send(target.Name, messages);
        await SendAsync(target, messages, at).ConfigureAwait(false);
    }

    private Task SendAsync(SendTarget target, IReadOnlyCollection<ServiceBusMessage> messages, DateTimeOffset? at)
    {
        MessagingTracing.Stamp(messages);
        var prepared = writer.Prepare(target, messages, at);
        return store.WriteAsync(transaction => writer.Insert(transaction, target, prepared));
    }

    private ReceivingEntity Find(string entity) => FindOrNull(entity) ?? throw NotDeclared(entity);

    private SendTarget Target(string entity) => targets.GetValueOrDefault(entity) ?? throw NotDeclared(entity);

    private static ServiceBusException NotDeclared(string entity) => new(
        $"The messaging entity '{entity}' isn't declared in the topology.", ServiceBusFailureReason.MessagingEntityNotFound, entity);

    private Dictionary<string, long> AssignIds(IReadOnlyCollection<string> names) => store.WriteAsync(transaction =>
    {
        foreach (var name in names)
            transaction.Execute("INSERT INTO bus_entities (name) VALUES ($1) ON CONFLICT DO NOTHING", name);
        return transaction.Query("SELECT name, id FROM bus_entities", row => (Name: row.GetString(0), Id: row.GetInt64(1)))
            .ToDictionary(row => row.Name, row => row.Id, StringComparer.OrdinalIgnoreCase);
    }).GetAwaiter().GetResult();

    private void CountAll()
    {
        var byId = receiving.Values.ToDictionary(entity => entity.Id);
        for (var state = BusSchema.Active; state <= BusSchema.Dead; state++)
        {
            // The state is written out: only then does each count run over its partial index and touch no body.
            var counts = store.Read(session => session.Query(
                $"SELECT entity, count(*) FROM bus_messages WHERE state = {state} GROUP BY entity", row => (row.GetInt64(0), row.GetInt64(1))));
            foreach (var (id, count) in counts)
            {
                if (byId.TryGetValue(id, out var entity))
                    entity.Counter.Add(state, count);
            }
        }
    }
}

/// <summary>A name that can be sent to, and who gets a copy of which message.</summary>
internal sealed record SendTarget(
    long Id, string Name, TimeSpan? DuplicateDetectionWindow, IReadOnlyList<(ReceivingEntity Entity, Func<ServiceBusMessage, bool> Wants)> Receivers);
