using Orders.Application.Lifecycle;

namespace OrderFunctions.Lifecycle;

/// <summary>The second layer of deadlines and starts, and the end of old histories.</summary>
public sealed class LifecycleTimers(SweepOverdueOrders sweepOverdueOrders, SweepProcesses sweepProcesses, PurgeHistories purgeHistories)
{
    [Function(nameof(SweepOverdueOrders))]
    public Task SweepOverdueOrdersAsync(
        [TimerTrigger(Schedules.EveryMinute)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        sweepOverdueOrders.RunAsync(new DurableOrderProcess(client), cancellation);

    [Function(nameof(SweepProcesses))]
    public Task SweepProcessesAsync(
        [TimerTrigger(Schedules.EveryFiveMinutes)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        sweepProcesses.RunAsync(new DurableOrderProcess(client), cancellation);

    [Function(nameof(PurgeHistories))]
    public Task PurgeHistoriesAsync(
        [TimerTrigger(Schedules.Nightly)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        purgeHistories.RunAsync(client, cancellation);
}
