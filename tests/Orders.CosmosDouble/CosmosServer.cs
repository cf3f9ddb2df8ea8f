using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;

namespace Orders.CosmosDouble;

/// <summary>
/// A double of Cosmos DB for NoSQL on loopback that the real SDK talks to in Gateway mode. What it covers and what it doesn't: docs/azure-testing.md. Its time is
/// the test's, so that what has an end ends when the test says so.
/// </summary>
public sealed class CosmosServer : IAsyncDisposable
{
    /// <summary>Any key does: the double looks that there is one.</summary>
    public static readonly string Key = Convert.ToBase64String("a key that opens nothing at all, only for the tests of this shop"u8);

    private readonly WebApplication app;
    private readonly Gateway gateway;
    private readonly ConcurrentQueue<AnsweredRequest> answered = new();

    private CosmosServer(WebApplication app, Gateway gateway)
    {
        this.app = app;
        this.gateway = gateway;
    }

    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Asked before each request; null lets it through.</summary>
    public Func<SeenRequest, Fault?> Faults { get; set; } = _ => null;

    /// <summary>Rows of a page at most, however many a client asks for.</summary>
    public int MostInAPage { get; set; } = 1_000;

    /// <summary>All that was asked since the start or the last <see cref="Forget"/>.</summary>
    public IReadOnlyCollection<AnsweredRequest> Answered => answered;

    /// <param name="clock">The test's time, for <c>ttl</c> and <c>_ts</c>.</param>
    /// <param name="ranges">Physical partitions of each container: with more than one a look across partitions is a real one.</param>
    public static async Task<CosmosServer> StartAsync(TimeProvider clock, int ranges = 2)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = 16 << 20);
        var app = builder.Build();
        var started = new CosmosServer(app, new Gateway(clock, ranges));
        app.Run(started.AnswerAsync);
        await app.StartAsync().ConfigureAwait(false);
        started.Endpoint = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        started.gateway.Endpoint = started.Endpoint;
        return started;
    }

    /// <summary>A client as an app has it, for tests of the double itself.</summary>
    public CosmosClient CreateClient(Action<CosmosClientOptions>? change = null)
    {
        var options = new CosmosClientOptions { ConnectionMode = ConnectionMode.Gateway };
        change?.Invoke(options);
        return new CosmosClient(Endpoint.ToString(), Key, options);
    }

    public void Forget() => answered.Clear();

    /// <summary>Databases and containers go, as if the account were new; clients must be new too.</summary>
    public void Empty() => gateway.Empty();

    public async ValueTask DisposeAsync() => await app.DisposeAsync().ConfigureAwait(false);

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await GatewayRequest.ReadAsync(context.Request, MostInAPage).ConfigureAwait(false);
        var fault = Faults(request.Seen);
        var answer = fault is { AfterTheWrite: false } ? Answer.Of(fault) : await gateway.AnswerAsync(request).ConfigureAwait(false);
        if (fault is { AfterTheWrite: true })
            answer = Answer.Of(fault);
        answered.Enqueue(new AnsweredRequest(request.Seen, (int)answer.Status, answer.Charge));
        await WriteAsync(context.Response, answer).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpResponse response, Answer answer)
    {
        response.StatusCode = (int)answer.Status;
        response.Headers["x-ms-request-charge"] = answer.Charge.ToString("0.##", CultureInfo.InvariantCulture);
        response.Headers["x-ms-activity-id"] = "00000000-0000-0000-0000-000000000001";
        response.Headers["x-ms-version"] = "2020-07-15";
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (answer.Status is HttpStatusCode.NotModified or HttpStatusCode.NoContent || answer.Body.IsEmpty)
            return;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body).ConfigureAwait(false);
    }
}
