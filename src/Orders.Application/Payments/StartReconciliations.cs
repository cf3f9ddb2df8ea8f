using System.Globalization;
using Orders.Application.Events;

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
public sealed class StartReconciliations(IReconciliations kept, IWatermarks watermarks, TimeProvider clock)
{
    private const string Watermark = "reconciled-through";
    private const int MostDays = 31;

    /// <summary>Returns the days whose run was started.</summary>
    public async Task<IReadOnlyList<DateOnly>> RunAsync(IReconciliationProcess process, CancellationToken cancellation)
    {
        var yesterday = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        var through = await watermarks.FindAsync(Watermark, cancellation).ConfigureAwait(false) is { } text
            ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture)
            : yesterday.AddDays(-1);
        var started = new List<DateOnly>();
        for (var date = through.AddDays(1); date <= yesterday && started.Count < MostDays; date = date.AddDays(1))
        {
            var isDone = await kept.FindReportAsync(date, cancellation).ConfigureAwait(false) is { Status: ReconciliationStatus.Completed } report
                && report.CompletedAt >= ReconciliationScope.StartOf(date.AddDays(1));
            if (!isDone)
            {
                await process.StartAsync(date, cancellation).ConfigureAwait(false);
                started.Add(date);
            }
            else if (started.Count == 0)
            {
                through = date;
            }
        }

        await watermarks.SetAsync(Watermark, StatementPeriods.Of(through), cancellation).ConfigureAwait(false);
        return started;
    }
}
