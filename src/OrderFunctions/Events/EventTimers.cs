using Orders.Application.Events;

namespace OrderFunctions.Events;

/// <summary>The second look at publishing and at deliveries, and forgetting what was kept long enough.</summary>
public sealed class EventTimers(SweepOutbox sweepOutbox, SweepDeliveries sweepDeliveries, PurgeRecords purgeRecords)
{
    [Function(nameof(SweepOutbox))]
    public Task SweepOutboxAsync([TimerTrigger(Schedules.EveryMinute)] TimerInfo timer, CancellationToken cancellation) =>
        sweepOutbox.RunAsync(cancellation);

    [Function(nameof(SweepDeliveries))]
    public Task SweepDeliveriesAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepDeliveries.RunAsync(cancellation);

    [Function(nameof(PurgeRecords))]
    public Task PurgeRecordsAsync([TimerTrigger(Schedules.Nightly)] TimerInfo timer, CancellationToken cancellation) =>
        purgeRecords.RunAsync(cancellation);
}
