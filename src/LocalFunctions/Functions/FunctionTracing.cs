using System.Diagnostics;

namespace LocalFunctions.Functions;

/// <summary>Spans of what begins by itself: timers and change feeds. They begin traces of their own.</summary>
internal static class FunctionTracing
{
    public const string SourceName = "LocalFunctions.Functions";

    private static readonly ActivitySource Source = new(SourceName);

    /// <param name="function">What runs.</param>
    /// <param name="trigger">As OpenTelemetry names it: <c>timer</c> or <c>datasource</c>.</param>
    public static Activity? Start(FunctionDescriptor function, string trigger)
    {
        var span = Source.StartActivity(function.Name, ActivityKind.Internal);
        span?.SetTag("faas.name", function.Name);
        span?.SetTag("faas.trigger", trigger);
        return span;
    }
}
