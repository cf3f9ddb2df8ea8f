using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Azure.Resilience;
using Orders.Domain;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Orders.Azure.Payments;

/// <summary>Where a provider is and what it wants to see (section <c>Payments:&lt;provider&gt;</c>).</summary>
public sealed record HttpPaymentProviderOptions
{
    /// <summary>The API's address; <c>v1/…</c> is put behind it.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>Sent as a bearer key. From settings only, never logged.</summary>
    public required string ApiKey { get; init; }

    /// <summary>Never a key in a log by accident.</summary>
    public override string ToString() => BaseUrl.ToString();
}

/// <summary>
/// A payment provider over HTTP with JSON. Every call that changes something carries the same <c>Idempotency-Key</c> in all its tries, so the
/// pipeline may repeat what it doesn't know the outcome of.
/// </summary>
public sealed class HttpPaymentProvider : IPaymentProvider
{
    private const int MostAnswerBytes = 64 * 1024;

    private readonly HttpClient http;
    private readonly ResiliencePipeline<HttpResponseMessage> pipeline;

    /// <param name="name">The provider's name in routes and payments.</param>
    /// <param name="options">Its address and key.</param>
    /// <param name="handler">Sends the requests. It must not follow redirects: a POST would arrive elsewhere as a GET, and its 200 be believed.</param>
    /// <param name="pipeline">Guards every call.</param>
    public HttpPaymentProvider(string name, HttpPaymentProviderOptions options, HttpMessageHandler handler, ResiliencePipeline<HttpResponseMessage> pipeline)
    {
        Name = name;
        this.pipeline = pipeline;
        http = new HttpClient(handler)
        {
            BaseAddress = new Uri(options.BaseUrl.ToString().TrimEnd('/') + "/v1/"),
            // The pipeline bounds the time.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostAnswerBytes,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
    }

    public string Name { get; }

    public async Task<ProviderPayment> OpenAsync(PaymentId paymentId, OrderId orderId, Money amount, string? method, CancellationToken cancellation)
    {
        var body = new OpenRequest(paymentId, orderId, amount.Amount, amount.Currency, method);
        using var response = await SendAsync(
            () => Post("payments", body, ProviderApiJson.Default.OpenRequest, paymentId.Value), cancellation).ConfigureAwait(false);
        if (IsRefusal(response.StatusCode))
            return new ProviderPayment(paymentId, ProviderPaymentStatus.Failed, Captured: null, CapturedAt: null, ProviderReference: null, PayUrl: null);
        return await ReadAsync(response, paymentId, cancellation).ConfigureAwait(false) ?? throw Unusable(response.StatusCode);
    }

    public async Task<ProviderPayment?> FindAsync(PaymentId paymentId, CancellationToken cancellation)
    {
        using var response = await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Get, $"payments/{paymentId}"), cancellation).ConfigureAwait(false);
        return await ReadAsync(response, paymentId, cancellation).ConfigureAwait(false);
    }

    public async Task<ProviderPayment?> VoidAsync(PaymentId paymentId, CancellationToken cancellation)
    {
        using var response = await SendAsync(
            () => WithKey(new HttpRequestMessage(HttpMethod.Post, $"payments/{paymentId}/void"), $"{paymentId}-void"), cancellation).ConfigureAwait(false);
        return await ReadAsync(response, paymentId, cancellation).ConfigureAwait(false);
    }

    public async Task<bool> RefundAsync(string refundId, PaymentId paymentId, Money amount, CancellationToken cancellation)
    {
        var body = new RefundRequest(refundId, paymentId, amount.Amount, amount.Currency);
        using var response = await SendAsync(
            () => Post("refunds", body, ProviderApiJson.Default.RefundRequest, refundId), cancellation).ConfigureAwait(false);
        if (IsRefusal(response.StatusCode))
            return false;
        if (!response.IsSuccessStatusCode)
            throw Unusable(response.StatusCode);
        var answer = await ReadJsonAsync(response, ProviderApiJson.Default.RefundAnswer, cancellation).ConfigureAwait(false);
        return answer?.RefundId != refundId ? throw Nonsense() : answer.Status switch
        {
            ProviderRefundStatus.Succeeded => true,
            ProviderRefundStatus.Failed => false,
            ProviderRefundStatus.Pending => throw Away("it has not decided on the refund yet"),
            _ => throw Nonsense(),
        };
    }

    /// <summary>
    /// For good: asking again would get the same answer. Others, a wrong key of ours (401) or a wrong address (404 on a POST), say nothing about
    /// the money and are for people to mend, so they count as "not available".
    /// </summary>
    private static bool IsRefusal(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.PaymentRequired or HttpStatusCode.UnprocessableEntity;

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        try
        {
            // A request message can be sent once, so every try makes its own.
            var response = await pipeline.ExecuteAsync(
                async (make, token) =>
                {
                    using var message = make();
                    return await http.SendAsync(message, token).ConfigureAwait(false);
                },
                request, cancellation).ConfigureAwait(false);
            if (!HttpPipeline.IsTransient(response.StatusCode))
                return response;
            response.Dispose();
            throw Unusable(response.StatusCode);
        }
        catch (Exception away) when (away is HttpRequestException or TimeoutRejectedException or BrokenCircuitException)
        {
            throw new DependencyUnavailableException($"The payment provider '{Name}'", away);
        }
    }

    /// <summary>The payment in an answer; null when the provider never heard of it.</summary>
    private async Task<ProviderPayment?> ReadAsync(HttpResponseMessage response, PaymentId asked, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw Unusable(response.StatusCode);
        var answer = await ReadJsonAsync(response, ProviderApiJson.Default.PaymentAnswer, cancellation).ConfigureAwait(false);
        return answer?.About(asked) ?? throw Nonsense();
    }

    /// <summary>The body, whatever it says of its own type: a proxy's page is told from an answer by its content.</summary>
    private async Task<T?> ReadJsonAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException malformed)
        {
            throw Nonsense(malformed);
        }
    }

    private DependencyUnavailableException Unusable(HttpStatusCode status) => Away($"it answered {(int)status}");

    private DependencyUnavailableException Nonsense(JsonException? inner = null) => Away("it answered nonsense", inner);

    private DependencyUnavailableException Away(string because, Exception? inner = null) => new($"The payment provider '{Name}' ({because})", inner);

    private static HttpRequestMessage Post<T>(string path, T body, JsonTypeInfo<T> type, string key) =>
        WithKey(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, type) }, key);

    private static HttpRequestMessage WithKey(HttpRequestMessage request, string key)
    {
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }
}
