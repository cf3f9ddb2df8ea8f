using System.Diagnostics;
using System.Globalization;
using Orders.Application;

namespace Orders.Azure.Resilience;

/// <summary>
/// A span for each try of a call over HTTP, and the trace in its headers. It names who was called and not the path: addresses of merchants' endpoints may
/// hold secrets.
/// </summary>
/// <param name="inner">What sends.</param>
/// <param name="peer">Who is called: one word of few.</param>
public sealed class TracedCalls(HttpMessageHandler inner, string peer) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var span = OrderTracing.Call(request.Method, request.RequestUri!, peer);
        if (Activity.Current is { } current)
            DistributedContextPropagator.Current.Inject(current, request, static (carrier, name, value) => ((HttpRequestMessage)carrier!).Headers.TryAddWithoutValidation(name, value));
        HttpResponseMessage? response = null;
        try
        {
            return response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            End(span, response);
        }
    }

    private static void End(Activity? span, HttpResponseMessage? response)
    {
        if (response is null)
        {
            span.Failed("NoAnswer");
            return;
        }

        var status = (int)response.StatusCode;
        span?.SetTag("http.response.status_code", status);
        if (status >= 400)
            span.Failed(status.ToString(CultureInfo.InvariantCulture));
    }
}
