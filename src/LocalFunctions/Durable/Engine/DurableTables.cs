using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>How many instances there are, kept as counters so that asking costs nothing.</summary>
/// <param name="Live">Pending, running or suspended.</param>
public sealed record DurableCounts(long Live, long Completed, long Failed, long Terminated);

/// <summary>
/// The writes that more than one part of the engine makes. All run inside a commit; what they make ready is announced to the sources
/// after it.
/// </summary>
internal sealed class DurableTables
{
    private long inboxSeq;
    private long activitySeq;

    public DurableTables(LocalStore store)
    {
        store.Migrate("Durable", DurableSchema.Steps);
        inboxSeq = store.Read(session => session.Scalar("SELECT max(seq) FROM durable_inbox"));
        activitySeq = store.Read(session => session.Scalar("SELECT max(seq) FROM durable_activities"));
    }

    public Action<long, InboxMessage> OnMessage { private get; set; } = (_, _) => { };

    public Action<InstanceRow> OnCreated { private get; set; } = _ => { };

    public Action<long> OnDeleted { private get; set; } = _ => { };

    public Action<ActivityItem> OnActivity { private get; set; } = _ => { };

    public Action<DateTimeOffset> OnTimer { private get; set; } = _ => { };

    public Action OnTimersRemoved { private get; set; } = () => { };

    public Action<string> OnStatus { get; set; } = _ => { };

    /// <summary>Any generation of the instance takes the message.</summary>
    public const long AnyGeneration = -1;

    public static InstanceRow? Find(SqlSession session, long seq) =>
        session.First($"SELECT {InstanceRow.Columns} FROM durable_instances WHERE seq = $1", InstanceRow.Read, seq);

    public static InstanceRow? Find(SqlSession session, string id) =>
        session.First($"SELECT {InstanceRow.Columns} FROM durable_instances WHERE id = $1", InstanceRow.Read, id);

    /// <summary>Puts a message into an instance's inbox.</summary>
    /// <param name="front">Before all that waits there already.</param>
    /// <param name="trace">Who sent it (<see cref="Functions.TraceText"/>), where its turn can't know it otherwise.</param>
    public void Post(WriteTransaction transaction, long instance, long generation, HistoryEvent message, bool front = false, string? trace = null)
    {
        var body = HistoryCodec.Encode(message);
        // A failure may carry more than is written, and what is told must be what a replay will read.
        var posted = new InboxMessage(
            ++inboxSeq, generation, message.Failure is null ? message : HistoryCodec.DecodeOne(body), front, trace);
        transaction.Execute(
            "INSERT INTO durable_inbox (seq, instance, generation, front, body, trace) VALUES ($1, $2, $3, $4, $5, $6)",
            posted.Seq, instance, generation, front, body, trace);
        transaction.AfterCommit(() => OnMessage(instance, posted));
    }

    /// <summary>Posts to an instance by id, if it is there and lives. True when it was.</summary>
    public bool PostToLive(WriteTransaction transaction, string id, HistoryEvent message, string? trace)
    {
        var seq = transaction.Scalar($"SELECT seq FROM durable_instances WHERE id = $1 AND NOT {InstanceRow.Ended}", id);
        if (seq == 0)
            return false;
        Post(transaction, seq, AnyGeneration, message, trace: trace);
        return true;
    }

