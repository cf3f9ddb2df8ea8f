namespace OrderFunctions;

/// <summary>
/// When the sweeps run (NCRONTAB, UTC). Written here and not as <c>%Setting%</c>: a schedule whose setting is missing keeps its function from
/// starting, and a second layer that is off without anybody noticing is none.
/// </summary>
internal static class Schedules
{
    public const string EveryMinute = "0 * * * * *";

    /// <summary>Off the full minute, so that the sweeps don't all begin at once.</summary>
    public const string EveryMinuteAtHalf = "30 * * * * *";

    public const string EveryFiveMinutes = "15 */5 * * * *";

    /// <summary>Seven minutes past, when what the hour brought has mostly been told.</summary>
    public const string Hourly = "0 7 * * * *";

    public const string Nightly = "0 17 3 * * *";

    /// <summary>After the day has closed, and after the reconciliation that the report sums up.</summary>
    public const string Reports = "0 47 3 * * *";
}
