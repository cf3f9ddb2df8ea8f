using Orders.Application.AfterSales;

namespace OrderFunctions.AfterSales;

/// <summary>The second look at what completed cases bring back.</summary>
public sealed class CaseTimers(SweepCompletedCases sweepCompletedCases)
{
    [Function(nameof(SweepCompletedCases))]
    public Task SweepCompletedCasesAsync([TimerTrigger(Schedules.EveryMinuteAtHalf)] TimerInfo timer, CancellationToken cancellation) =>
        sweepCompletedCases.RunAsync(cancellation);
}
