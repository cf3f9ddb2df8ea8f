using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Statistics;

namespace OrderFunctions.Statistics;

/// <summary>
/// Streams of the live statistics: an event when something was counted, a comment when nothing was for a while. There are so many at most, and they end with
/// the host, which would otherwise wait for them.
/// </summary>
public sealed class StatisticsStreams(
    ReadLiveStatistics read, IStatistics statistics, StatisticsPolicy policy, IHostApplicationLifetime lifetime, ILogger<StatisticsStreams> log, StreamPace? pace = null)
{
    public const string ContentType = "text/event-stream";

    private readonly StreamPace pace = pace ?? StreamPace.Default;
    private int open;

    /// <summary>How many are open.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>A stream, as the result of a function: it begins when the answer is written, and takes its place only then.</summary>
    public IResult Of(LiveQuery query) => new Stream(this, query);

    private async Task RunAsync(LiveQuery query, HttpContext context)
    {
        if (Interlocked.Increment(ref open) > policy.Listeners)
        {
            Interlocked.Decrement(ref open);
            await Problems.Overloaded.With("As many watch as can be served. Ask GET /api/stats/live instead.").ExecuteAsync(context);
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await WriteAsync(query, context, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            log.StreamEnded();
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task WriteAsync(LiveQuery query, HttpContext context, CancellationToken ending)
    {
        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.WriteAsync("retry: 3000\n\n", ending);
        var (seen, quietSince) = (-1L, pace.Clock.GetTimestamp());
        while (true)
        {
            if (await FindNewsAsync(query, seen, ending) is var (changes, data))
            {
                await response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"id: {changes}\nevent: statistics\ndata: {data}\n\n"), ending);
                (seen, quietSince) = (changes, pace.Clock.GetTimestamp());
            }
            else if (pace.Clock.GetElapsedTime(quietSince) >= pace.Heartbeat)
            {
                await response.WriteAsync(": still here\n\n", ending);
                quietSince = pace.Clock.GetTimestamp();
            }

            await response.Body.FlushAsync(ending);
            await Task.Delay(pace.Look, pace.Clock, ending);
        }
    }

    /// <summary>Null when there are none, or the counts can't be read now: the stream goes on, and what it has not told it tells later.</summary>
    private async Task<(long Changes, string Data)?> FindNewsAsync(LiveQuery query, long seen, CancellationToken ending)
    {
        try
        {
            var changes = (await statistics.PulseAsync(ending)).Changes;
            return changes == seen ? null : (changes, JsonSerializer.Serialize(await read.RunAsync(query, ending), ApiJson.Default.LiveStatisticsView));
        }
        catch (DependencyUnavailableException away)
        {
            log.StreamWaits(away);
            return null;
        }
    }

    private sealed class Stream(StatisticsStreams streams, LiveQuery query) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => streams.RunAsync(query, httpContext);
    }
}

/// <summary>How often a stream looks for news, and after how long of silence it says that it is still there: real time, whatever the host's clock does.</summary>
public sealed record StreamPace(TimeSpan Look, TimeSpan Heartbeat, TimeProvider Clock)
{
    public static readonly StreamPace Default = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), TimeProvider.System);
}
