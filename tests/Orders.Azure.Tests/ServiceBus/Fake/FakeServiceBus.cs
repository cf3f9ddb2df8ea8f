using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Orders.Azure.ServiceBus;

namespace Orders.Azure.Tests.ServiceBus.Fake;

/// <summary>
/// A Service Bus in memory, behind the SDK's own types, with the entities and filters of infra. It keeps to the rules that adapters must reckon with: locks that
/// end, numbers without gaps, peeks that see what is locked, sessions, sizes, no way to a message but from the front; and, by its hooks, calls that fail before
/// or after their effect. What it does not show is the wire.
/// </summary>
internal sealed class FakeServiceBus : ServiceBusClient
{
    /// <summary>Of a message with all that belongs to it, and of a batch: the standard tier's.</summary>
    public const int MostBytes = 256 * 1024;

    private readonly Dictionary<string, FakeEntity> entities;
    private readonly TimeProvider clock;

    public FakeServiceBus(TimeProvider clock)
    {
        this.clock = clock;
        using var file = JsonDocument.Parse(typeof(BusEntities).Assembly.GetManifestResourceStream("servicebus-entities.json")!);
        var filters = file.RootElement.GetProperty("topics").EnumerateArray()
            .SelectMany(topic => topic.GetProperty("subscriptions").EnumerateArray(), (topic, one) => (
                Path: $"{topic.GetProperty("name").GetString()}/{one.GetProperty("name").GetString()}",
                Filter: one.TryGetProperty("filter", out var sql) ? sql.GetString() : null))
            .ToDictionary(one => one.Path, one => one.Filter);
        entities = BusEntities.All.ToDictionary(
            entity => entity.Path, entity => new FakeEntity(entity, SqlFilter.Of(filters.GetValueOrDefault(entity.Path)), clock));
    }

    public Lock Gate { get; } = new();

    /// <summary>What was called, as <c>send order-events 2</c>, <c>complete order-events/inventory 7</c>.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Told of each call before it has its effect; what it throws is the call's failure.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>The same after the effect: the answer is lost.</summary>
    public Action<string>? After { get; set; }

    /// <summary>What one receive gives of what it asked for.</summary>
    public int MostPerReceive { get; set; } = int.MaxValue;

    /// <summary>Awaited within each call: holds it up until a test lets it go.</summary>
    public Func<string, Task>? Held { get; set; }

    public FakeEntity this[string path] => entities[path];

    public override ServiceBusSender CreateSender(string queueOrTopicName) => new FakeSender(this, queueOrTopicName);

    public override ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) => new FakeReceiver(this, queueName, options);

    public override ServiceBusReceiver CreateReceiver(string topicName, string subscriptionName, ServiceBusReceiverOptions options) =>
        new FakeReceiver(this, $"{topicName}/{subscriptionName}", options);

    /// <summary>It outlives those who are connected with it.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async Task<T> CallAsync<T>(string call, Func<T> effect, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Held is { } hold)
            await hold(call).WaitAsync(cancellation);
        Before?.Invoke(call);
        T result;
        lock (Gate)
        {
            Calls.Add(call);
            result = effect();
        }

        After?.Invoke(call);
        return result;
    }

    /// <summary>All or nothing, at once or at that instant.</summary>
    public void Put(string name, IReadOnlyList<ServiceBusMessage> messages, DateTimeOffset? at)
    {
        var targets = entities.Values.Where(entity => entity.Entity.SendTo == name).ToList();
        if (targets.Count == 0)
            throw new ServiceBusException("no such entity", ServiceBusFailureReason.MessagingEntityNotFound);
        if (messages.Sum(BytesOf) > MostBytes)
            throw new ServiceBusException("too large", ServiceBusFailureReason.MessageSizeExceeded);
        if (targets is [{ Entity: { Subscription: null, RequiresSession: true } }] && messages.Any(message => message.SessionId is null))
            throw new InvalidOperationException("The queue requires sessions, and a message has none.");
        foreach (var target in targets)
        {
            foreach (var message in messages)
                target.Put(message, at is { } due && due > clock.GetUtcNow() ? due : null);
        }
    }

    public static long BytesOf(ServiceBusMessage message) => message.Body.ToMemory().Length + 512;
}

/// <summary>The one form of filter that infra uses: subjects, and perhaps a property that must be true.</summary>
internal static class SqlFilter
{
    public static Func<ServiceBusMessage, bool> Of(string? sql)
    {
        if (sql is null)
            return _ => true;
        var parts = sql.Split(" AND ");
        var subjects = parts[0]["sys.Label IN (".Length..^1].Split(", ").Select(subject => subject.Trim('\'')).ToHashSet();
        var properties = parts[1..].Select(part => part.Split(" = ") is [var name, "TRUE"] ? name : throw new FormatException(part)).ToList();
        return message => subjects.Contains(message.Subject) && properties.All(name => message.ApplicationProperties.TryGetValue(name, out var value) && value is true);
    }
}
