using Orders.Application.Statistics;

namespace Orders.Workflows;

/// <summary>What the report of a day is started with. A persisted format: it stands in histories.</summary>
/// <param name="Date">The UTC day.</param>
public sealed record ReportDayInput(DateOnly Date)
{
    /// <summary>Until when it waits for the day's reconciliation; null for not at all, as every report did that was begun before there was this.</summary>
    public DateTimeOffset? ReconciledBy { get; init; }
}

/// <summary>
/// Reports on a day: counts it in parts, so many at once, waits for its reconciliation for a while, sums up, and puts right what the live statistics miss of it. Every step writes whole files and is
/// the same however often it is done, so a run that dies goes on, and one that is started again makes the same report.
/// </summary>
public static class ReportDay
{
    /// <summary>The event that says that the day's reconciliation is completed.</summary>
    public const string DayReconciled = nameof(DayReconciled);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(10);

    /// <summary>The instance that reports on a day: one at a time.</summary>
    public static string InstanceOf(DateOnly date) => $"report-{new ReportDate(date).Text}";

    /// <param name="context">The durable context; every effect goes through it.</param>
    /// <param name="input">Which day.</param>
    [Function(nameof(ReportDay))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, ReportDayInput input)
    {
        var plan = await context.CallActivityAsync<ReportPlan>(ReportActivities.PlanReport, input.Date, StepRetry.Options);
        await ForEachPartAsync(context, plan, ReportActivities.CountReportPart);
        if (input.ReconciledBy is { } until)
            await WaitForReconciliationAsync(context, input.Date, until.UtcDateTime);
        var differences = await context.CallActivityAsync<int>(ReportActivities.EndReport, plan, StepRetry.Options);
        if (differences == 0)
            return;
        await ForEachPartAsync(context, plan, ReportActivities.RepairStatistics);
        await context.CallActivityAsync<int>(ReportActivities.CheckStatistics, plan, StepRetry.Options);
    }

    /// <summary>
    /// Looks when it is told that the reconciliation is completed, and every ten minutes in case nobody told it. When the time is over nobody looks: the report then
    /// says what it finds.
    /// </summary>
    private static async Task WaitForReconciliationAsync(TaskOrchestrationContext context, DateOnly date, DateTime until)
    {
        var reconciled = new Signal(context, DayReconciled);
        while (context.CurrentUtcDateTime < until)
        {
            reconciled.Answer();
            if (await context.CallActivityAsync<bool>(ReportActivities.LookAtReconciliation, date, StepRetry.Options))
                return;
            var next = context.CurrentUtcDateTime + LookAgainAfter;
            await reconciled.CameBefore(next < until ? next : until);
        }
    }

    private static async Task ForEachPartAsync(TaskOrchestrationContext context, ReportPlan plan, string activity)
    {
        foreach (var parts in plan.Parts.Chunk(plan.AtOnce))
            await Task.WhenAll(parts.Select(part => context.CallActivityAsync<long>(activity, new ReportPart(plan.Date, part), StepRetry.Options)));
    }
}

/// <summary>The activities of a day's report, by name. Each may be repeated. The names stand in histories: append, never rename.</summary>
public static class ReportActivities
{
    public const string PlanReport = nameof(PlanReport);
    public const string CountReportPart = nameof(CountReportPart);
    public const string EndReport = nameof(EndReport);
    public const string RepairStatistics = nameof(RepairStatistics);
    public const string CheckStatistics = nameof(CheckStatistics);
    public const string LookAtReconciliation = nameof(LookAtReconciliation);

    public static readonly IReadOnlyList<string> All = [PlanReport, CountReportPart, EndReport, RepairStatistics, CheckStatistics, LookAtReconciliation];
}
