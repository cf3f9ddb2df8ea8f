using Microsoft.Extensions.Logging;

namespace LocalFunctions.ChangeFeed;

/// <summary>What the change feed tells, event ids 2400 to 2499.</summary>
internal static partial class ChangeFeedLog
{
    [LoggerMessage(2400, LogLevel.Warning, "{Function} failed {Failures} times with {Changes} changes of {Container}; it gets them again in {Wait}.")]
    public static partial void BatchFailed(
        ILogger logger, Exception failure, string function, string container, int changes, int failures, TimeSpan wait);

    [LoggerMessage(2401, LogLevel.Error, "{Function} failed {Failures} times with {Changes} changes of {Container}; they are lost to it.")]
    public static partial void BatchLost(ILogger logger, Exception failure, string function, string container, int changes, int failures);

    [LoggerMessage(2402, LogLevel.Error, "How far {Function} has read {Container} could not be stored; it gets the same changes again.")]
    public static partial void CheckpointFailed(ILogger logger, Exception fault, string function, string container);
}
