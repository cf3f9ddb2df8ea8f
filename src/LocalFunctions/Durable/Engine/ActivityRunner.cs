using LocalFunctions.Functions;
using LocalFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Durable.Engine;

/// <summary>Something that can be called as an activity.</summary>
internal interface IActivity
{
    Task<object?> RunAsync(ActivityItem item, DataConverter converter, CancellationToken cancellation);
}

/// <summary>An activity that a test puts in an app's place.</summary>
internal sealed class ActivityDelegate(Type inputType, Func<object?, CancellationToken, Task<object?>> run) : IActivity
{
    public Task<object?> RunAsync(ActivityItem item, DataConverter converter, CancellationToken cancellation) =>
        run(converter.Deserialize(item.Input, inputType), cancellation);
}

/// <summary>An activity of the app, and how its input is bound.</summary>
internal sealed class ActivityFunction(FunctionDescriptor function, IFunctionInvoker invoker) : IActivity
{
    private readonly string inputName = function.TriggerParameter.Name!;
    private readonly Type inputType = function.TriggerParameter.ParameterType;
    private readonly bool hasInput = function.TriggerParameter.ParameterType != typeof(FunctionContext);

    public Task<object?> RunAsync(ActivityItem item, DataConverter converter, CancellationToken cancellation)
    {
        var bindings = new Dictionary<string, object?>(2, StringComparer.OrdinalIgnoreCase) { ["instanceId"] = item.InstanceId };
        if (hasInput)
            bindings[inputName] = converter.Deserialize(item.Input, inputType) ?? Nothing(inputType);
        return invoker.InvokeAsync(function, bindings, items: null, cancellation);
    }

    private static object? Nothing(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}

/// <summary>Runs an activity and stores its outcome: the row away and the answer told, in one commit.</summary>
internal sealed class ActivityRunner(
    TurnRunner turnRunner,
    TurnSource turns,
    DurableOptions options,
    DataConverter converter,
    Func<string, IActivity?> findActivity,
    ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger("LocalFunctions.Durable");

    public async Task RunAsync(ActivityItem item, CancellationToken stopping)
    {
        // Null when the host stops: the row stays, and the next start runs the activity again.
        if (await AnswerAsync(item, stopping).ConfigureAwait(false) is not { } answer)
            return;
        var isMine = turns.TryBegin(item.Instance);
        try
        {
            await turnRunner.StoreAnswerAsync(item, answer with { Id = item.Task }, isMine).ConfigureAwait(false);
        }
        finally
        {
            if (isMine)
                turns.End(item.Instance);
        }
    }

    private async Task<HistoryEvent?> AnswerAsync(ActivityItem item, CancellationToken stopping)
    {
        using var span = DurableTracing.Run(item);
        if (findActivity(item.Name) is not { } activity)
            return new HistoryEvent(EventKind.TaskFailed) { Failure = Unknown(item.Name), Flag = true };
        try
        {
            var result = await activity.RunAsync(item, converter, stopping).ConfigureAwait(false);
            return new HistoryEvent(EventKind.TaskCompleted) { Data = options.Serialize(converter, result, "activity's result") };
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (StoreCrashedException)
        {
            throw;
        }
        catch (Exception thrown)
        {
            span.Failed(thrown);
            DurableLog.ActivityFailed(logger, thrown, item.Name, item.Task, item.InstanceId);
            return new HistoryEvent(EventKind.TaskFailed) { Failure = TaskFailureDetails.FromException(thrown) };
        }
    }

    private static TaskFailureDetails Unknown(string name) => TaskFailureDetails.FromException(new InvalidOperationException(
        $"The function '{name}' doesn't exist, is disabled, or is not an activity function."));
}
