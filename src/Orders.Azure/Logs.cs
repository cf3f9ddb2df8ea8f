using Microsoft.Extensions.Logging;

namespace Orders.Azure;

/// <summary>What the adapters tell people. Event ids are stable: 5100 identity.</summary>
internal static partial class Logs
{
    [LoggerMessage(5101, LogLevel.Warning, "The identity gave no token for Redis; the one before goes on until it ends")]
    public static partial void NoTokenForRedis(this ILogger log, Exception error);

    [LoggerMessage(5102, LogLevel.Warning, "Redis did not take a new token on a connection that lives; it is sent again soon")]
    public static partial void TokenNotTakenByRedis(this ILogger log, Exception error);
}
