using Orders.Application.Payments;

namespace OrderFunctions.Payments;

/// <summary>When money is held against the providers' statements: every day that is over, at night; the last hours, every hour.</summary>
public sealed class ReconciliationTimers(StartReconciliations startReconciliations, ReconcileLastHour reconcileLastHour)
{
    [Function(nameof(StartReconciliations))]
    public Task StartReconciliationsAsync(
        [TimerTrigger(Schedules.Nightly)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation) =>
        startReconciliations.RunAsync(new DurableReconciliation(client), cancellation);

    [Function(nameof(ReconcileLastHour))]
    public Task ReconcileLastHourAsync([TimerTrigger(Schedules.Hourly)] TimerInfo timer, CancellationToken cancellation) =>
        reconcileLastHour.RunAsync(cancellation);
}
