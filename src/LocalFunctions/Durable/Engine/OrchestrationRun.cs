using Microsoft.Extensions.Logging;

namespace LocalFunctions.Durable.Engine;

/// <summary>What an execution was started with.</summary>
internal sealed record Execution(
    string InstanceId, string Name, string Version, string? Input, ParentOrchestrationInstance? Parent);

/// <summary>
/// Runs an orchestrator over its history and then over new messages. Everything happens on the thread that made the run; the same
/// history and messages lead to the same decisions, or the history is refused.
/// </summary>
internal sealed class OrchestrationRun : IDisposable
{
    private readonly ReplayThread thread = new();
    private readonly OrchestratorFunction? function;
    private readonly LocalOrchestrationContext context;
    private readonly Dictionary<int, PendingCall> open = [];
    private readonly Queue<HistoryEvent> deferred = new();
    private List<HistoryEvent> decisions = [];
    private Task<object?>? main;
    private int turn;
    private int nextId;
    private bool isSuspended;

    public OrchestrationRun(
        Execution execution, OrchestratorFunction? function, DurableOptions options, DataConverter converter, ILoggerFactory loggers)
    {
        Execution = execution;
        Options = options;
        Converter = converter;
        this.function = function;
        Events = new ExternalEvents(converter, options.CancelledWaitsTakeEvents);
        context = new LocalOrchestrationContext(this, loggers);
    }

    public Execution Execution { get; }

    public DurableOptions Options { get; }

    public DataConverter Converter { get; }

