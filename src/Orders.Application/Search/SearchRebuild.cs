using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Search;

/// <summary>How far a rebuild has come: all that its orchestration knows. A persisted format: it stands in histories.</summary>
/// <param name="Run">Whose it is.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="Generation">What is being built.</param>
public sealed record SearchRebuildPlace(string Run, DateTimeOffset StartedAt, long Generation)
{
    /// <summary>The store's cursor of the next page; null at the beginning.</summary>
    public string? Cursor { get; init; }

    public long Read { get; init; }

    /// <summary>Less than read where an order can't be read.</summary>
    public long Indexed { get; init; }

    /// <summary>Whether no orders are left.</summary>
    public bool IsFilled { get; init; }
}

/// <summary>How the last rebuild is doing.</summary>
public enum SearchRebuildStatus
{
    None,
    Running,
    Done,
    Failed,
}

/// <summary>What is told of the last rebuild. A persisted format.</summary>
public sealed record SearchRebuildReport(SearchRebuildStatus Status, long Read, long Indexed, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

/// <summary>Starts the rebuild. A port, because on Azure a client of the durable engine exists only within a function's call.</summary>
public interface ISearchProcess
{
    /// <summary>Starts it; one that is under way goes on and is no error.</summary>
    Task StartAsync(DateTimeOffset at, CancellationToken cancellation);

    /// <summary>Whether one is under way.</summary>
    Task<bool> IsAliveAsync(CancellationToken cancellation);
}

/// <summary>
/// The steps of a rebuild: a fresh generation is filled from the store page by page, while events go to both, and then takes the live one's place. Each may be
/// repeated; what was put in by an event meanwhile is newer and stays.
/// </summary>
public sealed class SearchRebuild(IOrderStore orders, IOrderSearch search, IWatermarks watermarks, TimeProvider clock, ILogger<SearchRebuild> log)
{
    /// <summary>The place in which its report is kept.</summary>
    private const string Watermark = "search-rebuild";

    private const int OrdersPerPage = 100;
    private const int PagesPerStep = 10;

    public async Task<SearchRebuildPlace> BeginAsync(DateTimeOffset startedAt, CancellationToken cancellation)
    {
        var run = $"rebuild-{startedAt.UtcTicks}";
        var place = new SearchRebuildPlace(run, startedAt, await search.BeginAsync(run, cancellation).ConfigureAwait(false));
        await ReportAsync(place, SearchRebuildStatus.Running, cancellation).ConfigureAwait(false);
        return place;
    }

    /// <summary>Some pages of orders; says where to go on.</summary>
    public async Task<SearchRebuildPlace> FillAsync(SearchRebuildPlace place, CancellationToken cancellation)
    {
        for (var page = 0; page < PagesPerStep && !place.IsFilled; page++)
        {
            var read = await orders.ListAllAsync(OrdersPerPage, place.Cursor, cancellation).ConfigureAwait(false);
            var documents = await DocumentsAsync([.. read.Items.Select(order => order.Ref)], cancellation).ConfigureAwait(false);
            await search.FillAsync(place.Generation, documents, cancellation).ConfigureAwait(false);
            place = place with
            {
                Cursor = read.NextCursor,
                Read = place.Read + read.Items.Count,
                Indexed = place.Indexed + documents.Count,
                IsFilled = read.NextCursor is null,
            };
        }

        await ReportAsync(place, SearchRebuildStatus.Running, cancellation).ConfigureAwait(false);
        return place;
    }

    public async Task EndAsync(SearchRebuildPlace place, CancellationToken cancellation)
    {
        // False: another run has taken its place, which nobody lets happen while one is alive.
        var isLive = await search.SwitchAsync(place.Generation, cancellation).ConfigureAwait(false);
        await ReportAsync(place, isLive ? SearchRebuildStatus.Done : SearchRebuildStatus.Failed, cancellation).ConfigureAwait(false);
        log.SearchRebuilt(place.Indexed, isLive);
    }

    /// <summary>As it was last written; a run that died says "running" here.</summary>
    public async Task<SearchRebuildReport> FindReportAsync(CancellationToken cancellation) =>
        await watermarks.FindAsync(Watermark, cancellation).ConfigureAwait(false) is { } text
            ? JsonSerializer.Deserialize(text, SearchRebuildJson.Default.SearchRebuildReport)!
            : new SearchRebuildReport(SearchRebuildStatus.None, 0, 0, null, null);

    /// <summary>The orders as they are now; what can't be read is passed over.</summary>
    internal async Task<IReadOnlyList<SearchDocument>> DocumentsAsync(IReadOnlyList<Domain.OrderRef> page, CancellationToken cancellation)
    {
        var documents = new List<SearchDocument>(page.Count);
        foreach (var reference in page)
        {
            try
            {
                if (await orders.FindAsync(reference, cancellation).ConfigureAwait(false) is { } order)
                    documents.Add(SearchDocument.Of(order));
            }
            catch (UnreadableOrderException broken)
            {
                log.UnreadableOrderPassed(broken, reference.OrderId.Value, "the search");
            }
        }

        return documents;
    }

    private Task ReportAsync(SearchRebuildPlace place, SearchRebuildStatus status, CancellationToken cancellation)
    {
        var report = new SearchRebuildReport(
            status, place.Read, place.Indexed, place.StartedAt, status == SearchRebuildStatus.Running ? null : clock.GetUtcNow());
        return watermarks.SetAsync(Watermark, JsonSerializer.Serialize(report, SearchRebuildJson.Default.SearchRebuildReport), cancellation);
    }
}

/// <summary>How the report of a rebuild is kept.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SearchRebuildReport))]
internal sealed partial class SearchRebuildJson : JsonSerializerContext;
