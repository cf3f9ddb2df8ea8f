using LocalFunctions.Functions;
using LocalFunctions.Storage;
using LocalFunctions.Work;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// Durable orchestrations on a <see cref="LocalStore"/>: turns, activities and timers as work sources, and the client. Waiting
/// instances are rows and nothing else; a new engine on the same store goes on where the last one was killed.
/// </summary>
public sealed class DurableEngine
{
    private readonly Dictionary<string, OrchestratorFunction> orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, IActivity> activities = new(StringComparer.OrdinalIgnoreCase);
    private readonly ILoggerFactory loggers;

    /// <param name="store">Where everything is; one engine per store.</param>
    /// <param name="clock">The host's time.</param>
    /// <param name="options">Settings; null takes the defaults.</param>
    /// <param name="loggers">For the orchestrators' replay-safe loggers and the engine's own lines.</param>
    public DurableEngine(LocalStore store, TimeProvider clock, DurableOptions? options, ILoggerFactory loggers)
    {
        Store = store;
        Options = options ?? new DurableOptions();
        this.loggers = loggers;
        Converter = new JsonDataConverter(Options.Json);
        var tables = new DurableTables(store);
        var logger = loggers.CreateLogger("LocalFunctions.Durable");
        void Report(Exception fault, string what) => DurableLog.Fault(logger, fault, what);

        var hot = new HotInstances(Options.MaxCachedInstances, Options.MaxMessagesPerTurn);
        var turnRunner = new TurnRunner(store, tables, hot, clock, Options, Converter, FindOrchestrator, loggers);
        var turns = new TurnSource(store, Options, turnRunner.RunAsync, () => Counts, Report);
        var activityRunner = new ActivityRunner(turnRunner, turns, Options, Converter, activities.GetValueOrDefault, loggers);
        var activitySource = new ActivitySource(store, Options, activityRunner.RunAsync, Report);
        var timers = new TimerSource(store, clock, due => FireAsync(tables, due), Report);
        tables.OnCreated = hot.Created;
        tables.OnDeleted = hot.Remove;
        tables.OnMessage = (instance, message) =>
        {
            hot.Arrived(instance, message);
            turns.Add(instance, message.Seq);
        };
        tables.OnActivity = activitySource.Add;
        tables.OnTimer = timers.Added;
        tables.OnTimersRemoved = timers.Removed;
        tables.OnStatus = Waiters.Changed;
        Sources = [turns, activitySource, timers];
        Client = new LocalDurableTaskClient(this, tables, Waiters, clock);
    }

    /// <summary>Turns, activities and timers.</summary>
    public IReadOnlyList<IWorkSource> Sources { get; }

    public DurableTaskClient Client { get; }

    /// <summary>Durable timers that wait for their time. Walks an index: for health pages, not for hot paths.</summary>
    public long WaitingTimers => Store.Read(session => session.Scalar("SELECT COUNT(*) FROM durable_timers"));

    /// <summary>Cheap at any number of instances.</summary>
    public DurableCounts Counts => Store.Read(session => session.First(
        "SELECT live, completed, failed, terminated FROM durable_counts",
        row => new DurableCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3))))!;

    internal CompletionWaiters Waiters { get; } = new();

    internal LocalStore Store { get; }

    internal DurableOptions Options { get; }

    internal DataConverter Converter { get; }

    /// <summary>Makes an orchestrator known. All are added before the sources start.</summary>
    public void AddOrchestrator(FunctionDescriptor function, IFunctionInvoker invoker) =>
        orchestrators.Add(function.Name, new OrchestratorFunction(function, invoker));

    /// <inheritdoc cref="AddOrchestrator"/>
    public void AddActivity(FunctionDescriptor function, IFunctionInvoker invoker) =>
        activities.Add(function.Name, new ActivityFunction(function, invoker));

    /// <summary>Adds an activity that is no function of an app: a test's stand-in. It replaces one of that name.</summary>
    public void AddActivity(string name, Type inputType, Func<object?, CancellationToken, Task<object?>> run) =>
        activities[name] = new ActivityDelegate(inputType, run);

    /// <summary>An instance's current execution as JSON, for <see cref="Replay"/> now or in years; null when there is none.</summary>
    public string? ExportHistory(string instanceId) => Store.Read(session => HistoryFile.Export(session, instanceId));

    /// <summary>Runs today's code against a recorded history and says where they part; null when they agree.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is no exported history.</exception>
    public string? Replay(string history)
    {
        var file = HistoryFile.Parse(history);
        using var run = NewRun(file.Execution);
        try
        {
            foreach (var turn in file.Turns)
                run.Replay(turn);
        }
        catch (NonDeterministicOrchestrationException parted)
        {
            return parted.Message;
        }

        return null;
    }

    internal OrchestratorFunction? FindOrchestrator(string name) => orchestrators.GetValueOrDefault(name);

    internal OrchestrationRun NewRun(Execution execution) =>
        new(execution, FindOrchestrator(execution.Name), Options, Converter, loggers);

    private Task FireAsync(DurableTables tables, IReadOnlyList<DueTimer> due) => Store.WriteAsync(transaction =>
    {
        foreach (var (instance, task) in due)
        {
            var generation = transaction.First(
                "DELETE FROM durable_timers WHERE instance = $1 AND task = $2 RETURNING generation", row => (long?)row.GetInt64(0), instance, task);
            if (generation is not null)
                tables.Post(transaction, instance, generation.Value, Fired(task));
        }
    });

    private static HistoryEvent Fired(int task) => task < 0
        ? new HistoryEvent(EventKind.ExecutionStarted)
        : new HistoryEvent(EventKind.TimerFired) { Id = task };
}
