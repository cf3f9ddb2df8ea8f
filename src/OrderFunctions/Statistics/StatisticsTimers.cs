using Orders.Application.Statistics;

namespace OrderFunctions.Statistics;

/// <summary>Reports on days that are closed, and forgetting what was counted long ago.</summary>
public sealed class StatisticsTimers(StartReports startReports, PurgeStatistics purgeStatistics)
{
    [Function(nameof(StartReports))]
    public Task StartReportsAsync(
        [TimerTrigger(Schedules.Reports)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        startReports.RunAsync(new DurableReports(client), cancellation);

    [Function(nameof(PurgeStatistics))]
    public Task PurgeStatisticsAsync([TimerTrigger(Schedules.Nightly)] TimerInfo timer, CancellationToken cancellation) =>
        purgeStatistics.RunAsync(cancellation);
}
