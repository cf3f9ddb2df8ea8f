using LocalFunctions.Functions;
using LocalFunctions.Storage;
using LocalFunctions.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Timers;

/// <summary>Runs the functions with <c>[TimerTrigger]</c>.</summary>
/// <param name="store">Remembers when monitored timers ran.</param>
/// <param name="invoker">Runs functions.</param>
/// <param name="configuration">For <c>%Setting%</c>.</param>
/// <param name="clock">The host's time.</param>
/// <param name="logger">Told of failed runs.</param>
public sealed class TimerTriggers(
    LocalStore store, IFunctionInvoker invoker, IConfiguration configuration, TimeProvider clock, ILogger<TimerTriggers> logger) : ITriggerFamily
{
    private readonly TimerStatuses statuses = new(store);
    private readonly List<FunctionTimer> timers = [];

    public IEnumerable<IWorkSource> Sources => timers;

    public bool Handles(Attribute trigger) => trigger is TimerTriggerAttribute;

    public IEnumerable<string> Check(FunctionDescriptor function)
    {
        if (function.TriggerParameter.ParameterType != typeof(TimerInfo))
            yield return $"a timer is bound to TimerInfo, not to {function.TriggerParameter.ParameterType.Name}.";
        if (Problem((TimerTriggerAttribute)function.Trigger) is { } problem)
            yield return problem;
    }

    public void Add(FunctionDescriptor function)
    {
        var schedule = Schedule.Parse(SettingNames.Resolve(configuration, ((TimerTriggerAttribute)function.Trigger).Schedule));
        timers.Add(new FunctionTimer(function, schedule, statuses, invoker, clock, logger));
    }

    private string? Problem(TimerTriggerAttribute trigger)
    {
        try
        {
            var schedule = Schedule.Parse(SettingNames.Resolve(configuration, trigger.Schedule));
            return schedule.Next(clock.GetUtcNow()) == DateTimeOffset.MaxValue ? $"'{trigger.Schedule}' never fires." : null;
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidOperationException)
        {
            return wrong.Message;
        }
    }
}
