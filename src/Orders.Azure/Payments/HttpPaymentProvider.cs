using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Orders.Application;
using Orders.Application.Payments;
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
    private readonly HttpClient http;
    private readonly ResiliencePipeline<HttpResponseMessage> pipeline;

    /// <param name="name">The provider's name in routes and payments.</param>
    /// <param name="options">Its address and key.</param>
    /// <param name="handler">Sends the requests.</param>
    /// <param name="pipeline">Guards every call.</param>
    public HttpPaymentProvider(string name, HttpPaymentProviderOptions options, HttpMessageHandler handler, ResiliencePipeline<HttpResponseMessage> pipeline)
    {
        Name = name;
        this.pipeline = pipeline;
        http = new HttpClient(handler)
        {
            BaseAddress = new Uri(options.BaseUrl.ToString().TrimEnd('/') + "/v1/"),
            // The pipeline bounds the time, on the host's clock.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
    }

    public string Name { get; }

    public async Task<ProviderPayment> OpenAsync(PaymentId paymentId, OrderId orderId, Money amount, string? method, CancellationToken cancellation)
    {
        var body = new OpenRequest(paymentId, orderId, amount.Amount, amount.Currency, method);
        using var response = await SendAsync(() => Post("payments", body, ProviderApiJson.Default.OpenRequest, paymentId.Value), cancellation).ConfigureAwait(false);
        return await ReadAsync(response, paymentId, cancellation).ConfigureAwait(false) ?? throw Unusable(response);
    }

    public async Task<ProviderPayment?> FindAsync(PaymentId paymentId, CancellationToken cancellation)
    {
        using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"payments/{paymentId}"), cancellation).ConfigureAwait(false);
        return await ReadAsync(response, paymentId, cancellation).ConfigureAwait(false);
    }

    public async Task<ProviderPayment?> VoidAsync(PaymentId paymentId, CancellationToken cancellation)
    {
        using var response = await SendAsync(() => WithKey(new HttpRequestMessage(HttpMethod.Post, $"payments/{paymentId}/void"), $"{paymentId}-void"), cancellation).ConfigureAwait(false);
        return await ReadAsync(response, paymentId, cancellation).ConfigureAwait(false);
    }

    public async Task<bool> RefundAsync(string refundId, PaymentId paymentId, Money amount, CancellationToken cancellation)
    {
        var body = new RefundRequest(refundId, paymentId, amount.Amount, amount.Currency);
        using var response = await SendAsync(() => Post("refunds", body, ProviderApiJson.Default.RefundRequest, refundId), cancellation).ConfigureAwait(false);
        return response.IsSuccessStatusCode || (IsRefusal(response.StatusCode) ? false : throw Unusable(response));
    }

    /// <summary>For good: asking again would get the same answer. A wrong key of ours is not the buyer's refusal.</summary>
    private static bool IsRefusal(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity;

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
            return Resilience.HttpPipeline.IsTransient(response.StatusCode) ? throw Unusable(response) : response;
        }
        catch (Exception away) when (away is HttpRequestException or TimeoutRejectedException or BrokenCircuitException)
        {
            throw new DependencyUnavailableException($"the payment provider '{Name}'", away);
        }
    }

    private async Task<ProviderPayment?> ReadAsync(HttpResponseMessage response, PaymentId asked, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw Unusable(response);
        try
        {
            var answer = await response.Content.ReadFromJsonAsync(ProviderApiJson.Default.PaymentAnswer, cancellation).ConfigureAwait(false);
            if (answer?.PaymentId != asked)
                throw Unusable(response);
            var captured = answer.Captured is { } money ? new Money(money.Amount, money.Currency) : (Money?)null;
            return new ProviderPayment(asked, answer.Status, captured, answer.CapturedAt, answer.ProviderReference, answer.PayUrl);
        }
        catch (JsonException malformed)
        {
            throw new DependencyUnavailableException($"the payment provider '{Name}', which answered nonsense,", malformed);
        }
    }

    private DependencyUnavailableException Unusable(HttpResponseMessage response) =>
        new($"the payment provider '{Name}' (it answered {(int)response.StatusCode})");

    private static HttpRequestMessage Post<T>(string path, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string key) =>
        WithKey(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, type) }, key);

    private static HttpRequestMessage WithKey(HttpRequestMessage request, string key)
    {
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }
}
