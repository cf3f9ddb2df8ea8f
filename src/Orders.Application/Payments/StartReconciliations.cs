using Orders.Application.Events;
using Orders.Application.Statistics;

namespace Orders.Application.Payments;

/// <summary>Starts the run of a day. A port, because on Azure a client of the durable engine exists only within a function's call.</summary>
public interface IReconciliationProcess
{
    /// <summary>Starts it; one that is under way goes on and is no error.</summary>
    Task StartAsync(DateOnly date, CancellationToken cancellation);
}

/// <summary>
/// Every night: starts the run of every day that is over and has none that was completed, the oldest first. A host that was off for a week has a
/// week of them.
/// </summary>
public sealed class StartReconciliations(IReconciliations kept, IWatermarks watermarks, IStatistics statistics, TimeProvider clock)
{
    internal const string Watermark = "reconciled-through";

    private readonly DaysOwed days = new(watermarks, statistics, Watermark);

    /// <summary>Returns the days whose run was started.</summary>
    public Task<IReadOnlyList<DateOnly>> RunAsync(IReconciliationProcess process, CancellationToken cancellation)
    {
        var yesterday = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        return days.BeginAsync(yesterday, IsCompletedAsync, date => process.StartAsync(date, cancellation), cancellation);

        async Task<bool> IsCompletedAsync(DateOnly date) =>
            await kept.FindReportAsync(date, cancellation).ConfigureAwait(false) is { } report && report.IsOfWholeDay();
    }
}
