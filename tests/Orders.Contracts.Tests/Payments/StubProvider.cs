using System.Net;
using System.Text;

namespace Orders.Contracts.Tests.Payments;

/// <summary>The network: answers each try by a script and notes what was sent. The last answer is repeated.</summary>
internal sealed class StubProvider(params IReadOnlyList<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> answers) : HttpMessageHandler
{
    public List<(HttpMethod Method, string Url, string? Key, string? Authorization, string Body)> Sent { get; } = [];

    public static Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Answer(HttpStatusCode status, string json = "{}") =>
        (_, _) => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") });

    public static Task<HttpResponseMessage> Unreachable(HttpRequestMessage request, CancellationToken cancellation) =>
        Task.FromException<HttpResponseMessage>(new HttpRequestException("connection refused"));

    public static async Task<HttpResponseMessage> Hang(HttpRequestMessage request, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        throw new InvalidOperationException("The wait has no end.");
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var key = request.Headers.TryGetValues("Idempotency-Key", out var keys) ? Assert.Single(keys) : null;
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (Sent)
            Sent.Add((request.Method, request.RequestUri!.ToString(), key, request.Headers.Authorization?.ToString(), body));
        return await answers[Math.Min(Sent.Count, answers.Count) - 1](request, cancellationToken);
    }
}
