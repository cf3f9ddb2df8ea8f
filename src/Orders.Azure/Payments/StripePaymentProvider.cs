using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;
using Polly;

namespace Orders.Azure.Payments;

/// <summary>
/// Stripe's payment intents and refunds. Stripe goes by its own numbers; ours stand in the metadata, by which an intent is found whose number never
/// reached us. Every POST carries a key: the same for all tries of one act. docs/decisions/0011-stripe.md says what was chosen and why.
/// </summary>
public sealed class StripePaymentProvider : IPaymentProvider
{
    private const string Expanded = "expand[]=latest_charge";
    private const int MostRefunds = 100;

    private readonly StripeOptions options;
    private readonly ProviderCalls calls;
    private readonly StripeStatement statement;

    /// <param name="name">The provider's name in routes and payments.</param>
    /// <param name="options">Its key and pages.</param>
    /// <param name="handler">Sends the requests, and follows no redirects.</param>
    /// <param name="pipeline">Guards every call.</param>
    public StripePaymentProvider(string name, StripeOptions options, HttpMessageHandler handler, ResiliencePipeline<HttpResponseMessage> pipeline)
    {
        (Name, this.options) = (name, options);
        calls = new ProviderCalls(name, new Uri(options.BaseUrl.ToString().TrimEnd('/') + "/v1/"), handler, pipeline, headers =>
        {
            headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
            headers.Add("Stripe-Version", StripeOptions.ApiVersion);
        });
        statement = new StripeStatement(calls);
    }

    public string Name { get; }

    public async Task<ProviderPayment> OpenAsync(PaymentId paymentId, OrderId orderId, Money amount, string? method, CancellationToken cancellation)
    {
        if (StripeUnits.Of(amount) is not { } units)
            return Refused(paymentId);
        using var response = await PostAsync(
            "payment_intents", paymentId.Value, cancellation,
            ("amount", Text(units)), ("currency", amount.Currency.Value.ToLowerInvariant()), ("payment_method_types[]", method ?? "card"),
            (Metadata(StripeMetadata.PaymentId), paymentId.Value), (Metadata(StripeMetadata.OrderId), orderId.Value)).ConfigureAwait(false);
        if (IsRefusal(response.StatusCode))
            return Refused(paymentId);
        var intent = await ReadIntentAsync(response, paymentId, cancellation).ConfigureAwait(false) ?? throw calls.Unusable(response.StatusCode);

        // What is repeated under one key is answered as it was answered first, however the intent has fared since.
        var isReplayed = response.Headers.TryGetValues("Idempotent-Replayed", out var replayed) && replayed.Contains("true");
        if (isReplayed)
            intent = await RetrieveAsync(paymentId, intent.Id, cancellation).ConfigureAwait(false) ?? throw calls.Nonsense();
        return WordOn(paymentId, intent);
    }

    public async Task<ProviderPayment?> FindAsync(ProviderKey payment, CancellationToken cancellation) =>
        await FindIntentAsync(payment, cancellation).ConfigureAwait(false) is { } intent ? WordOn(payment.PaymentId, intent) : null;

    public async Task<ProviderPayment?> VoidAsync(ProviderKey payment, CancellationToken cancellation)
    {
        var id = payment.PaymentId;
        if (await FindIntentAsync(payment, cancellation).ConfigureAwait(false) is not { } intent)
            return null;
        if (intent.Status is StripeIntent.Succeeded or StripeIntent.Canceled)
            return WordOn(id, intent);

        // The status is part of the key: a refusal is remembered under it, and must not be the answer once the intent can be cancelled.
        using var response = await PostAsync($"payment_intents/{intent.Id}/cancel?{Expanded}", $"{id}-void-{intent.Status}", cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.BadRequest && (await ReadErrorAsync(response, cancellation).ConfigureAwait(false)).Code == StripeError.UnexpectedState)
            return await RetrieveAsync(id, intent.Id, cancellation).ConfigureAwait(false) is { } after ? WordOn(id, after) : throw calls.Nonsense();
        var canceled = await ReadIntentAsync(response, id, cancellation).ConfigureAwait(false) ?? throw calls.Unusable(response.StatusCode);
        return WordOn(id, canceled);
    }

    public async Task<ProviderRefund> RefundAsync(string refundId, ProviderKey payment, Money amount, CancellationToken cancellation)
    {
        var intent = await FindIntentAsync(payment, cancellation).ConfigureAwait(false) ?? throw calls.Away("it does not know the payment, or not yet");
        if (StripeUnits.Of(amount) is not { } units || StripeUnits.Read(0, intent.Currency)?.Currency != amount.Currency)
            return new ProviderRefund(refundId, ProviderRefundStatus.Failed, Because: "not an amount of the capture's currency");
        using var response = await PostAsync(
            "refunds", refundId, cancellation,
            ("payment_intent", intent.Id), ("amount", Text(units)), (Metadata(StripeMetadata.RefundId), refundId),
            (Metadata(StripeMetadata.PaymentId), payment.PaymentId.Value),
            (Metadata(StripeMetadata.OrderId), intent.Metadata.Get(StripeMetadata.OrderId) ?? "")).ConfigureAwait(false);
        if (IsRefusal(response.StatusCode))
        {
            var error = await ReadErrorAsync(response, cancellation).ConfigureAwait(false);
            return new ProviderRefund(refundId, ProviderRefundStatus.Failed, Because: error.ToString());
        }

        var refund = await ReadRefundAsync(response, refundId, cancellation).ConfigureAwait(false) ?? throw calls.Unusable(response.StatusCode);
        return await FindRefundAsync(refundId, payment, refund.Reference, cancellation).ConfigureAwait(false) ?? throw calls.Nonsense();
    }

