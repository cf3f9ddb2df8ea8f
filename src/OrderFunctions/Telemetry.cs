using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orders.Application;

namespace OrderFunctions;

/// <summary>
/// Sends traces, figures and logs to whoever the standard setting <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names, over OTLP. Without it nobody listens, and spans and
/// figures are not made at all. The other standard settings hold too: sampler (<c>OTEL_TRACES_SAMPLER</c>), protocol, headers, service name, resource.
/// </summary>
public static class Telemetry
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>What the app is called where <c>OTEL_SERVICE_NAME</c> doesn't say.</summary>
    public const string ServiceName = "order-functions";

    /// <summary>
    /// Sources and meters of ours and of the SDKs that we use. Not <c>System.Net.Http</c>: its spans have whole addresses, and those of merchants' endpoints
    /// may hold secrets; calls have spans of our own.
    /// </summary>
    private static readonly string[] Sources = [OrderTracing.SourceName, "Azure.Cosmos.Operation", "Azure.Messaging.ServiceBus.*", "Microsoft.Durable*"];
    private static readonly string[] Meters = [OrderMetrics.MeterName, "System.Runtime"];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration) =>
        string.IsNullOrWhiteSpace(configuration[Endpoint]) ? services : services.AddExport();

    /// <summary>By itself, so that without the setting nothing of OpenTelemetry is even loaded.</summary>
    private static IServiceCollection AddExport(this IServiceCollection services)
    {
        // Azure's SDKs make spans only since they were asked to.
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName))
            .UseFunctionsWorkerDefaults()
            .ConfigureResource(resource => resource.AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(Sources))
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithLogging()
            .UseOtlpExporter();
        return services;
    }
}
