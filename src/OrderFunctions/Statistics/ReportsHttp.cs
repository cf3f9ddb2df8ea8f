using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Statistics;

namespace OrderFunctions.Statistics;

/// <summary>Reports of days and the files with their facts.</summary>
public sealed class ReportsHttp(HttpEdge edge, ReadReport readReport, RerunReport rerunReport, ListFactFiles listFactFiles, ReadFactFile readFactFile)
{
    private const string Day = "api/reports/{date}";
    private const string Csv = "text/csv";

    private static readonly Rule SupportOrOps = new(Who.SupportOrOps);
    private static readonly Rule Ops = new(Who.Ops);

    [Function("ReadReport")]
    public Task<IResult> ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Day)] HttpRequest request, string date) =>
        edge.RunAsync(request, SupportOrOps, async call =>
        {
            if (FormatOf(request) is not { } format)
                return Problems.Of(Refusal.Invalid.Field("format", "must be json or csv"));
            var report = await readReport.RunAsync(date, format, call.Cancellation);
            return report.Succeeded ? FileOf(report.Value, format == ReportFormat.Csv ? Csv : "application/json").WithHeader("Vary", "Accept") : Problems.Of(report.Refusal);
        });

    [Function("RerunReport")]
    public Task<IResult> RerunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Day)] HttpRequest request, [DurableClient] DurableTaskClient client, string date) =>
        edge.RunAsync(request, Ops, async call =>
        {
            var started = await rerunReport.RunAsync(date, new DurableReports(client), call.Cancellation);
            return started.Succeeded
                ? Answer.Empty(StatusCodes.Status202Accepted).WithHeader("Location", $"/api/reports/{started.Value.Text}")
                : Problems.Of(started.Refusal);
        });

    [Function("ListReportFacts")]
    public Task<IResult> ListFactsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Day + "/facts")] HttpRequest request, string date) =>
        edge.RunAsync(request, SupportOrOps, async call =>
        {
            var files = await listFactFiles.RunAsync(date, call.Cancellation);
            return files.Succeeded ? Answer.Of(StatusCodes.Status200OK, files.Value, ApiJson.Default.FactFileListView) : Problems.Of(files.Refusal);
        });

    [Function("ReadReportFacts")]
    public Task<IResult> ReadFactsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Day + "/facts/{file}")] HttpRequest request, string date, string file) =>
        edge.RunAsync(request, SupportOrOps, async call =>
        {
            var content = await readFactFile.RunAsync(date, file, call.Cancellation);
            return content.Succeeded ? FileOf(content.Value, "application/x-ndjson") : Problems.Of(content.Refusal);
        });

    private static Answer FileOf(byte[] content, string type) => new(StatusCodes.Status200OK, content) { ContentType = $"{type}; charset=utf-8", IsFinal = true };

    /// <summary>What the query says; without it what the caller takes most willingly of the two. Null for a format that there isn't.</summary>
    private static ReportFormat? FormatOf(HttpRequest request) => (string?)request.Query["format"] switch
    {
        "json" => ReportFormat.Json,
        "csv" => ReportFormat.Csv,
        null or "" => WillingnessFor(request, Csv) > WillingnessFor(request, "application/json") ? ReportFormat.Csv : ReportFormat.Json,
        _ => null,
    };

    private static double WillingnessFor(HttpRequest request, string type) => request.GetTypedHeaders().Accept
        .Where(accepted => new MediaTypeHeaderValue(type).IsSubsetOf(accepted)).Select(accepted => accepted.Quality ?? 1).DefaultIfEmpty(0).Max();
}
