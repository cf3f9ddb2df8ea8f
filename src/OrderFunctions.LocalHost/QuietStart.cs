using Microsoft.Extensions.Logging;

namespace OrderFunctions.LocalHost;

/// <summary>What the local host logs to the terminal.</summary>
internal static class QuietStart
{
    /// <summary>
    /// Warnings and worse. A start that fails is not logged as well: it reaches <see cref="LocalHostProgram"/>, which says in one line what to mend,
    /// and a page of trace above it would hide that.
    /// </summary>
    public static void AddQuietStart(this ILoggingBuilder logging) =>
        logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
}
