using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Orders.Application.Events;
using Orders.Application.Payments;
using Polly;
using Polly.Timeout;

namespace Orders.Azure.Events;

/// <summary>
/// Sends webhooks over HTTP. One try within a bound: repeating is the table of waits, which spares an endpoint that is down better than a circuit
/// would, and one pipeline for all has no circuit that one endpoint could open for the others.
/// </summary>
public sealed class HttpWebhookSender : IWebhookSender
{
    private readonly HttpClient http;
    private readonly ResiliencePipeline pipeline;
    private readonly TimeProvider network;

    /// <param name="handler">Sends the requests. It must not follow redirects: whoever registered an endpoint would choose any other by one.</param>
    /// <param name="timeout">Bound of a call.</param>
    /// <param name="network">The time that bounds and measures the calls: real time on a host whose clock can be moved.</param>
    public HttpWebhookSender(HttpMessageHandler handler, TimeSpan timeout, TimeProvider network)
    {
        this.network = network;
        pipeline = new ResiliencePipelineBuilder { TimeProvider = network }.AddTimeout(timeout).Build();
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<SendOutcome> SendAsync(WebhookMessage message, CancellationToken cancellation)
    {
        var began = network.GetTimestamp();
        var outcome = await TryAsync(message, cancellation).ConfigureAwait(false);
        return outcome with { DurationMs = (long)network.GetElapsedTime(began).TotalMilliseconds };
    }

    private async Task<SendOutcome> TryAsync(WebhookMessage message, CancellationToken cancellation)
    {
        try
        {
            return await pipeline.ExecuteAsync(
                async (sent, token) =>
                {
                    using var request = RequestOf(sent);
                    // The body is nobody's business: the handler throws away what is left of it, so much and no more.
                    using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
                    return (SendOutcome)new SendOutcome.Answered((int)response.StatusCode, RetryAfter(response.Headers.RetryAfter, sent.Timestamp));
                },
                message, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException)
        {
            return new SendOutcome.NotReached("no answer in time");
        }
        catch (HttpRequestException away)
        {
            return new SendOutcome.NotReached(WordsFor(away));
        }
    }

    private static HttpRequestMessage RequestOf(WebhookMessage message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, message.Url) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(StandardWebhook.IdHeader, message.Id);
        request.Headers.Add(StandardWebhook.TimestampHeader, message.Timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(StandardWebhook.SignatureHeader, message.Signatures);
        return request;
    }

    /// <summary>A date counts from when the message was sent, by the host's time.</summary>
    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > now => date - now,
        _ => null,
    };

    /// <summary>Ours, not the library's: its own name hosts and addresses of our network.</summary>
    private static string WordsFor(HttpRequestException away) => away switch
    {
        { InnerException: AddressNotAllowedException } => "its address is not one of the open internet",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "no secure connection",
        { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
        _ => "the connection broke",
    };
}
