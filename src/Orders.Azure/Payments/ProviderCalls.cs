using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orders.Application;
using Orders.Azure.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Orders.Azure.Payments;

/// <summary>
/// A provider's calls: through its pipeline, with a bound on what comes back. Whatever is no answer (no connection, a proxy's page, a status that
/// says nothing about the money) is "not available": unknown whether it happened.
/// </summary>
internal sealed class ProviderCalls
{
    private const int MostAnswerBytes = 64 * 1024;
    private const int MostPageBytes = 2 * 1024 * 1024;

    private readonly string name;
    private readonly HttpClient http;
    private readonly HttpClient pages;
    private readonly ResiliencePipeline<HttpResponseMessage> pipeline;

    /// <param name="name">The provider's, for messages.</param>
    /// <param name="address">Of its API, with a slash at the end.</param>
    /// <param name="handler">Sends the requests. It must not follow redirects: a POST would arrive elsewhere as a GET, and its 200 be believed.</param>
    /// <param name="pipeline">Guards every call, and bounds its time.</param>
    /// <param name="always">Sets what every request carries.</param>
    public ProviderCalls(
        string name, Uri address, HttpMessageHandler handler, ResiliencePipeline<HttpResponseMessage> pipeline, Action<HttpRequestHeaders> always)
    {
        (this.name, this.pipeline) = (name, pipeline);
        http = Client(MostAnswerBytes);
        pages = Client(MostPageBytes);

        HttpClient Client(int mostBytes)
        {
            var client = new HttpClient(handler, disposeHandler: false)
            {
                BaseAddress = address,
                Timeout = Timeout.InfiniteTimeSpan,
                MaxResponseContentBufferSize = mostBytes,
            };
            always(client.DefaultRequestHeaders);
            return client;
        }
    }

    public Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellation) => SendAsync(http, request, cancellation);

    private Task<HttpResponseMessage> ListAsync(string path, CancellationToken cancellation) =>
        SendAsync(pages, () => new HttpRequestMessage(HttpMethod.Get, path), cancellation);

    /// <summary>A call that is answered with a list: more may come back.</summary>
    public async Task<T> ReadListAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var response = await ListAsync(path, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Unusable(response.StatusCode);
        return await ReadJsonAsync(response, type, cancellation).ConfigureAwait(false) ?? throw Nonsense();
    }

    /// <summary>The body, whatever it says of its own type: a proxy's page is told from an answer by its content.</summary>
    public async Task<T?> ReadJsonAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
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

    public DependencyUnavailableException Unusable(HttpStatusCode status) => Away($"it answered {(int)status}");

    public DependencyUnavailableException Nonsense(JsonException? inner = null) => Away("it answered nonsense", inner);

    public DependencyUnavailableException Away(string because, Exception? inner = null) => new($"The payment provider '{name}' ({because})", inner);

    private async Task<HttpResponseMessage> SendAsync(HttpClient client, Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        try
        {
            // A request message can be sent once, so every try makes its own.
            var response = await pipeline.ExecuteAsync(
                async (make, token) =>
                {
                    using var message = make();
                    return await client.SendAsync(message, token).ConfigureAwait(false);
                },
                request, cancellation).ConfigureAwait(false);
            if (!HttpPipeline.IsTransient(response.StatusCode))
                return response;
            response.Dispose();
            throw Unusable(response.StatusCode);
        }
        catch (Exception away) when (away is HttpRequestException or TimeoutRejectedException or BrokenCircuitException)
        {
            throw new DependencyUnavailableException($"The payment provider '{name}'", away);
        }
    }
}
