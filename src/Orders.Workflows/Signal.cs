namespace Orders.Workflows;

/// <summary>
/// The event that says "look at the document": one wait that outlives the looks and is never cancelled, for in older SDKs a cancelled wait swallows
/// the next event (microsoft/durabletask-dotnet issues 147 and 508).
/// </summary>
internal sealed class Signal
{
    /// <summary>
    /// Pause before a deadline that has passed already is tried again: the engine's clock may be a little ahead of the one that judges.
    /// </summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(1);

    private readonly TaskOrchestrationContext context;
    private readonly string name;
    private Task<string?> came;

    public Signal(TaskOrchestrationContext context, string name)
    {
        this.context = context;
        this.name = name;
        came = Listen();
    }

    /// <summary>Whether none came since they were last answered.</summary>
    public bool NothingHappened => !came.IsCompleted;

    /// <summary>To be called right before a look: all signals that came before are answered by it, and one that comes later is not.</summary>
    public void Answer()
    {
        while (came.IsCompleted)
            came = Listen();
    }

    /// <summary>True when a signal came, false when the deadline did.</summary>
    public async Task<bool> CameBefore(DateTime deadline)
    {
        var now = context.CurrentUtcDateTime;
        using var signalled = new CancellationTokenSource();
        var timer = context.CreateTimer(deadline > now ? deadline : now + ClockSkew, signalled.Token);
        await Task.WhenAny(came, timer);
        if (timer.IsCompleted)
            return false;
        signalled.Cancel();
        return true;
    }

    private Task<string?> Listen() => context.WaitForExternalEvent<string?>(name);
}
