using Microsoft.Extensions.Logging;

namespace LocalFunctions.Messaging.Broker;

/// <summary>What the bus tells, event ids 2200 to 2299.</summary>
internal static partial class MessagingLog
{
    [LoggerMessage(2200, LogLevel.Warning, "{Function} failed with message {MessageId} of {Entity}, delivery {Delivery}.")]
    public static partial void DeliveryFailed(ILogger logger, Exception failure, string function, string entity, string? messageId, int delivery);

    [LoggerMessage(2201, LogLevel.Error, "Message {MessageId} of {Entity} is a dead letter: {Reason}")]
    public static partial void DeadLettered(ILogger logger, string entity, string? messageId, string? reason);

    [LoggerMessage(2202, LogLevel.Warning, "{Function} didn't settle message {MessageId} of {Entity} in time; it is delivered again.")]
    public static partial void LockEnded(ILogger logger, string function, string entity, string? messageId);

    [LoggerMessage(2203, LogLevel.Error, "The outcome of {Function} for {Entity} could not be stored; it is delivered again.")]
    public static partial void SettlementFailed(ILogger logger, Exception fault, string function, string entity);

    [LoggerMessage(2204, LogLevel.Error, "Scheduled messages that are due could not be made visible; it is tried again.")]
    public static partial void ShowingFailed(ILogger logger, Exception fault);
}
