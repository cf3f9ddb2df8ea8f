using System.Net;
using System.Text;

namespace Orders.Azure.Tests;

/// <summary>A request as it went out.</summary>
public sealed record Sent(HttpMethod Method, string Url, string? Key, string? Authorization, string Body);

/// <summary>Stands for the network: answers as the test says, and remembers what was sent.</summary>
public sealed class StubHandler(Func<int, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private readonly Lock gate = new();
    private readonly List<Sent> sent = [];

    /// <summary>The first try gets the first answer; the last one is given for ever.</summary>
    public StubHandler(params HttpResponseMessage[] answers)
        : this((number, _) => Task.FromResult(answers[Math.Min(number, answers.Length - 1)]))
    {
    }

    public IReadOnlyList<Sent> Sent
    {
        get
        {
            lock (gate)
                return [.. sent];
        }
    }

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK, string type = "application/json") =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, type) };

    public static HttpResponseMessage Status(HttpStatusCode status) => new(status);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        int number;
        lock (gate)
        {
            number = sent.Count;
            sent.Add(new Sent(
                request.Method, request.RequestUri!.ToString(), Header(request, "Idempotency-Key"), request.Headers.Authorization?.ToString(), body));
        }

        return await answer(number, cancellationToken);
    }

    private static string? Header(HttpRequestMessage request, string name) => request.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
