using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using LocalFunctions.Hosting;
using Orders.Application;

namespace OrderFunctions.LocalHost.Tests.Traces;

/// <summary>Whoever listens hears all that the process does, so these tests run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TracesCollection
{
    public const string Name = "traces";
}

/// <summary>Listens to the spans and figures of app and host, and keeps them.</summary>
public sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> started = new();
    private readonly ConcurrentQueue<string> figures = new();
    private readonly ActivityListener spans;
    private readonly MeterListener meters;

    public Spans()
    {
        spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == OrderTracing.SourceName || HostTelemetry.Sources.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = started.Enqueue,
        };
        ActivitySource.AddActivityListener(spans);
        meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name is OrderMetrics.MeterName or HostTelemetry.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.Start();
    }

    /// <summary>In the order of their beginning, also those that a kill left without an end.</summary>
    public IReadOnlyList<Activity> All => [.. started];

    /// <summary>Each measurement: name, value, tags.</summary>
    public IReadOnlyList<string> Figures => [.. figures];

    public void ReadGauges() => meters.RecordObservableInstruments();

    public void Dispose()
    {
        spans.Dispose();
        meters.Dispose();
    }

    /// <summary>The spans of every trace in which the order occurs.</summary>
    public IReadOnlyList<Activity> Of(string orderId)
    {
        var all = All;
        var traces = all.Where(span => span.TagObjects.Any(tag => tag.Value as string == orderId)).Select(span => span.TraceId).ToHashSet();
        return [.. all.Where(span => traces.Contains(span.TraceId))];
    }

    /// <summary>Spans whose parent is nowhere.</summary>
    public static IEnumerable<string> Orphans(IReadOnlyList<Activity> spans)
    {
        var known = spans.Select(span => (span.TraceId, span.SpanId)).ToHashSet();
        return spans.Where(span => span.ParentSpanId != default && !known.Contains((span.TraceId, span.ParentSpanId)))
            .Select(span => $"{span.DisplayName} {span.Id} has no parent");
    }

    /// <summary>Activities of which there is more than one span: a call is known by the turn that made it and its number.</summary>
    public static IEnumerable<string> RunTwice(IEnumerable<Activity> spans) => spans
        .Where(span => span.DisplayName.StartsWith("activity:", StringComparison.Ordinal))
        .GroupBy(span => (span.ParentSpanId, span.GetTagItem("durabletask.task.instance_id"), span.GetTagItem("durabletask.task.task_id")))
        .Where(call => call.Count() > 1)
        .Select(call => $"{call.First().DisplayName} ran {call.Count()} times");

    /// <summary>All that anybody could read of a span.</summary>
    public static string Text(Activity span) => string.Join('\n',
    [
        span.DisplayName, span.OperationName, span.StatusDescription, span.TraceStateString,
        .. span.TagObjects.Select(Text), .. span.Baggage.Select(item => $"{item.Key}={item.Value}"),
        .. span.Events.SelectMany(one => one.Tags.Select(Text).Append(one.Name)), .. span.Links.SelectMany(link => link.Tags ?? []).Select(Text),
    ]);

    private static string Text(KeyValuePair<string, object?> tag) => $"{tag.Key}={Convert.ToString(tag.Value, CultureInfo.InvariantCulture)}";

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct =>
        figures.Enqueue($"{instrument.Name} {Convert.ToString(value, CultureInfo.InvariantCulture)} {string.Join(' ', tags.ToArray().Select(Text))}");
}
