using Orders.Application.Payments;

namespace OrderFunctions.Payments;

/// <summary>The second look at what providers said, and at what they did not say.</summary>
public sealed class PaymentTimers(SweepUnappliedMessages sweepUnappliedMessages, SweepPayments sweepPayments, SweepUnknownMoney sweepUnknownMoney)
{
    [Function(nameof(SweepPayments))]
    public Task SweepPaymentsAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepPayments.RunAsync(cancellation);

    [Function(nameof(SweepUnappliedMessages))]
    public Task SweepUnappliedMessagesAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepUnappliedMessages.RunAsync(cancellation);

    [Function(nameof(SweepUnknownMoney))]
    public Task SweepUnknownMoneyAsync([TimerTrigger(Schedules.EveryFiveMinutes)] TimerInfo timer, CancellationToken cancellation) =>
        sweepUnknownMoney.RunAsync(cancellation);
}
