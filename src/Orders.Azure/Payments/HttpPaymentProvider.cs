using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;
using Polly;

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
    private readonly ProviderCalls calls;

    /// <param name="name">The provider's name in routes and payments.</param>
    /// <param name="options">Its address and key.</param>
    /// <param name="handler">Sends the requests, and follows no redirects.</param>
    /// <param name="pipeline">Guards every call.</param>
    public HttpPaymentProvider(string name, HttpPaymentProviderOptions options, HttpMessageHandler handler, ResiliencePipeline<HttpResponseMessage> pipeline)
    {
        Name = name;
        calls = new ProviderCalls(
            name, new Uri(options.BaseUrl.ToString().TrimEnd('/') + "/v1/"), handler, pipeline,
            headers => headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey));
    }

    public string Name { get; }

    public async Task<ProviderPayment> OpenAsync(PaymentId paymentId, OrderId orderId, Money amount, string? method, CancellationToken cancellation)
    {
        var body = new OpenRequest(paymentId, orderId, amount.Amount, amount.Currency, method);
        using var response = await calls.SendAsync(
            () => Post("payments", body, ProviderApiJson.Default.OpenRequest, paymentId.Value), cancellation).ConfigureAwait(false);
        if (IsRefusal(response.StatusCode))
            return new ProviderPayment(paymentId, ProviderPaymentStatus.Failed, Captured: null, CapturedAt: null, ProviderReference: null, PayUrl: null);
        return await ReadAsync(response, paymentId, cancellation).ConfigureAwait(false) ?? throw calls.Unusable(response.StatusCode);
    }

    public async Task<ProviderPayment?> FindAsync(ProviderKey payment, CancellationToken cancellation)
    {
        using var response = await calls.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Get, $"payments/{payment.PaymentId}"), cancellation).ConfigureAwait(false);
        return await ReadAsync(response, payment.PaymentId, cancellation).ConfigureAwait(false);
    }

    public async Task<ProviderPayment?> VoidAsync(ProviderKey payment, CancellationToken cancellation)
    {
        var id = payment.PaymentId;
        using var response = await calls.SendAsync(
            () => WithKey(new HttpRequestMessage(HttpMethod.Post, $"payments/{id}/void"), $"{id}-void"), cancellation).ConfigureAwait(false);
        return await ReadAsync(response, id, cancellation).ConfigureAwait(false);
    }

    public async Task<ProviderRefund> RefundAsync(string refundId, ProviderKey payment, Money amount, CancellationToken cancellation)
    {
        var body = new RefundRequest(refundId, payment.PaymentId, amount.Amount, amount.Currency);
        using var response = await calls.SendAsync(
            () => Post("refunds", body, ProviderApiJson.Default.RefundRequest, refundId), cancellation).ConfigureAwait(false);
        if (IsRefusal(response.StatusCode))
            return new ProviderRefund(refundId, ProviderRefundStatus.Failed, Because: $"refused with {(int)response.StatusCode}");
        if (!response.IsSuccessStatusCode)
            throw calls.Unusable(response.StatusCode);
        return await ReadRefundAsync(response, refundId, cancellation).ConfigureAwait(false);
    }

    public async Task<ProviderRefund?> FindRefundAsync(string refundId, ProviderKey payment, string? reference, CancellationToken cancellation)
    {
        using var response = await calls.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Get, $"refunds/{Uri.EscapeDataString(refundId)}"), cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw calls.Unusable(response.StatusCode);
        return await ReadRefundAsync(response, refundId, cancellation).ConfigureAwait(false);
    }

    public async Task<Page<StatementLine>> ReadStatementAsync(DateTimeOffset from, DateTimeOffset until, string? cursor, CancellationToken cancellation)
    {
        var after = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
        var answer = await calls.ReadListAsync(
            $"statement?from={Text(from)}&until={Text(until)}{after}", ProviderApiJson.Default.StatementAnswer, cancellation).ConfigureAwait(false);
        return answer.AsPage() ?? throw calls.Nonsense();
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>
    /// For good: asking again would get the same answer. Others, a wrong key of ours (401) or a wrong address (404 on a POST), say nothing about
    /// the money and are for people to mend, so they count as "not available".
    /// </summary>
    private static bool IsRefusal(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.PaymentRequired or HttpStatusCode.UnprocessableEntity;

    /// <summary>The payment in an answer; null when the provider never heard of it.</summary>
    private async Task<ProviderPayment?> ReadAsync(HttpResponseMessage response, PaymentId asked, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw calls.Unusable(response.StatusCode);
        var answer = await calls.ReadJsonAsync(response, ProviderApiJson.Default.PaymentAnswer, cancellation).ConfigureAwait(false);
        return answer?.About(asked) ?? throw calls.Nonsense();
    }

    private async Task<ProviderRefund> ReadRefundAsync(HttpResponseMessage response, string asked, CancellationToken cancellation)
    {
        var answer = await calls.ReadJsonAsync(response, ProviderApiJson.Default.RefundAnswer, cancellation).ConfigureAwait(false);
        return answer?.About(asked) ?? throw calls.Nonsense();
    }

    private static HttpRequestMessage Post<T>(string path, T body, JsonTypeInfo<T> type, string key) =>
        WithKey(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, type) }, key);

    private static HttpRequestMessage WithKey(HttpRequestMessage request, string key)
    {
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }
}
