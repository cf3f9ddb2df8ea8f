using Orders.Application.Payments;

namespace OrderFunctions.Payments;

/// <summary>The second look at what providers said.</summary>
public sealed class PaymentTimers(SweepUnappliedMessages sweepUnappliedMessages)
{
    [Function(nameof(SweepUnappliedMessages))]
    public Task SweepUnappliedMessagesAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepUnappliedMessages.RunAsync(cancellation);
}
