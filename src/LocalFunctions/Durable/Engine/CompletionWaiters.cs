namespace LocalFunctions.Durable.Engine;

/// <summary>Callers that wait for an instance to start or end. They are told after a commit; nobody polls.</summary>
internal sealed class CompletionWaiters
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TaskCompletionSource> changes = new(StringComparer.Ordinal);
    private volatile int count;

    /// <summary>Completes at the next change of the instance's status. Ask before reading, so that no change is missed.</summary>
    public Task NextChange(string instanceId)
    {
        lock (gate)
        {
            if (!changes.TryGetValue(instanceId, out var change))
                changes.Add(instanceId, change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            count = changes.Count;
            return change.Task;
        }
    }

    public void Changed(string instanceId)
    {
        if (count == 0)
            return;
        TaskCompletionSource? change;
        lock (gate)
        {
            if (!changes.Remove(instanceId, out change))
                return;
            count = changes.Count;
        }

        change.SetResult();
    }
}
