using Orders.Application.Events;
using Orders.Application.Payments;

namespace Orders.Application.Statistics;

/// <summary>Whether the reconciliation of a day is completed, for a report that sums it up. A run that ended before the day did counts as none.</summary>
public sealed class LookAtReconciliation(IReconciliations reconciliations, IWatermarks watermarks)
{
    public async Task<ReconciliationViewStatus> RunAsync(DateOnly date, CancellationToken cancellation) =>
        await reconciliations.FindReportAsync(date, cancellation).ConfigureAwait(false) switch
        {
            { Status: ReconciliationStatus.Running } => ReconciliationViewStatus.Running,
            { } report when report.IsOfWholeDay() => ReconciliationViewStatus.Completed,
            _ => ReconciliationViewStatus.NotRun,
        };

    /// <summary>Whether one is under way, or a night owes it yet. The day before a shop's first has none, and nobody waits for it.</summary>
    public async Task<bool> IsToComeAsync(DateOnly date, CancellationToken cancellation) => await RunAsync(date, cancellation).ConfigureAwait(false) switch
    {
        ReconciliationViewStatus.Completed => false,
        ReconciliationViewStatus.Running => true,
        _ => !(await DaysOwed.FindThroughAsync(watermarks, StartReconciliations.Watermark, cancellation).ConfigureAwait(false) >= date),
    };
}
