using Orders.Application.Payments;

namespace OrderFunctions.Payments;

/// <summary>The second look at what providers said, and at what they did not say.</summary>
public sealed class PaymentTimers(SweepUnappliedMessages sweepUnappliedMessages, SweepPayments sweepPayments)
{
    [Function(nameof(SweepPayments))]
    public Task SweepPaymentsAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepPayments.RunAsync(cancellation);

    [Function(nameof(SweepUnappliedMessages))]
    public Task SweepUnappliedMessagesAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepUnappliedMessages.RunAsync(cancellation);
}
