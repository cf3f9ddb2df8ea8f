using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrderFunctions.LocalHost.Tests.Traces;

/// <summary>Takes what exporters send over OTLP/HTTP, as a collector does.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<(string Path, string? Type, byte[] Body)> received = new();
    private readonly WebApplication app;

    private OtlpReceiver(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    public IReadOnlyList<string> Types => [.. received.Select(one => one.Type ?? "").Distinct()];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver.app.Urls.Add("http://127.0.0.1:0");
        receiver.app.MapPost("/v1/{signal}", async (HttpRequest request, string signal) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            receiver.received.Enqueue((signal, request.ContentType, body.ToArray()));
        });
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>Whether bodies of that signal came, and held all these texts between them; protobuf writes them as they are.</summary>
    public bool Has(string signal, params string[] texts)
    {
        var bodies = received.Where(one => one.Path == signal).ToList();
        return bodies.Count > 0 && texts.All(text => bodies.Exists(one => one.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0));
    }

    /// <summary>Waits for it, as long as a slow machine may need.</summary>
    public async Task HasSoonAsync(string signal, params string[] texts)
    {
        for (var until = DateTime.UtcNow + Limit; !Has(signal, texts);)
        {
            Assert.True(DateTime.UtcNow < until, $"no {signal} with {string.Join(" and ", texts)}");
            await Task.Delay(20);
        }
    }
}
