using OrderFunctions.Statistics;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Workflows;

namespace OrderFunctions.Payments;

/// <summary>The activities of a day's reconciliation: each is one step of its use case.</summary>
public sealed class ReconciliationActivityFunctions(ReconciliationRun run)
{
    [Function(ReconciliationActivities.BeginReconciliation)]
    public Task<ReconciliationPlace> BeginAsync([ActivityTrigger] DateOnly date, CancellationToken cancellation) => run.BeginAsync(date, cancellation);

    [Function(ReconciliationActivities.ReadStatementPage)]
    public Task<ReconciliationPlace> ReadPageAsync([ActivityTrigger] ReconciliationPlace place, CancellationToken cancellation) =>
        run.ReadPageAsync(place, cancellation);

    [Function(ReconciliationActivities.PlanReconciliation)]
    public Task<ReconciliationParts> PlanAsync([ActivityTrigger] ReconciliationPlace place, CancellationToken cancellation) => run.PlanAsync(place, cancellation);

    [Function(ReconciliationActivities.ReconcilePart)]
    public Task<int> ComparePartAsync([ActivityTrigger] ReconciliationPart part, CancellationToken cancellation) => run.ComparePartAsync(part, cancellation);

    [Function(ReconciliationActivities.EndReconciliation)]
    public async Task<DateOnly> EndAsync([ActivityTrigger] DateOnly date, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        await run.EndAsync(date, cancellation);
        try
        {
            await new DurableReports(client).TellReconciledAsync(date, cancellation);
        }
        catch (DependencyUnavailableException)
        {
            // It only hurries the report, which looks by itself every few minutes; the day is reconciled all the same.
        }

        return date;
    }
}
