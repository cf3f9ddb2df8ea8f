using Microsoft.Extensions.Logging;

namespace LocalFunctions.Durable.Engine;

/// <summary>The engine's log lines; the ids are stable.</summary>
internal static partial class DurableLog
{
    [LoggerMessage(2100, LogLevel.Information, "Activity {Name} of {InstanceId} failed at attempt {Attempt} and is tried again: {Reason}")]
    public static partial void Retrying(ILogger logger, string name, string instanceId, int attempt, string reason);

    [LoggerMessage(2101, LogLevel.Error, "Orchestration {Name} {InstanceId} failed: {Failure}")]
    public static partial void OrchestrationFailed(ILogger logger, string name, string instanceId, string failure);

    [LoggerMessage(2102, LogLevel.Warning, "Activity {Name} #{Task} of {InstanceId} failed")]
    public static partial void ActivityFailed(ILogger logger, Exception exception, string name, int task, string instanceId);

    [LoggerMessage(2103, LogLevel.Error, "The host could not store the outcome of {What}; it will be run again")]
    public static partial void Fault(ILogger logger, Exception exception, string what);

    [LoggerMessage(2104, LogLevel.Warning, "Orchestration {InstanceId} of version {Version} waits: this host runs version {Host}")]
    public static partial void VersionRejected(ILogger logger, string instanceId, string version, string host);
}
