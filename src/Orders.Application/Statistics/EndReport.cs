using System.Text.Json;
using Orders.Application.Payments;

namespace Orders.Application.Statistics;

/// <summary>Makes the report of a day of the sums of its parts and writes it; the report itself last, for its being there says that the day is done.</summary>
public sealed class EndReport(IReportFiles files, IReconciliations reconciliations, CheckStatistics check)
{
    /// <returns>How many counts of the live statistics differ.</returns>
    /// <exception cref="InvalidOperationException">A part was not counted.</exception>
    public async Task<int> RunAsync(ReportPlan plan, CancellationToken cancellation)
    {
        var day = new ReportDate(plan.Date);
        var sums = await check.ReadSumsAsync(plan, cancellation).ConfigureAwait(false);
        var report = DailyReport.Of(
            day, sums, await ReadStockAsync(day, cancellation).ConfigureAwait(false), await SummarizeAsync(plan.Date, cancellation).ConfigureAwait(false));
        await files.WriteAsync(day.Csv, ReportCsv.Of(report), cancellation).ConfigureAwait(false);
        await files.WriteAsync(day.Json, report.ToJson(), cancellation).ConfigureAwait(false);
        return await check.RunAsync(plan, isRepaired: false, cancellation).ConfigureAwait(false);
    }

    private async Task<StockProofView> ReadStockAsync(ReportDate day, CancellationToken cancellation) =>
        await files.ReadAsync(day.Stock, cancellation).ConfigureAwait(false) is { } proof
            ? JsonSerializer.Deserialize(proof, ReportJson.Default.StockProofView)!
            : StockProofView.None;

    /// <summary>A run that is not over says nothing: what it has come to by now is another thing a minute later.</summary>
    private async Task<ReconciliationSummaryView> SummarizeAsync(DateOnly date, CancellationToken cancellation)
    {
        if (await reconciliations.FindReportAsync(date, cancellation).ConfigureAwait(false) is not { } report || !report.IsOfWholeDay())
            return new ReconciliationSummaryView(ReconciliationViewStatus.NotRun, [], [], []);
        var counts = await reconciliations.CountAsync(date, cancellation).ConfigureAwait(false);
        return new ReconciliationSummaryView(
            ReconciliationViewStatus.Completed, report.Ours, report.Theirs,
            [.. counts.GroupBy(count => count.Class).OrderBy(group => group.Key).Select(group => new DifferencesOfClassView(group.Key, group.Sum(count => count.Count)))]);
    }
}
