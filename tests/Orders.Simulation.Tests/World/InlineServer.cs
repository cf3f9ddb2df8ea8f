using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orders.Simulation.Tests.World;

/// <summary>
/// A web server that runs each request to its end on its caller's thread, so that a run with HTTP in it happens in one order only. (The
/// framework's test server hands requests to the thread pool.)
/// </summary>
internal sealed class InlineServer : IServer
{
    private Func<IFeatureCollection, Task>? serve;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        serve = async features =>
        {
            var context = application.CreateContext(features);
            Exception? failure = null;
            try
            {
                await application.ProcessRequestAsync(context);
            }
            catch (Exception thrown)
            {
                failure = thrown;
                throw;
            }
            finally
            {
                application.DisposeContext(context, failure);
            }
        };
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        serve = null;
        return Task.CompletedTask;
    }

    /// <exception cref="HttpRequestException">Nobody listens.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (serve is not { } listening)
            throw new HttpRequestException("Connection refused.");
        var features = new FeatureCollection();
        using var received = new MemoryStream(request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellation));
        using var sent = new MemoryStream();
        features.Set<IHttpRequestFeature>(RequestOf(request, received));
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(received.Length > 0));
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(sent));
        await listening(features);
        await features.Get<IHttpResponseBodyFeature>()!.CompleteAsync();
        return AnswerOf(request, features.Get<IHttpResponseFeature>()!, sent.ToArray());
    }

    public void Dispose()
    {
    }

    private static HttpRequestFeature RequestOf(HttpRequestMessage request, Stream body)
    {
        var feature = new HttpRequestFeature
        {
            Method = request.Method.Method,
            Scheme = request.RequestUri!.Scheme,
            Path = Uri.UnescapeDataString(request.RequestUri.AbsolutePath),
            QueryString = request.RequestUri.Query,
            Protocol = "HTTP/1.1",
            Body = body,
        };
        feature.Headers.Host = request.RequestUri.Authority;
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []))
            feature.Headers[name] = values.ToArray();
        if (request.Content is not null)
            feature.Headers.ContentLength = body.Length;
        return feature;
    }

    private static HttpResponseMessage AnswerOf(HttpRequestMessage request, IHttpResponseFeature response, byte[] body)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)response.StatusCode) { RequestMessage = request, Content = new ByteArrayContent(body) };
        foreach (var (name, values) in response.Headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                answer.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        return answer;
    }

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}
