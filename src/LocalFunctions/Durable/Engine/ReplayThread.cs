namespace LocalFunctions.Durable.Engine;

/// <summary>
/// The synchronization context of one turn: continuations run on the thread that runs the turn, in the order in which they were
/// posted. What comes from any other thread came from an await that no history can repeat.
/// </summary>
internal sealed class ReplayThread : SynchronizationContext
{
    public const string IllegalAwait =
        "An orchestrator may only await tasks made by its context (activities, timers, events, sub-orchestrations) and combinations of "
        + "them. Something else was awaited, or a durable task was awaited with ConfigureAwait(false): use an activity for I/O, "
        + "context.CreateTimer for delays, and no Task.Run.";

    private readonly Queue<(SendOrPostCallback Callback, object? State)> posted = new();
    private readonly int thread = Environment.CurrentManagedThreadId;
    private volatile bool wasLeft;
    private volatile bool isOver;

    /// <summary>Whether the orchestrator went on, or tried to, on another thread.</summary>
    public bool WasLeft => wasLeft;

    public bool IsCurrent => !isOver && thread == Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
            posted.Enqueue((d, state));
        else
            wasLeft = true;
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
            d(state);
        else
            wasLeft = true;
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs <paramref name="step"/> and all that it set going, on this thread and under this context.</summary>
    public void Run(Action step)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            step();
            while (posted.TryDequeue(out var next))
                next.Callback(next.State);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Throws when the caller is not the orchestrator on its own thread.</summary>
    public void EnsureCurrent()
    {
        if (IsCurrent)
            return;
        wasLeft = true;
        throw new InvalidOperationException(IllegalAwait);
    }

    /// <summary>The turn is over: nothing of it may run any more.</summary>
    public void Close() => isOver = true;
}
