using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Orders.Application.Checkout;

namespace OrderFunctions.Edge;

/// <summary>
/// What an HTTP function answers: serialized once, to bytes that are both sent and kept for replay.
/// </summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The whole body; empty for none.</param>
public sealed record Answer(int Status, byte[] Body) : IResult
{
    public const string Json = "application/json; charset=utf-8";

    public string ContentType { get; init; } = Json;

    /// <summary>Those that belong to the answer and are replayed with it.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whether the same request would be answered so for good: success, and the shop's own refusals.</summary>
    public bool IsFinal { get; init; }

    /// <summary>
    /// Whether a final answer is kept to be replayed. False when what it tells of gives the same answer again by itself, as an order does that knows its
    /// key: then nothing personal is stored twice, and nothing is lost in a crash.
    /// </summary>
    public bool NeedsRecord { get; init; } = true;

    /// <summary>A success or another answer with a JSON body.</summary>
    public static Answer Of<T>(int status, T value, JsonTypeInfo<T> type) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(value, type)) { IsFinal = status < 300 };

    public static Answer Empty(int status) => new(status, []) { IsFinal = status < 300 };

    public Answer WithHeader(string name, string value) => this with { Headers = Headers.Add(new(name, value)) };

    public StoredAnswer ToStored() => new(Status, ContentType, Headers.ToDictionary(StringComparer.OrdinalIgnoreCase), Body);

    /// <summary>A stored answer as it is sent again.</summary>
    public static Answer Replay(StoredAnswer stored) =>
        new Answer(stored.Status, stored.Body) { ContentType = stored.ContentType, Headers = [.. stored.Headers] }.AsReplay();

    /// <summary>Says that it was given before.</summary>
    public Answer AsReplay() => WithHeader("Idempotency-Replayed", "true");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
            response.Headers[name] = value;
        if (Body.Length == 0)
            return Task.CompletedTask;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        return HttpMethods.IsHead(httpContext.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(Body).AsTask();
    }
}
