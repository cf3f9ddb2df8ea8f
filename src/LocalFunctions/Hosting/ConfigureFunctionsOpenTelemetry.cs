using LocalFunctions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace LocalFunctions;

/// <summary>What an app that exports its telemetry says on either host.</summary>
public static class ConfigureFunctionsOpenTelemetry
{
    /// <summary>Adds the host's own spans and figures to those of the app.</summary>
    public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .WithTracing(tracing => tracing.AddSource([.. HostTelemetry.Sources]))
            .WithMetrics(metrics => metrics.AddMeter(HostTelemetry.MeterName));
    }
}
