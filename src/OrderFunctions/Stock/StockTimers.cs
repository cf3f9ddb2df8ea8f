using Orders.Application.Stock;

namespace OrderFunctions.Stock;

/// <summary>The second look at holds.</summary>
public sealed class StockTimers(SweepHolds sweepHolds)
{
    [Function(nameof(SweepHolds))]
    public Task SweepHoldsAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepHolds.RunAsync(cancellation);
}
