using Orders.Application.Events;

namespace Orders.Application.Statistics;

/// <summary>
/// Every night: starts the report of every day that is closed and has none, the oldest first. A host that was off for a week has a week of them.
/// </summary>
public sealed class StartReports(IReportFiles files, IWatermarks watermarks, TimeProvider clock)
{
    private const string Watermark = "reported-through";
    private const int MostDays = 31;

    /// <summary>Returns the days whose report was started.</summary>
    public async Task<IReadOnlyList<DateOnly>> RunAsync(IReportProcess process, CancellationToken cancellation)
    {
        var last = ReportDate.LastClosed(clock.GetUtcNow());
        var through = await watermarks.FindAsync(Watermark, cancellation).ConfigureAwait(false) is { } text ? ReportDate.Parse(text).Date : last.AddDays(-1);
        var started = new List<DateOnly>();
        for (var date = through.AddDays(1); date <= last && started.Count < MostDays; date = date.AddDays(1))
        {
            if (await files.ReadAsync(new ReportDate(date).Json, cancellation).ConfigureAwait(false) is null)
            {
                await process.StartAsync(date, cancellation).ConfigureAwait(false);
                started.Add(date);
            }
            else if (started.Count == 0)
            {
                through = date;
            }
        }

        await watermarks.SetAsync(Watermark, new ReportDate(through).Text, cancellation).ConfigureAwait(false);
        return started;
    }
}