    public async Task<ProviderRefund?> FindRefundAsync(string refundId, ProviderKey payment, string? reference, CancellationToken cancellation)
    {
        if (reference is not null)
        {
            using var response = await GetAsync($"refunds/{Uri.EscapeDataString(reference)}", cancellation).ConfigureAwait(false);
            return await ReadRefundAsync(response, refundId, cancellation).ConfigureAwait(false);
        }

        if (await FindIntentAsync(payment, cancellation).ConfigureAwait(false) is not { } intent)
            return null;
        var list = await calls.ReadListAsync($"refunds?payment_intent={intent.Id}&limit={MostRefunds}", StripeJson.Default.StripeListStripeRefund, cancellation).ConfigureAwait(false);
        return list.Data.FirstOrDefault(one => one.Metadata.Get(StripeMetadata.RefundId) == refundId) is { } found ? WordOn(refundId, found) : null;
    }

    public Task<Page<StatementLine>> ReadStatementAsync(DateTimeOffset from, DateTimeOffset until, string? cursor, CancellationToken cancellation) =>
        statement.ReadAsync(from, until, cursor, cancellation);

    /// <summary>
    /// For good. A key that was used for another request is one too (<c>idempotency_error</c>, 400); a wrong API key of ours (401, 403) or what is not there (404) says nothing
    /// about the money.
    /// </summary>
    private static bool IsRefusal(HttpStatusCode status) => status is HttpStatusCode.BadRequest or HttpStatusCode.PaymentRequired;

    private static ProviderPayment Refused(PaymentId paymentId) =>
        new(paymentId, ProviderPaymentStatus.Failed, Captured: null, CapturedAt: null, ProviderReference: null, PayUrl: null);

    /// <summary>By Stripe's number; else by ours, which the search finds about a minute after the intent was made.</summary>
    private async Task<StripeIntent?> FindIntentAsync(ProviderKey payment, CancellationToken cancellation)
    {
        if (payment.ProviderPaymentId is { } id)
            return await RetrieveAsync(payment.PaymentId, id, cancellation).ConfigureAwait(false);
        var query = Uri.EscapeDataString($"metadata[\"{StripeMetadata.PaymentId}\"]:\"{payment.PaymentId}\"");
        var found = await calls.ReadListAsync(
            $"payment_intents/search?query={query}&limit=1&expand[]=data.latest_charge", StripeJson.Default.StripeListStripeIntent, cancellation).ConfigureAwait(false);
        return found.Data.FirstOrDefault(intent => intent.Metadata.Get(StripeMetadata.PaymentId) == payment.PaymentId.Value);
    }

    private async Task<StripeIntent?> RetrieveAsync(PaymentId paymentId, string id, CancellationToken cancellation)
    {
        using var response = await GetAsync($"payment_intents/{Uri.EscapeDataString(id)}?{Expanded}", cancellation).ConfigureAwait(false);
        return await ReadIntentAsync(response, paymentId, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// A declined card leaves the intent open, to be tried again. Money counts only with its status; an amount that there can't be is no answer.
    /// </summary>
    private ProviderPayment WordOn(PaymentId paymentId, StripeIntent intent)
    {
        if (intent.Status == StripeIntent.Succeeded)
        {
            var money = StripeUnits.Read(intent.AmountReceived, intent.Currency);
            return money is { Amount: > 0 }
                ? new ProviderPayment(paymentId, ProviderPaymentStatus.Succeeded, money, intent.ChargedAt, intent.ChargeId ?? intent.Id, PayUrl: null) { ProviderPaymentId = intent.Id }
                : throw calls.Nonsense();
        }

        var isOpen = intent.Status != StripeIntent.Canceled;
        var payUrl = isOpen && intent.ClientSecret is { } secret ? $"{options.PayPage}#payment_intent_client_secret={Uri.EscapeDataString(secret)}" : null;
        return new ProviderPayment(
            paymentId, isOpen ? ProviderPaymentStatus.Open : ProviderPaymentStatus.Voided, Captured: null, CapturedAt: null, ProviderReference: null, payUrl)
        {
            ProviderPaymentId = intent.Id,
        };
    }

    private static ProviderRefund WordOn(string refundId, StripeRefund refund) => new(refundId, refund.Word, refund.Id, refund.FailureReason);

    /// <summary>The intent in an answer, if it is about this payment; null when there is none.</summary>
    private async Task<StripeIntent?> ReadIntentAsync(HttpResponseMessage response, PaymentId asked, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw calls.Unusable(response.StatusCode);
        var intent = await calls.ReadJsonAsync(response, StripeJson.Default.StripeIntent, cancellation).ConfigureAwait(false);
        return intent?.Metadata.Get(StripeMetadata.PaymentId) == asked.Value ? intent : throw calls.Nonsense();
    }

    private async Task<ProviderRefund?> ReadRefundAsync(HttpResponseMessage response, string asked, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw calls.Unusable(response.StatusCode);
        var refund = await calls.ReadJsonAsync(response, StripeJson.Default.StripeRefund, cancellation).ConfigureAwait(false);
        return refund?.Metadata.Get(StripeMetadata.RefundId) == asked ? WordOn(asked, refund) : throw calls.Nonsense();
    }

    private async Task<StripeError> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        (await calls.ReadJsonAsync(response, StripeJson.Default.StripeErrorAnswer, cancellation).ConfigureAwait(false))?.Error ?? new StripeError();

    private Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellation) =>
        calls.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellation);

    private Task<HttpResponseMessage> PostAsync(string path, string key, CancellationToken cancellation, params (string Name, string Value)[] form) => calls.SendAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))),
            };
            request.Headers.Add("Idempotency-Key", key);
            return request;
        },
        cancellation);

    private static string Metadata(string name) => $"metadata[{name}]";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
