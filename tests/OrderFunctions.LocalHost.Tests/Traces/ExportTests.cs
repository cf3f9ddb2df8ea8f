using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OrderFunctions.LocalHost.Tests.Traces;

/// <summary>What goes to a collector, and by which settings.</summary>
[Collection(TracesCollection.Name)]
public sealed class ExportTests
{
    [Fact]
    public async Task WithAnEndpoint_TracesFiguresAndLogsAreSent_UnderOurName()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var shop = await StartAsync(receiver);
        await shop.PlaceAsync();
        await shop.AdvanceAsync("PT1M");

        await receiver.HasSoonAsync("traces", Telemetry.ServiceName, "POST /api/orders", "place order", "orchestration:OrderLifecycle", "consume order.placed.v1");
        await receiver.HasSoonAsync("metrics", Telemetry.ServiceName, "orders.placed", "localfunctions.messages");
        Assert.Equal(["application/x-protobuf"], receiver.Types);
    }

    [Fact]
    public async Task WithANameAndASamplerBySetting_BothHold()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var shop = await StartAsync(receiver, ("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_SERVICE_NAME", "tea-shop"));
        await shop.PlaceAsync();
        await shop.AdvanceAsync("PT1M");

        await receiver.HasSoonAsync("metrics", "tea-shop", "orders.placed");
        Assert.False(receiver.Has("metrics", Telemetry.ServiceName));
        shop.Host.Services.GetRequiredService<TracerProvider>().ForceFlush();
        Assert.False(receiver.Has("traces"));
    }

    [Fact]
    public async Task WithoutAnEndpoint_NobodyListens()
    {
        await using var shop = await TestShop.StartAsync();

        Assert.Null(shop.Host.Services.GetService<TracerProvider>());
        Assert.Null(shop.Host.Services.GetService<MeterProvider>());
        Assert.False(Orders.Application.OrderTracing.IsOn);
        Assert.False(Orders.Application.OrderMetrics.CheckoutDuration.Enabled);
    }

    private static Task<TestShop> StartAsync(OtlpReceiver receiver, params (string Name, string Value)[] also) => TestShop.StartAsync(builder =>
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [Telemetry.Endpoint] = receiver.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "50",
        });
        builder.Configuration.AddInMemoryCollection(also.ToDictionary(one => one.Name, one => (string?)one.Value));
    });
}
