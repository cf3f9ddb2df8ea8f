using Orders.Application.Payments;
using Orders.Application.Statistics;
using Orders.Workflows;

namespace OrderFunctions.Statistics;

/// <summary>The activities of a day's report: each is one use case.</summary>
public sealed class ReportActivityFunctions(
    PlanReport planReport, CountReportPart countReportPart, EndReport endReport, RepairStatistics repairStatistics, CheckStatistics checkStatistics,
    LookAtReconciliation lookAtReconciliation)
{
    [Function(ReportActivities.PlanReport)]
    public Task<ReportPlan> PlanAsync([ActivityTrigger] DateOnly date, CancellationToken cancellation) => planReport.RunAsync(date, cancellation);

    [Function(ReportActivities.CountReportPart)]
    public Task<long> CountPartAsync([ActivityTrigger] ReportPart part, CancellationToken cancellation) => countReportPart.RunAsync(part, cancellation);

    [Function(ReportActivities.EndReport)]
    public Task<int> EndAsync([ActivityTrigger] ReportPlan plan, CancellationToken cancellation) => endReport.RunAsync(plan, cancellation);

    [Function(ReportActivities.RepairStatistics)]
    public async Task<long> RepairAsync([ActivityTrigger] ReportPart part, CancellationToken cancellation) => await repairStatistics.RunAsync(part, cancellation);

    [Function(ReportActivities.CheckStatistics)]
    public Task<int> CheckAsync([ActivityTrigger] ReportPlan plan, CancellationToken cancellation) => checkStatistics.RunAsync(plan, isRepaired: true, cancellation);

    [Function(ReportActivities.LookAtReconciliation)]
    public async Task<bool> LookAtReconciliationAsync([ActivityTrigger] DateOnly date, CancellationToken cancellation) =>
        !await lookAtReconciliation.IsToComeAsync(date, cancellation);
}
