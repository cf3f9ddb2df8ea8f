using Microsoft.Extensions.Logging;
using Orders.Application;
using Orders.Application.Events;

namespace OrderFunctions.Lifecycle;

/// <summary>
/// Purges orchestrations some time after their end. The client's own filter knows when an instance began, not when it ended, and an order's
/// begins weeks before that; so the ended ones are looked through, some pages at each run.
/// </summary>
public sealed class PurgeHistories(IWatermarks watermarks, OrderPolicy policy, TimeProvider clock, ILogger<PurgeHistories> log)
{
    private const string Watermark = "purge-histories";
    private const int MostPages = 50;
    private const int InstancesPerPage = 100;

    private static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>Returns how many were purged.</summary>
    public async Task<int> RunAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - policy.HistoryRetention;
        var cursor = await watermarks.FindAsync(Watermark, cancellation);
        var query = new OrchestrationQuery(CreatedTo: before, Statuses: Ended, PageSize: InstancesPerPage);
        var (pages, purged) = (0, 0);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages(cursor, InstancesPerPage).WithCancellation(cancellation))
        {
            foreach (var instance in page.Values.Where(instance => instance.LastUpdatedAt < before))
                purged += (await client.PurgeInstanceAsync(instance.InstanceId, cancellation)).PurgedInstanceCount;
            cursor = page.ContinuationToken;
            if (++pages >= MostPages)
                break;
        }

        await watermarks.SetAsync(Watermark, string.IsNullOrEmpty(cursor) ? null : cursor, cancellation);
        if (purged > 0)
            log.HistoriesPurged(purged);
        return purged;
    }
}
