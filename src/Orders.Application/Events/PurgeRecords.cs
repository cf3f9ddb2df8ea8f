using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Stock;

namespace Orders.Application.Events;

/// <summary>
/// Forgets inbox and idempotency records, marks of unpaid orders, freed holds, deliveries with the log of their attempts, events and who did what, whose time is over: a bounded
/// number at each
/// run.
/// </summary>
public sealed class PurgeRecords(
    IInbox inbox, IIdempotencyStore keys, IStock stock, IDeliveries deliveries, IAudit audit, IEventLog events, OrderPolicy policy, WebhookPolicy webhooks,
    TimeProvider clock, ILogger<PurgeRecords> log)
{
    private const int RecordsPerBatch = 1_000;
    private const int MostBatches = 100;

    /// <summary>Returns how many were forgotten.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var forgotten = await InBatchesAsync(() => inbox.PurgeAsync(now, RecordsPerBatch, cancellation)).ConfigureAwait(false)
            + await InBatchesAsync(() => keys.PurgeAsync(now, RecordsPerBatch, cancellation)).ConfigureAwait(false)
            + await InBatchesAsync(() => stock.PurgeUnpaidAsync(now - policy.UnpaidLookBack, RecordsPerBatch, cancellation)).ConfigureAwait(false)
            + await InBatchesAsync(() => stock.PurgeFreedAsync(now - policy.HoldRetention, RecordsPerBatch, cancellation)).ConfigureAwait(false)
            + await InBatchesAsync(() => deliveries.PurgeAsync(now.AddDays(-webhooks.LogDays), RecordsPerBatch, cancellation)).ConfigureAwait(false)
            + await InBatchesAsync(() => events.PurgeAsync(now - policy.EventRetention, RecordsPerBatch, cancellation)).ConfigureAwait(false)
            + await InBatchesAsync(() => audit.PurgeAsync(now - policy.AuditRetention, RecordsPerBatch, cancellation)).ConfigureAwait(false);
        if (forgotten > 0)
            log.RecordsPurged(forgotten);
        return forgotten;
    }

    private static async Task<int> InBatchesAsync(Func<Task<int>> purge)
    {
        var sum = 0;
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var count = await purge().ConfigureAwait(false);
            sum += count;
            if (count < RecordsPerBatch)
                break;
        }

        return sum;
    }
}
