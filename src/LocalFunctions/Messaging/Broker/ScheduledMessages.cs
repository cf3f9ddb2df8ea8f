using LocalFunctions.Storage;
using LocalFunctions.Work;

namespace LocalFunctions.Messaging.Broker;

/// <summary>Makes scheduled messages visible when their time has come; they line up then, behind what is there.</summary>
internal sealed class ScheduledMessages(LocalStore store, TimeProvider clock, IReadOnlyDictionary<long, ReceivingEntity> entities)
    : WorkSource<bool>("scheduled messages", concurrency: 1, clock)
{
    private const int AtOnce = 500;
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time = clock;

    private readonly Lock gate = new();
    private volatile bool changed = true;
    private DateTimeOffset? earliest;
    private DateTimeOffset pausedUntil;

    /// <summary>Null once what is due counts as busy.</summary>
    public override DateTimeOffset? NextDue => EarliestOrPause() is { } due && due > time.GetUtcNow() ? due : null;

    /// <summary>Told of faults of the host itself, such as a full disk.</summary>
    public Action<Exception> Report { private get; set; } = _ => { };

    /// <summary>A message was scheduled.</summary>
    public void Changed()
    {
        changed = true;
        Wake();
    }

    protected override bool HasReady() => EarliestOrPause() <= time.GetUtcNow();

    protected override bool TryTake(Random? chance, out bool item)
    {
        item = true;
        return Running <= 1 && HasReady();
    }

    protected override async Task RunAsync(bool item, CancellationToken stopping)
    {
        var shown = await store.WriteAsync(transaction => ShowDue(transaction, time.GetUtcNow())).ConfigureAwait(false);
        changed = true;
        foreach (var (entityId, count) in shown.GroupBy(id => id).Select(group => (group.Key, group.Count())))
        {
            if (!entities.TryGetValue(entityId, out var entity))
                continue;
            entity.Counter.Add(BusSchema.Scheduled, -count);
            entity.Counter.Add(BusSchema.Active, count);
        }
    }

    protected override void OnFault(bool item, Exception fault)
    {
        Report(fault);
        lock (gate)
            pausedUntil = time.GetUtcNow() + AfterFault;
        changed = true;
    }

    /// <summary>Each gets a new sequence number: an entity is read in that order, and must not find something behind where it reads.</summary>
    private List<long> ShowDue(WriteTransaction transaction, DateTimeOffset now)
    {
        var due = transaction.Query(
            "SELECT seq, entity FROM bus_messages WHERE state = 1 AND due <= $1 ORDER BY due, seq LIMIT $2",
            row => (Sequence: row.GetInt64(0), Entity: row.GetInt64(1)), now, AtOnce);
        foreach (var (sequence, _) in due)
        {
            transaction.Execute(
                """
                INSERT INTO bus_messages (entity, state, session, enqueued, expires, message_id, subject, content_type, correlation_id, reply_to,
                    recipient, properties, body)
                SELECT entity, 0, session, enqueued, expires, message_id, subject, content_type, correlation_id, reply_to, recipient, properties, body
                FROM bus_messages WHERE seq = $1
                """,
                sequence);
            transaction.Execute("DELETE FROM bus_messages WHERE seq = $1", sequence);
        }

        List<long> shown = [.. due.Select(message => message.Entity)];
        foreach (var id in shown.Distinct())
        {
            if (entities.TryGetValue(id, out var entity))
                transaction.AfterCommit(entity.LookAgain);
        }

        return shown;
    }

    private DateTimeOffset? EarliestOrPause()
    {
        lock (gate)
        {
            if (changed)
            {
                changed = false;
                earliest = store.Read(session => session.First(
                    "SELECT due FROM bus_messages WHERE state = 1 ORDER BY due LIMIT 1", row => (DateTimeOffset?)row.GetInstant(0)));
            }

            return earliest < pausedUntil ? pausedUntil : earliest;
        }
    }
}
