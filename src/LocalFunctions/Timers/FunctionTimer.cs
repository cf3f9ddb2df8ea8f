using LocalFunctions.Functions;
using LocalFunctions.Work;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Timers;

/// <summary>
/// Runs one function by its schedule, never twice at once. Occurrences ride along (<see cref="IWorkSource.NextRide"/>): the clock doesn't
/// stop for them, and several that were passed are one run. A retry after a failure is work of its own, for which the clock does stop.
/// </summary>
internal sealed class FunctionTimer : WorkSource<DateTimeOffset>
{
    private static readonly TimeSpan Punctual = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(10);

    private readonly FunctionDescriptor function;
    private readonly Schedule schedule;
    private readonly bool wantsMonitor;
    private readonly bool runOnStartup;
    private readonly RetryPlan retries;
    private readonly TimerStatuses statuses;
    private readonly IFunctionInvoker invoker;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Lock gate = new();

    private bool begun;
    private bool monitored;
    private bool running;
    private DateTimeOffset next;
    private DateTimeOffset? retryAt;
    private int failures;
    private TimerStatus status = new(null, default);

    public FunctionTimer(
        FunctionDescriptor function, Schedule schedule, TimerStatuses statuses, IFunctionInvoker invoker, TimeProvider clock, ILogger logger)
        : base($"runs of {function.Name}", concurrency: 1, clock)
    {
        var trigger = (TimerTriggerAttribute)function.Trigger;
        this.function = function;
        this.schedule = schedule;
        this.statuses = statuses;
        this.invoker = invoker;
        this.clock = clock;
        this.logger = logger;
        wantsMonitor = trigger.UseMonitor;
        runOnStartup = trigger.RunOnStartup;
        retries = RetryPlan.Of(function.Method);
    }

    public override DateTimeOffset? NextDue
    {
        get
        {
            lock (gate)
                return !running && retryAt > clock.GetUtcNow() ? retryAt : null;
        }
    }

    public override DateTimeOffset? NextRide
    {
        get
        {
            lock (gate)
            {
                Begin();
                return running || retryAt is not null || next <= clock.GetUtcNow() ? null : next;
            }
        }
    }

    protected override bool HasReady()
    {
        lock (gate)
        {
            Begin();
            return !running && (retryAt ?? next) <= clock.GetUtcNow();
        }
    }

    protected override bool TryTake(Random? chance, out DateTimeOffset item)
    {
        lock (gate)
        {
            Begin();
            item = next;
            if (running || (retryAt ?? next) > clock.GetUtcNow())
                return false;
            return running = true;
        }
    }

    protected override async Task RunAsync(DateTimeOffset item, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        bool failed;
        try
        {
            failed = await FailedAsync(item, now, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The host stops: this occurrence is neither done nor failed, and is caught up after the next start.
            End(next, retryAt, failures);
            return;
        }

        if (failed && retries.Before(failures + 1) is { } wait)
        {
            End(next, clock.GetUtcNow() + wait, failures + 1);
            return;
        }

        if (monitored)
        {
            status = new TimerStatus(now, now);
            await statuses.SaveAsync(function.Name, status).ConfigureAwait(false);
        }

        End(schedule.Next(now), retry: null, failed: 0);
    }

    protected override void OnFault(DateTimeOffset item, Exception fault)
    {
        TimerLog.StatusFailed(logger, fault, function.Name);
        End(next, clock.GetUtcNow() + AfterFault, failures);
    }

    private async Task<bool> FailedAsync(DateTimeOffset occurrence, DateTimeOffset now, CancellationToken stopping)
    {
        using var span = FunctionTracing.Start(function, "timer");
        try
        {
            var info = new TimerInfo
            {
                IsPastDue = now - occurrence > Punctual,
                ScheduleStatus = !monitored ? null : new ScheduleStatus
                {
                    Last = status.Last?.UtcDateTime ?? default,
                    Next = occurrence.UtcDateTime,
                    LastUpdated = status.Updated.UtcDateTime,
                },
            };
            var bindings = new Dictionary<string, object?> { [function.TriggerParameter.Name!] = info };
            await invoker.InvokeAsync(function, bindings, items: null, stopping).ConfigureAwait(false);
            return false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            span.Failed(failure);
            TimerLog.RunFailed(logger, failure, function.Name, failures + 1);
            return true;
        }
    }

    /// <summary>
    /// At the first look, not when it is made: the host's clock is put where the store remembers it in between. What was missed since the
    /// last run, however often, is due now.
    /// </summary>
    private void Begin()
    {
        if (begun)
            return;
        begun = true;
        var now = clock.GetUtcNow();
        monitored = wantsMonitor && schedule.CanBeMonitored(now);
        if (monitored)
        {
            if (statuses.Find(function.Name) is { } known)
                status = known;
            else
                statuses.SaveAsync(function.Name, status = new TimerStatus(null, now)).GetAwaiter().GetResult();
            next = schedule.Next(status.Last ?? status.Updated);
        }
        else
        {
            next = schedule.Next(now);
        }

        if (runOnStartup && next > now)
            next = now;
    }

    private void End(DateTimeOffset occurrence, DateTimeOffset? retry, int failed)
    {
        lock (gate)
        {
            running = false;
            next = occurrence;
            retryAt = retry;
            failures = failed;
        }
    }
}
