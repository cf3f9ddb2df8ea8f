using System.Text.Json.Serialization;

namespace Orders.Application.Search;

/// <summary>How the search is doing, as the API says it.</summary>
/// <param name="LagSeconds">How long after its change the event that was indexed last was found, in this process; null while it has indexed none.</param>
/// <param name="LastEventAt">When the youngest change that is found was made; null while there is none.</param>
public sealed record SearchIndexView(long Documents, double? LagSeconds, DateTime? LastEventAt, long Generation, SearchRebuildView Rebuild);

/// <summary>The last rebuild.</summary>
public sealed record SearchRebuildView(
    [property: JsonConverter(typeof(CamelCaseNames<SearchRebuildStatus>))] SearchRebuildStatus Status, long Read, long Indexed, DateTime? StartedAt,
    DateTime? FinishedAt);

/// <summary>How the search is doing, for operators.</summary>
public sealed class ReadSearchIndex(IOrderSearch search, SearchRebuild rebuild, SearchLag lag)
{
    public async Task<SearchIndexView> RunAsync(ISearchProcess process, CancellationToken cancellation)
    {
        var report = await rebuild.FindReportAsync(cancellation).ConfigureAwait(false);
        var state = await search.ReadStateAsync(cancellation).ConfigureAwait(false);

        // Nobody is left to say that it failed.
        var died = report.Status == SearchRebuildStatus.Running && !await process.IsAliveAsync(cancellation).ConfigureAwait(false);
        return new SearchIndexView(
            state.Documents, lag.LastSeconds, state.LastChangeAt?.UtcDateTime, state.Generation,
            new SearchRebuildView(
                died ? SearchRebuildStatus.Failed : report.Status, report.Read, report.Indexed, report.StartedAt?.UtcDateTime, report.FinishedAt?.UtcDateTime));
    }
}

/// <summary>Has the search built anew from the orders, while it goes on being asked.</summary>
public sealed class RebuildSearchIndex(TimeProvider clock)
{
    public Task RunAsync(ISearchProcess process, CancellationToken cancellation) => process.StartAsync(clock.GetUtcNow(), cancellation);
}
