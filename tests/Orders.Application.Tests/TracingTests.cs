using System.Diagnostics;
using System.Text.Json.Nodes;
using Orders.Application.Events;
using Orders.Application.Tests.Subjects;

namespace Orders.Application.Tests;

/// <summary>Whoever listens hears all that the process does, so these tests run alone.</summary>
[CollectionDefinition("tracing", DisableParallelization = true)]
public sealed class TracingCollection;

/// <summary>How events carry the trace of their change, and that none of it is there, or costs anything, where nobody listens.</summary>
[Collection("tracing")]
public sealed class TracingTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Event_OfATracedChange_HasCloudEventsAttributes_AndIsReadWithThem()
    {
        using var listener = Listen();
        using var request = new Activity("request") { TraceStateString = "shopfront=1" }.Start();
        await shop.PlacedAsync(("MUG", 1));
        var item = await ItemAsync();

        var json = JsonNode.Parse(item.Body)!;
        Assert.StartsWith($"00-{request.TraceId}-", (string)json["traceparent"]!, StringComparison.Ordinal);
        Assert.Equal("shopfront=1", (string)json["tracestate"]!);
        var envelope = OrderEventEnvelope.Parse(item.Body);
        Assert.Equal(((string)json["traceparent"]!, "shopfront=1"), (envelope.TraceParent, envelope.TraceState));
        Assert.Null(json["data"]!["traceparent"]);
    }

    [Fact]
    public async Task PublishingAndConsuming_GoOnInTheTraceOfTheChange_FromWhereverTheyAreCalled()
    {
        using var listener = Listen();
        using (var request = new Activity("request").Start())
            await shop.PlacedAsync(("MUG", 1));
        var item = await ItemAsync();
        var change = OrderEventEnvelope.Parse(item.Body).TraceParent!;

        using var relay = new Activity("relay").Start();
        using var published = OrderTracing.Publish(item)!;
        published.Stop();
        using var consumed = OrderTracing.Consume("inventory", OrderEventEnvelope.Parse(item.Body))!;

        Assert.All([published, consumed], span =>
        {
            Assert.Equal(change, span.ParentId);
            Assert.Equal(relay.TraceId, Assert.Single(span.Links).Context.TraceId);
            Assert.Equal(item.Order.OrderId.Value, span.GetTagItem(OrderTracing.OrderTag));
        });
    }

    [Fact]
    public async Task Event_WithNobodyListening_IsAsItAlwaysWas()
    {
        await shop.PlacedAsync(("MUG", 1));

        var item = await ItemAsync();
        Assert.DoesNotContain("trace", item.Body, StringComparison.Ordinal);
        Assert.Null(OrderEventEnvelope.Parse(item.Body).TraceParent);
    }

    [Fact]
    public async Task WithNobodyListening_SpansAndFiguresCostNoMemory()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var item = await ItemAsync();
        var envelope = OrderEventEnvelope.Parse(item.Body);
        Assert.Equal(0, AllocatedBy(Trace));

        using var listener = Listen();
        Assert.NotEqual(0, AllocatedBy(Trace));

        void Trace()
        {
            using var place = OrderTracing.Start("place order", order.OrderId);
            using var publish = OrderTracing.Publish(item);
            using var consume = OrderTracing.Consume("inventory", envelope);
            OrderMetrics.Placed.Add(1);
            OrderMetrics.Changes.Add(1, OrderMetrics.By("order.event", item.Type));
        }
    }

    [Fact]
    public async Task Failure_IsTold_ByItsTypeAlone()
    {
        using var listener = Listen();
        var order = await shop.PlacedAsync(("MUG", 1));
        using var span = OrderTracing.Start("change order", order.OrderId)!;
        span.Failed(new InvalidOperationException("17 Nowhere Lane"));

        Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription));
        Assert.Equal(nameof(InvalidOperationException), span.GetTagItem("error.type"));
        Assert.Empty(span.Events);
    }

    private static long AllocatedBy(Action work)
    {
        for (var warm = 0; warm < 100; warm++)
            work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < 100; run++)
            work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private async Task<OutboxItem> ItemAsync() =>
        Assert.Single(await shop.Use<IOutbox>().FindOlderThanAsync(shop.Clock.GetUtcNow().AddDays(1), 10, default));

    private static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == OrderTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
