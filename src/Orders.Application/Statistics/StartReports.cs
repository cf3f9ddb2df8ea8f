using Orders.Application.Events;

namespace Orders.Application.Statistics;

/// <summary>
/// Every night: starts the report of every day that is closed and has none, the oldest first. A host that was off for a week has a week of them.
/// </summary>
public sealed class StartReports(IReportFiles files, IWatermarks watermarks, IStatistics statistics, StatisticsPolicy policy, TimeProvider clock)
{
    private readonly DaysOwed days = new(watermarks, statistics, "reported-through");

    /// <summary>Returns the days whose report was started.</summary>
    public Task<IReadOnlyList<DateOnly>> RunAsync(IReportProcess process, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return days.BeginAsync(
            ReportDate.LastClosed(now), HasReportAsync, date => process.StartAsync(date, now + policy.WaitForReconciliation, cancellation), cancellation);

        async Task<bool> HasReportAsync(DateOnly date) =>
            await files.ReadAsync(new ReportDate(date).Json, cancellation).ConfigureAwait(false) is not null;
    }
}
