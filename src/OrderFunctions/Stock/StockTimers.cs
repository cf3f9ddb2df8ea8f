using Orders.Application.Statistics;
using Orders.Application.Stock;

namespace OrderFunctions.Stock;

/// <summary>The second look at holds, and at the counters themselves.</summary>
public sealed class StockTimers(SweepHolds sweepHolds, SyncStock syncStock, ReconcileStock reconcileStock, KeepStockProof keepStockProof)
{
    [Function(nameof(SweepHolds))]
    public Task SweepHoldsAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepHolds.RunAsync(cancellation);

    [Function(nameof(SyncStock))]
    public Task SyncStockAsync([TimerTrigger(Schedules.EveryMinute)] TimerInfo timer, CancellationToken cancellation) =>
        syncStock.RunAsync(cancellation);

    [Function(nameof(ReconcileStock))]
    public async Task ReconcileStockAsync([TimerTrigger(Schedules.Nightly)] TimerInfo timer, CancellationToken cancellation) =>
        await keepStockProof.RunAsync(await reconcileStock.RunAsync(cancellation), cancellation);
}
