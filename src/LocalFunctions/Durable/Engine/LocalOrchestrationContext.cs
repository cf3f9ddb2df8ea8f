using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Durable.Engine;

/// <summary>The context that orchestrators get: each member either reads the run or records a decision in it.</summary>
internal sealed class LocalOrchestrationContext(OrchestrationRun run, ILoggerFactory loggers) : TaskOrchestrationContext
{
    /// <summary>The documented limit: 16 KB of UTF-16.</summary>
    private const int MostCustomStatusChars = 8 * 1024;

    private static readonly Guid GuidNamespace = new("9e952958-5e33-4daf-827f-2fa12937b875");

    private int guids;

    public override TaskName Name => run.Execution.Name;

    public override string InstanceId => run.Execution.InstanceId;

    public override string Version => run.Execution.Version;

    public override ParentOrchestrationInstance? Parent => run.Execution.Parent;

    public override DateTime CurrentUtcDateTime => run.Now.UtcDateTime;

    public override bool IsReplaying => run.IsReplaying;

    protected override ILoggerFactory LoggerFactory => loggers;

    public override T? GetInput<T>()
        where T : default
    {
        run.EnsureCurrent();
        return run.Converter.Deserialize<T>(run.Execution.Input);
    }

    public object? ReadInput(Type type) => run.Converter.Deserialize(run.Execution.Input, type);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        EnsureCallable(name, input, options);
        return WithRetry(name, options, () =>
        {
            run.EnsureCurrent();
            var id = run.TakeId();
            run.Decide(new HistoryEvent(EventKind.TaskScheduled) { Id = id, Name = name, Data = run.Payload(input, "input") });
            return run.Open(new PendingTask<TResult>(id, name, isActivity: true)).Task;
        });
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        EnsureCallable(orchestratorName, input, options);
        var chosen = options as SubOrchestrationOptions;
        var child = chosen?.InstanceId ?? NewGuid().ToString("N");
        var version = chosen?.Version?.Version ?? run.Options.DefaultVersion;
        return WithRetry(orchestratorName, options, () =>
        {
            run.EnsureCurrent();
            var id = run.TakeId();
            run.Decide(new HistoryEvent(EventKind.SubOrchestrationCreated)
            {
                Id = id,
                Name = orchestratorName,
                Target = child,
                Version = version,
                Data = run.Payload(input, "input"),
            });
            return run.Open(new PendingTask<TResult>(id, orchestratorName, isActivity: false)).Task;
        });
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        run.EnsureCurrent();
        var id = run.TakeId();
        var due = new DateTimeOffset(fireAt.ToUniversalTime());
        run.Decide(new HistoryEvent(EventKind.TimerCreated) { Id = id, At = due });
        var timer = run.Open(new PendingTimer(id));
        if (cancellationToken.CanBeCanceled)
            cancellationToken.Register(() => run.Cancel(timer, cancellationToken));
        return timer.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        run.EnsureCurrent();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return run.Events.WaitFor<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        run.EnsureCurrent();
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        run.Decide(new HistoryEvent(EventKind.EventSent)
        {
            Id = run.TakeId(),
            Name = eventName,
            Target = instanceId,
            Data = run.Payload(payload, "event payload"),
        });
    }

    public override void SetCustomStatus(object? customStatus)
    {
        run.EnsureCurrent();
        if (run.Payload(customStatus, "custom status") is { Length: > MostCustomStatusChars } status)
            throw new ArgumentException($"The custom status has {status.Length} characters of JSON; {MostCustomStatusChars} are allowed.");
        run.SetCustomStatus(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        run.EnsureCurrent();
        run.Next = options;
    }

    /// <summary>
    /// A version 5 UUID over instance, time and a counter, as in the real SDK; the execution's number keeps two apart that
    /// begin at the same instant of a clock that stands still.
    /// </summary>
    public override Guid NewGuid()
    {
        run.EnsureCurrent();
        var execution = run.ExecutionNumber == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"_{run.ExecutionNumber}");
        var name = string.Create(CultureInfo.InvariantCulture, $"{InstanceId}_{CurrentUtcDateTime:o}_{guids++}{execution}");
        var bytes = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        GuidNamespace.TryWriteBytes(bytes, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, bytes.AsSpan(16));
#pragma warning disable CA5350 // RFC 9562 version 5 is defined over SHA-1; nothing is protected by it.
        var hash = SHA1.HashData(bytes).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    private void EnsureCallable(TaskName name, object? input, TaskOptions? options)
    {
        run.EnsureCurrent();
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        if (input is TaskOptions && options is null)
            throw new ArgumentException("TaskOptions were given as the input. Pass them as the parameter 'options'.", nameof(input));
    }

    private Task<T> WithRetry<T>(TaskName name, TaskOptions? options, Func<Task<T>> call) => options?.Retry switch
    {
        { Policy: { } policy } => CallByPolicyAsync(name, policy, call),
        { Handler: { } handler } => CallByHandlerAsync(name, handler, call),
        _ => call(),
    };

    private async Task<T> CallByPolicyAsync<T>(TaskName name, RetryPolicy policy, Func<Task<T>> call)
    {
        var first = CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException failed)
                when (!failed.IsFinal && attempt < policy.MaxNumberOfAttempts && MayRetry(policy, first, failed.FailureDetails))
            {
                LogRetry(name, attempt, failed);
            }

            await CreateTimer(CurrentUtcDateTime + Delay(policy, attempt), CancellationToken.None);
        }
    }

    private async Task<T> CallByHandlerAsync<T>(TaskName name, AsyncRetryHandler handler, Func<Task<T>> call)
    {
        var first = CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException failed) when (!failed.IsFinal)
            {
                var tried = CurrentUtcDateTime - first;
                if (!await handler(new RetryContext(this, attempt, failed.FailureDetails, tried, CancellationToken.None)))
                    throw;
                LogRetry(name, attempt, failed);
            }
        }
    }

    private bool MayRetry(RetryPolicy policy, DateTime first, TaskFailureDetails failure) =>
        policy.Handles(failure) && (policy.RetryTimeout == Timeout.InfiniteTimeSpan || CurrentUtcDateTime < first + policy.RetryTimeout);

    private static TimeSpan Delay(RetryPolicy policy, int attempt)
    {
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        var most = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(365) : policy.MaxRetryInterval;
        return milliseconds < most.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : most;
    }

    private void LogRetry(TaskName name, int attempt, TaskFailedException failed)
    {
        if (!IsReplaying)
            DurableLog.Retrying(loggers.CreateLogger("LocalFunctions.Durable"), name, InstanceId, attempt, failed.FailureDetails.ErrorMessage);
    }
}
