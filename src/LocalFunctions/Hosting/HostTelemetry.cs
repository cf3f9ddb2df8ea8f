using System.Diagnostics.Metrics;
using LocalFunctions.Durable.Engine;
using LocalFunctions.Functions;
using LocalFunctions.Http;
using LocalFunctions.Messaging.Broker;

namespace LocalFunctions.Hosting;

/// <summary>Names of what the host traces and measures, for whoever listens; and its figures, which are read when somebody asks and else cost nothing.</summary>
public sealed class HostTelemetry
{
    public const string MeterName = "LocalFunctions";

    internal HostTelemetry(IMeterFactory meters, LocalServiceBus bus, DurableEngine engine)
    {
        // The factory owns the meter: it goes with the host.
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("localfunctions.messages", () => Messages(bus), "{message}", "Messages in queues and subscriptions, by state.");
        meter.CreateObservableGauge("localfunctions.orchestrations", () => Orchestrations(engine), "{instance}", "Orchestrations, by state.");
    }

    /// <summary>The names of the host's activity sources: requests, timers and feeds, orchestrations, messages.</summary>
    public static IReadOnlyList<string> Sources { get; } =
        [HttpTracing.SourceName, FunctionTracing.SourceName, DurableTracing.SourceName, MessagingTracing.SourceName];

    private static IEnumerable<Measurement<long>> Messages(LocalServiceBus bus)
    {
        foreach (var (entity, counts) in bus.Counts)
        {
            yield return Of(counts.Active, entity, "active");
            yield return Of(counts.Scheduled, entity, "scheduled");
            yield return Of(counts.Dead, entity, "dead");
        }

        static Measurement<long> Of(long value, string entity, string state) =>
            new(value, new("messaging.destination.name", entity), new("state", state));
    }

    private static IEnumerable<Measurement<long>> Orchestrations(DurableEngine engine)
    {
        var counts = engine.Counts;
        yield return new(counts.Live, new KeyValuePair<string, object?>("state", "live"));
        yield return new(counts.Completed, new KeyValuePair<string, object?>("state", "completed"));
        yield return new(counts.Failed, new KeyValuePair<string, object?>("state", "failed"));
        yield return new(counts.Terminated, new KeyValuePair<string, object?>("state", "terminated"));
    }
}
