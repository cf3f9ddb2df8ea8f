using System.Diagnostics;
using System.Net;
using Orders.Application;
using Orders.Azure.Resilience;

namespace Orders.Azure.Tests.Resilience;

/// <summary>Calls over HTTP as a tracing system sees them, and as the called one can go on with the trace.</summary>
public sealed class TracedCallsTests
{
    private const string Secret = "https://shop.example:8443/hooks/s3cret?token=1";

    [Theory]
    [InlineData(HttpStatusCode.OK, ActivityStatusCode.Unset, null)]
    [InlineData(HttpStatusCode.NotFound, ActivityStatusCode.Error, "404")]
    [InlineData(HttpStatusCode.ServiceUnavailable, ActivityStatusCode.Error, "503")]
    public async Task Call_IsASpanWithoutItsPath_AndCarriesTheTrace(HttpStatusCode answer, ActivityStatusCode status, string? error)
    {
        using var test = new Activity("test") { TraceStateString = "shopfront=1" }.Start();
        var (spans, handler) = (new List<Activity>(), new Recording(answer));
        using (Listen(spans, test.TraceId))
            await SendAsync(handler);

        var span = Assert.Single(spans);
        Assert.Equal(("POST acme", ActivityKind.Client, status), (span.DisplayName, span.Kind, span.Status));
        Assert.Equal(("shop.example", 8443, (int)answer), (span.GetTagItem("server.address"), span.GetTagItem("server.port"), span.GetTagItem("http.response.status_code")));
        Assert.Equal(error, span.GetTagItem("error.type"));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value is string text && text.Contains("s3cret", StringComparison.Ordinal));
        Assert.Equal((span.Id, "shopfront=1"), (handler.Header("traceparent"), handler.Header("tracestate")));
    }

    [Fact]
    public async Task Call_WithoutAnAnswer_IsAnError()
    {
        using var test = new Activity("test").Start();
        var spans = new List<Activity>();
        using (Listen(spans, test.TraceId))
            await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(new Recording(answer: null)));

        Assert.Equal((ActivityStatusCode.Error, "NoAnswer"), (Assert.Single(spans).Status, spans[0].GetTagItem("error.type")));
    }

    [Fact]
    public async Task Call_OfNobodyWhoTraces_IsSentAsItIs()
    {
        Activity.Current = null;
        var handler = new Recording(HttpStatusCode.OK);
        await SendAsync(handler);

        Assert.Null(handler.Header("traceparent"));
    }

    private static async Task SendAsync(Recording handler)
    {
        using var client = new HttpClient(new TracedCalls(handler, "acme"));
        using var response = await client.PostAsync(new Uri(Secret), content: null);
    }

    /// <summary>To what belongs to the test: others run beside it.</summary>
    private static ActivityListener Listen(List<Activity> spans, ActivityTraceId test)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == OrderTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == test ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private sealed class Recording(HttpStatusCode? answer) : HttpMessageHandler
    {
        private HttpRequestMessage? sent;

        public string? Header(string name) => sent!.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent = request;
            return answer is { } status ? Task.FromResult(new HttpResponseMessage(status)) : throw new HttpRequestException("no connection");
        }
    }
}