    public void Schedule(WriteTransaction transaction, InstanceRow row, HistoryEvent scheduled, string? trace)
    {
        var item = new ActivityItem(++activitySeq, row.Seq, row.Generation, scheduled.Id, scheduled.Name!, row.Id, scheduled.Data, trace);
        transaction.Execute(
            "INSERT INTO durable_activities (seq, instance, generation, task, name, instance_id, input, trace) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            item.Seq, item.Instance, item.Generation, item.Task, item.Name, item.InstanceId, item.Input, item.Trace);
        transaction.AfterCommit(() => OnActivity(item));
    }

    public void AddTimer(WriteTransaction transaction, long instance, long generation, int task, DateTimeOffset due)
    {
        transaction.Execute(
            "INSERT INTO durable_timers (instance, task, generation, due) VALUES ($1, $2, $3, $4)", instance, task, generation, due);
        transaction.AfterCommit(() => OnTimer(due));
    }

    public void RemoveTimer(WriteTransaction transaction, long instance, int task)
    {
        if (transaction.Execute("DELETE FROM durable_timers WHERE instance = $1 AND task = $2", instance, task) > 0)
            transaction.AfterCommit(OnTimersRemoved);
    }

    public void RemoveTimers(WriteTransaction transaction, long instance)
    {
        if (transaction.Execute("DELETE FROM durable_timers WHERE instance = $1", instance) > 0)
            transaction.AfterCommit(OnTimersRemoved);
    }

    /// <summary>Creates an instance with its first message, or does nothing and returns 0 when the id is taken.</summary>
    public long TryCreate(WriteTransaction transaction, NewInstance start, DateTimeOffset now)
    {
        var seq = transaction.Insert(
            "INSERT INTO durable_instances (id, name, version, status, generation, turns, events, created, updated, input, tags, "
            + "parent, parent_generation, parent_task, parent_id, parent_name, trace) "
            + "VALUES ($1, $2, $3, $4, 0, 0, 0, $5, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING",
            start.Id, start.Name, start.Version, (int)OrchestrationRuntimeStatus.Pending, now, start.Input, start.Tags,
            start.Parent?.Seq, start.Parent?.Generation, start.Parent?.Task, start.Parent?.Id, start.Parent?.Name, start.Trace);
        if (seq == 0)
            return 0;
        Count(transaction, live: 1);
        var row = new InstanceRow(
            seq, start.Id, start.Name, start.Version, OrchestrationRuntimeStatus.Pending, Generation: 0, Turns: 0, Events: 0, now, now,
            start.Input, CustomStatus: null, start.Parent, start.Trace);
        transaction.AfterCommit(() => OnCreated(row));
        if (start.StartAt > now)
            AddTimer(transaction, seq, generation: 0, task: -1, start.StartAt.Value);
        else
            Post(transaction, seq, AnyGeneration, new HistoryEvent(EventKind.ExecutionStarted));
        if (start.Parent is null)
            transaction.AfterCommit(() => OnStatus(start.Id));
        return seq;
    }

    /// <summary>
    /// Removes an instance and all that belongs to it. Activities that are scheduled still run, as in the real engine; what they return
    /// finds nobody.
    /// </summary>
    public void Delete(WriteTransaction transaction, InstanceRow row)
    {
        transaction.Execute("DELETE FROM durable_instances WHERE seq = $1", row.Seq);
        transaction.Execute("DELETE FROM durable_history WHERE instance = $1", row.Seq);
        transaction.Execute("DELETE FROM durable_inbox WHERE instance = $1", row.Seq);
        RemoveTimers(transaction, row.Seq);
        Count(transaction, row.Status, -1);
        transaction.AfterCommit(() => OnDeleted(row.Seq));
    }

    public static void Count(WriteTransaction transaction, OrchestrationRuntimeStatus status, int by) => Count(
        transaction,
        live: status.HasEnded() ? 0 : by,
        completed: status == OrchestrationRuntimeStatus.Completed ? by : 0,
        failed: status == OrchestrationRuntimeStatus.Failed ? by : 0,
        terminated: status == OrchestrationRuntimeStatus.Terminated ? by : 0);

    private static void Count(WriteTransaction transaction, int live, int completed = 0, int failed = 0, int terminated = 0) =>
        transaction.Execute(
            "UPDATE durable_counts SET live = live + $1, completed = completed + $2, failed = failed + $3, terminated = terminated + $4",
            live, completed, failed, terminated);

    /// <summary>The instance ended in this commit: its timers go, its counters move, its parent and its waiters learn of it.</summary>
    public void Ended(WriteTransaction transaction, InstanceRow row, OrchestrationRuntimeStatus status, HistoryEvent answer)
    {
        RemoveTimers(transaction, row.Seq);
        Count(transaction, row.Status, -1);
        Count(transaction, status, 1);
        if (row.Parent is { } parent)
        {
            // Asked for here and now: a rewind of the parent may have moved it on while the child's turn ran.
            var generation = transaction.Scalar("SELECT parent_generation FROM durable_instances WHERE seq = $1", row.Seq);
            Post(transaction, parent.Seq, generation, answer with { Id = parent.Task });
        }

        transaction.AfterCommit(() => OnStatus(row.Id));
    }

    /// <summary>Tells the living children of an instance to end.</summary>
    public void TerminateChildren(WriteTransaction transaction, long parent, HistoryEvent terminated)
    {
        var children = transaction.Query(
            $"SELECT seq FROM durable_instances WHERE parent = $1 AND NOT {InstanceRow.Ended}", row => row.GetInt64(0), parent);
        foreach (var child in children)
            Post(transaction, child, AnyGeneration, terminated);
    }
}

/// <summary>A start that was asked for.</summary>
internal sealed record NewInstance(string Id, string Name, string Version, string? Input)
{
    public string? Tags { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public ParentLink? Parent { get; init; }

    /// <summary>Whose trace its turns belong to (<see cref="Functions.TraceText"/>).</summary>
    public string? Trace { get; init; }
}
