using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Statistics;

namespace OrderFunctions.Statistics;

/// <summary>The live statistics, once or as a stream of server-sent events.</summary>
public sealed class StatisticsHttp(HttpEdge edge, ReadLiveStatistics readLiveStatistics, StatisticsStreams streams)
{
    private static readonly Rule SupportOrOps = new(Who.SupportOrOps);

    [Function("ReadLiveStatistics")]
    public Task<IResult> ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/stats/live")] HttpRequest request) =>
        edge.RunAsync(request, SupportOrOps, async call =>
        {
            var live = await readLiveStatistics.RunAsync(RequestOf(request), call.Cancellation);
            return live.Succeeded ? Answer.Of(StatusCodes.Status200OK, live.Value, ApiJson.Default.LiveStatisticsView) : Problems.Of(live.Refusal);
        });

    /// <remarks>The edge's place is given back before the stream begins, which may go on for hours: streams have a bound of their own.</remarks>
    [Function("StreamStatistics")]
    public async Task<IResult> StreamAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/stats/live/stream")] HttpRequest request)
    {
        LiveQuery? query = null;
        var answer = await edge.RunAsync(request, SupportOrOps, call =>
        {
            var asked = readLiveStatistics.Check(RequestOf(request));
            query = asked.Value;
            return Task.FromResult(asked.Succeeded ? Answer.Empty(StatusCodes.Status200OK).WithHeader("Content-Type", StatisticsStreams.ContentType) : Problems.Of(asked.Refusal));
        });
        return query is null || HttpMethods.IsHead(request.Method) ? answer : streams.Of(query);
    }

    private static LiveStatisticsRequest RequestOf(HttpRequest request) =>
        new(request.Query["window"], request.Query["bucket"], request.Query["sku"], request.Query["saleId"]);
}
