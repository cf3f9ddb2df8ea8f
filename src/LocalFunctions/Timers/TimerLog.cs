using Microsoft.Extensions.Logging;

namespace LocalFunctions.Timers;

/// <summary>What timers tell, event ids 2300 to 2399.</summary>
internal static partial class TimerLog
{
    [LoggerMessage(2300, LogLevel.Error, "Timer {Function} failed, {Failures} times in a row.")]
    public static partial void RunFailed(ILogger logger, Exception failure, string function, int failures);

    [LoggerMessage(2301, LogLevel.Error, "That timer {Function} ran could not be stored; it runs again.")]
    public static partial void StatusFailed(ILogger logger, Exception fault, string function);
}
