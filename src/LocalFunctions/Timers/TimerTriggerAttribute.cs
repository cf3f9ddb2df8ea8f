namespace LocalFunctions;

/// <summary>
/// Runs the function by a schedule: an NCRONTAB expression of six fields (seconds first, UTC), a <see cref="TimeSpan"/> such as
/// <c>"00:05:00"</c>, or <c>%Setting%</c> that holds either.
/// </summary>
public sealed class TimerTriggerAttribute : TriggerBindingAttribute
{
    public TimerTriggerAttribute(string schedule)
    {
        Schedule = schedule;
        UseMonitor = true;
    }

    public string Schedule { get; private set; }

    /// <summary>
    /// Whether the last run is remembered, so that one missed while the host was down is caught up. Never for schedules that come more
    /// than once a minute.
    /// </summary>
    public bool UseMonitor { get; set; }

    /// <summary>Whether the function runs at every start, too.</summary>
    public bool RunOnStartup { get; set; }
}
