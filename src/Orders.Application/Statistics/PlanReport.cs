namespace Orders.Application.Statistics;

/// <summary>Finds the parts of a day in which something may have happened: of a quiet day nothing else is read and nothing but the report written.</summary>
public sealed class PlanReport(IChangedOrders orders, StatisticsPolicy policy)
{
    public async Task<ReportPlan> RunAsync(DateOnly date, CancellationToken cancellation)
    {
        var (day, parts) = (new ReportDate(date), new List<int>());
        for (var part = 0; part < OrderParts.Count; part++)
        {
            if ((await orders.ListAsync(part, day.From, day.Until, limit: 1, cursor: null, cancellation).ConfigureAwait(false)).Items.Count > 0)
                parts.Add(part);
        }

        return new ReportPlan(date, parts, policy.PartsAtOnce);
    }
}
