using Microsoft.Extensions.Logging;

namespace OrderFunctions;

/// <summary>What the functions themselves tell people. Event ids are stable: 2100 deliveries, 2200 lifecycle, 2300 statistics.</summary>
internal static partial class Logs
{
    [LoggerMessage(2101, LogLevel.Warning, "Message {MessageId} waits {Pause} in place: its dependency is away")]
    public static partial void DeliveryPaused(this ILogger log, Exception error, string? messageId, TimeSpan pause);

    [LoggerMessage(2102, LogLevel.Warning, "Message {MessageId} is given back after delivery {DeliveryCount}: its dependency is still away")]
    public static partial void DeliveryAbandoned(this ILogger log, Exception error, string? messageId, int deliveryCount);

    [LoggerMessage(2103, LogLevel.Error, "Message {MessageId} goes to the dead letters: {Reason}. {Description}")]
    public static partial void MessageRejected(this ILogger log, string? messageId, string reason, string description);

    [LoggerMessage(2104, LogLevel.Error, "Message {MessageId} failed in delivery {DeliveryCount}; it is given back after a pause")]
    public static partial void DeliveryFailed(this ILogger log, Exception error, string? messageId, int deliveryCount);

    [LoggerMessage(2201, LogLevel.Information, "{Count} ended orchestrations were purged")]
    public static partial void HistoriesPurged(this ILogger log, int count);

    [LoggerMessage(2301, LogLevel.Debug, "A stream of statistics has ended")]
    public static partial void StreamEnded(this ILogger log);

    [LoggerMessage(2302, LogLevel.Warning, "A stream of statistics waits: the counts can't be read now")]
    public static partial void StreamWaits(this ILogger log, Exception error);
}
