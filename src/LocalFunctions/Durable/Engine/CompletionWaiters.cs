namespace LocalFunctions.Durable.Engine;

/// <summary>
/// Callers that wait for an instance to start or end. They are told after a commit; nobody polls. Whoever stops waiting is forgotten.
/// </summary>
internal sealed class CompletionWaiters
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Change> changes = new(StringComparer.Ordinal);
    private volatile int count;

    /// <summary>Instances that are waited for.</summary>
    public int Count => count;

    /// <summary>Waits for the next change of the instance's status. Begin before reading, so that no change is missed.</summary>
    public Waiter Begin(string instanceId)
    {
        lock (gate)
        {
            if (!changes.TryGetValue(instanceId, out var change))
                changes.Add(instanceId, change = new Change());
            change.Waiters++;
            count = changes.Count;
            return new Waiter(this, instanceId, change);
        }
    }

    public void Changed(string instanceId)
    {
        if (count == 0)
            return;
        Change? change;
        lock (gate)
        {
            if (!changes.Remove(instanceId, out change))
                return;
            count = changes.Count;
        }

        change.Source.SetResult();
    }

    private void End(string instanceId, Change change)
    {
        lock (gate)
        {
            if (--change.Waiters > 0 || changes.GetValueOrDefault(instanceId) != change)
                return;
            changes.Remove(instanceId);
            count = changes.Count;
        }
    }

    internal sealed class Change
    {
        public TaskCompletionSource Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiters { get; set; }
    }

    /// <summary>One that waits, until it is disposed.</summary>
    internal readonly struct Waiter(CompletionWaiters all, string instanceId, Change change) : IDisposable
    {
        public Task Changed => change.Source.Task;

        public void Dispose() => all.End(instanceId, change);
    }
}