    public ExternalEvents Events { get; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>0 for the first execution of the instance, 1 after the first continue-as-new, and so on; the same after a rewind.</summary>
    public int ExecutionNumber { get; private set; }

    public bool IsReplaying { get; private set; }

    /// <summary>Set by the orchestrator; takes effect when it returns.</summary>
    public ContinueAsNewOptions? Next { get; set; }

    /// <summary>The event that ended this execution; null while it lives.</summary>
    public HistoryEvent? End { get; private set; }

    /// <summary>Timers whose wait was cancelled in the turn that runs.</summary>
    public List<int> CancelledTimers { get; } = [];

    public bool HasCustomStatus { get; private set; }

    public object? CustomStatus { get; private set; }

    public OrchestrationRuntimeStatus Status => main is null ? OrchestrationRuntimeStatus.Pending
        : isSuspended ? OrchestrationRuntimeStatus.Suspended
        : OrchestrationRuntimeStatus.Running;

    /// <summary>Goes through a turn of the past.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">The code decided otherwise than it did then.</exception>
    public void Replay(IReadOnlyList<HistoryEvent> past)
    {
        Begin(past[0].At!.Value, isReplaying: true);
        var told = 1;
        while (told < past.Count && !past[told].IsDecision)
            Tell(past[told++]);
        EnsureLegal();
        Determinism.Check(Execution, turn, past.Skip(told).ToList(), decisions);
    }

    /// <summary>
    /// Runs a new turn and returns its lines for the history: its beginning, the messages that were told, the decisions. Messages
    /// after the end of the execution are added to <paramref name="untold"/>.
    /// </summary>
    public List<HistoryEvent> Run(DateTimeOffset now, IEnumerable<HistoryEvent> messages, List<HistoryEvent> untold)
    {
        Begin(now, isReplaying: false);
        var lines = new List<HistoryEvent> { new(EventKind.TurnStarted) { At = now } };
        foreach (var message in messages)
        {
            if (End is not null)
            {
                untold.Add(message);
                continue;
            }

            lines.Add(message);
            Tell(message);
        }

        EnsureLegal();
        lines.AddRange(decisions);
        return lines;
    }

    /// <summary>Whether the orchestrator waits for something that will never come, because no durable call is open.</summary>
    private bool IsStuck => main is { IsCompleted: false } && End is null && !isSuspended && open.Count == 0 && !Events.AnyWait;

    public int TakeId() => nextId++;

    public void EnsureCurrent() => thread.EnsureCurrent();

    public void Decide(HistoryEvent decision) => decisions.Add(decision);

    public TCall Open<TCall>(TCall call)
        where TCall : PendingCall
    {
        open.Add(call.Id, call);
        return call;
    }

    /// <summary>Cancels a timer's wait: one that is not in the history yet is taken back, one that is gets forgotten.</summary>
    public void Cancel(PendingTimer timer, CancellationToken token)
    {
        if (!open.Remove(timer.Id))
            return;
        if (decisions.RemoveAll(one => one.Kind == EventKind.TimerCreated && one.Id == timer.Id) == 0)
            CancelledTimers.Add(timer.Id);
        timer.Cancel(token);
    }

    public void SetCustomStatus(object? value)
    {
        HasCustomStatus = true;
        CustomStatus = value;
    }

    public void Dispose() => thread.Close();

    private void Begin(DateTimeOffset now, bool isReplaying)
    {
        turn++;
        Now = now;
        IsReplaying = isReplaying;
        decisions = [];
        CancelledTimers.Clear();
    }

    private void Tell(HistoryEvent message)
    {
        switch (message.Kind)
        {
            case EventKind.ExecutionStarted:
                ExecutionNumber = Math.Max(message.Id, 0);
                thread.Run(() => main = Start());
                break;
            case EventKind.ExecutionSuspended:
                isSuspended = true;
                return;
            case EventKind.ExecutionResumed:
                isSuspended = false;
                break;
            case EventKind.ExecutionTerminated:
                Finish(message);
                return;
            default:
                deferred.Enqueue(message);
                break;
        }

        while (End is null && main is not null && !isSuspended && deferred.TryDequeue(out var next))
        {
            thread.Run(() => Answer(next));
            LookForEnd();
        }

        LookForEnd();
    }

    private Task<object?> Start()
    {
        if (function is null)
        {
            return Task.FromException<object?>(new InvalidOperationException(
                $"The function '{Execution.Name}' doesn't exist, is disabled, or is not an orchestrator function."));
        }

        try
        {
            return function.RunAsync(context);
        }
        catch (Exception thrown)
        {
            // An input that can't be read: thrown before there is a task, and a failure of the orchestration all the same.
            return Task.FromException<object?>(thrown);
        }
    }

    private void Answer(HistoryEvent message)
    {
        if (message.Kind == EventKind.EventRaised)
            Events.Deliver(message);
        else if (open.TryGetValue(message.Id, out var call) && call.IsAnsweredBy(message.Kind) && open.Remove(message.Id))
            call.Answer(message, Converter);
    }

    private void LookForEnd()
    {
        if (End is null && main is { IsCompleted: true })
            Finish(EndOf(main));
    }

    private HistoryEvent EndOf(Task<object?> done)
    {
        if (!done.IsCompletedSuccessfully)
        {
            var thrown = done.Exception?.InnerException ?? new TaskCanceledException(done);
            return new HistoryEvent(EventKind.ExecutionFailed) { Failure = TaskFailureDetails.FromException(thrown) };
        }

        try
        {
            return Next is { } next
                ? new HistoryEvent(EventKind.ContinuedAsNew) { Data = Payload(next.NewInput, "input"), Version = next.NewVersion }
                : new HistoryEvent(EventKind.ExecutionCompleted) { Data = Payload(done.Result, "output") };
        }
        catch (Exception unwritable) when (unwritable is ArgumentException or NotSupportedException or System.Text.Json.JsonException)
        {
            return new HistoryEvent(EventKind.ExecutionFailed) { Failure = TaskFailureDetails.FromException(unwritable) };
        }
    }

    /// <summary>Serializes a payload within its bound.</summary>
    /// <exception cref="ArgumentException">It is too large.</exception>
    public string? Payload(object? value, string what) => Options.Serialize(Converter, value, what);

    private void Finish(HistoryEvent end)
    {
        End = end;
        if (end.IsDecision)
            decisions.Add(end);
    }

    private void EnsureLegal()
    {
        if (!thread.WasLeft && !IsStuck)
            return;
        var failure = TaskFailureDetails.FromException(new InvalidOperationException(ReplayThread.IllegalAwait));
        decisions.RemoveAll(one => one == End);
        Finish(new HistoryEvent(EventKind.ExecutionFailed) { Failure = failure });
    }
}
