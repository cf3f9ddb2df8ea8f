using Orders.Application.Statistics;

namespace Orders.Workflows;

/// <summary>What the report of a day is started with. A persisted format: it stands in histories.</summary>
/// <param name="Date">The UTC day.</param>
public sealed record ReportDayInput(DateOnly Date);

/// <summary>
/// Reports on a day: counts it in parts, so many at once, sums up, and puts right what the live statistics miss of it. Every step writes whole files and is
/// the same however often it is done, so a run that dies goes on, and one that is started again makes the same report.
/// </summary>
public static class ReportDay
{
    /// <summary>The instance that reports on a day: one at a time.</summary>
    public static string InstanceOf(DateOnly date) => $"report-{new ReportDate(date).Text}";

    /// <param name="context">The durable context; every effect goes through it.</param>
    /// <param name="input">Which day.</param>
    [Function(nameof(ReportDay))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, ReportDayInput input)
    {
        var plan = await context.CallActivityAsync<ReportPlan>(ReportActivities.PlanReport, input.Date, StepRetry.Options);
        await ForEachPartAsync(context, plan, ReportActivities.CountReportPart);
        var differences = await context.CallActivityAsync<int>(ReportActivities.EndReport, plan, StepRetry.Options);
        if (differences == 0)
            return;
        await ForEachPartAsync(context, plan, ReportActivities.RepairStatistics);
        await context.CallActivityAsync<int>(ReportActivities.CheckStatistics, plan, StepRetry.Options);
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

    public static readonly IReadOnlyList<string> All = [PlanReport, CountReportPart, EndReport, RepairStatistics, CheckStatistics];
}
