namespace LocalFunctions;

/// <summary>What a timer function learns of its schedule.</summary>
public class TimerInfo
{
    /// <summary>Null when the timer isn't monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether the run is late: its occurrence was missed.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>The occurrences around this run, in UTC.</summary>
public class ScheduleStatus
{
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
