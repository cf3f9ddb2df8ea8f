namespace LocalFunctions.Durable.Engine;

/// <summary>A call of the orchestrator that has not been answered yet.</summary>
internal abstract class PendingCall(int id, string name)
{
    public int Id => id;

    public string Name => name;

    /// <summary>Hands over the answer; the orchestrator goes on within this call.</summary>
    public abstract void Answer(HistoryEvent answer, DataConverter converter);

    /// <summary>Whether such an event is an answer to this kind of call.</summary>
    public abstract bool IsAnsweredBy(EventKind kind);
}

/// <summary>An activity or a sub-orchestration.</summary>
internal sealed class PendingTask<T>(int id, string name, bool isActivity) : PendingCall(id, name)
{
    private readonly TaskCompletionSource<T> source = new();

    public Task<T> Task => source.Task;

    public override bool IsAnsweredBy(EventKind kind) => isActivity
        ? kind is EventKind.TaskCompleted or EventKind.TaskFailed
        : kind is EventKind.SubOrchestrationCompleted or EventKind.SubOrchestrationFailed;

    public override void Answer(HistoryEvent answer, DataConverter converter)
    {
        if (answer.Failure is { } failure)
        {
            source.TrySetException(new TaskFailedException(Name, Id, failure) { IsFinal = answer.Flag });
            return;
        }

        T? result;
        try
        {
            result = converter.Deserialize<T>(answer.Data);
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or NotSupportedException)
        {
            source.TrySetException(unreadable);
            return;
        }

        source.TrySetResult(result!);
    }
}

internal sealed class PendingTimer(int id) : PendingCall(id, "timer")
{
    private readonly TaskCompletionSource source = new();

    public Task Task => source.Task;

    public override bool IsAnsweredBy(EventKind kind) => kind == EventKind.TimerFired;

    public override void Answer(HistoryEvent answer, DataConverter converter) => source.TrySetResult();

    public bool Cancel(CancellationToken token) => source.TrySetCanceled(token);
}
