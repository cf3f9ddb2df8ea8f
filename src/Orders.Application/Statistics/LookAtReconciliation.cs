using Orders.Application.Payments;

namespace Orders.Application.Statistics;

/// <summary>Whether the reconciliation of a day is completed, for a report that sums it up. A run that ended before the day did counts as none.</summary>
public sealed class LookAtReconciliation(IReconciliations reconciliations)
{
    public async Task<ReconciliationViewStatus> RunAsync(DateOnly date, CancellationToken cancellation) =>
        await reconciliations.FindReportAsync(date, cancellation).ConfigureAwait(false) switch
        {
            { Status: ReconciliationStatus.Running } => ReconciliationViewStatus.Running,
            { } report when report.IsOfWholeDay() => ReconciliationViewStatus.Completed,
            _ => ReconciliationViewStatus.NotRun,
        };
}
