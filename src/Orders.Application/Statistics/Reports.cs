using Orders.Application.Payments;

namespace Orders.Application.Statistics;

/// <summary>Starts the report of a day. A port, because on Azure a client of the durable engine exists only within a function's call.</summary>
public interface IReportProcess
{
    /// <summary>Starts it; one that is under way goes on and is no error.</summary>
    /// <param name="reconciledBy">Until when it waits for the day's reconciliation, if that is not completed before; null for not at all.</param>
    Task StartAsync(DateOnly date, DateTimeOffset? reconciledBy, CancellationToken cancellation);

    /// <summary>Tells the report that the day's reconciliation is completed, if one waits. May be repeated.</summary>
    Task TellReconciledAsync(DateOnly date, CancellationToken cancellation);
}

/// <summary>In which form a report is wanted.</summary>
public enum ReportFormat
{
    Json,
    Csv,
}

/// <summary>The report of a day, byte for byte as it was written.</summary>
public sealed class ReadReport(IReportFiles files, TimeProvider clock)
{
    public async Task<Result<byte[]>> RunAsync(string date, ReportFormat format, CancellationToken cancellation)
    {
        var checkedDate = ReportDate.Check(date, clock.GetUtcNow());
        if (!checkedDate.Succeeded)
            return checkedDate.Refusal;
        var day = checkedDate.Value;
        return await files.ReadAsync(format == ReportFormat.Csv ? day.Csv : day.Json, cancellation).ConfigureAwait(false) is { } report
            ? report
            : new Refusal.NotFound("report of that day yet");
    }
}

/// <summary>Makes the report of a day, or makes it again: the same orders give the same bytes.</summary>
public sealed class RerunReport(LookAtReconciliation reconciliation, StatisticsPolicy policy, TimeProvider clock)
{
    /// <returns>The day, whose report was started or is under way.</returns>
    public async Task<Result<ReportDate>> RunAsync(string date, IReportProcess process, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var day = ReportDate.Check(date, now);
        if (!day.Succeeded)
            return day;

        // Whoever asks for a day that nobody reconciles wants it now.
        var isUnderWay = await reconciliation.RunAsync(day.Value.Date, cancellation).ConfigureAwait(false) == ReconciliationViewStatus.Running;
        await process.StartAsync(day.Value.Date, isUnderWay ? now + policy.WaitForReconciliation : null, cancellation).ConfigureAwait(false);
        return day;
    }
}

/// <summary>Files with the facts of a day.</summary>
public sealed record FactFileListView(DateOnly Date, IReadOnlyList<FactFileView> Items);

/// <param name="File">Its name, for <c>GET /api/reports/{date}/facts/{file}</c>.</param>
public sealed record FactFileView(string File, long Bytes);

/// <summary>Which fact files a day has.</summary>
public sealed class ListFactFiles(IReportFiles files, ReadReport report, TimeProvider clock)
{
    public async Task<Result<FactFileListView>> RunAsync(string date, CancellationToken cancellation)
    {
        // The report is written last: before it is there the files may be fewer than they will be.
        var made = await report.RunAsync(date, ReportFormat.Json, cancellation).ConfigureAwait(false);
        if (!made.Succeeded)
            return made.Refusal;
        var day = ReportDate.Check(date, clock.GetUtcNow()).Value;
        var found = await files.ListAsync(day.Facts, cancellation).ConfigureAwait(false);
        return new FactFileListView(day.Date, [.. found.Select(file => new FactFileView(file.Name[(day.Facts.Length + 1)..], file.Bytes))]);
    }
}

/// <summary>One of a day's fact files.</summary>
public sealed class ReadFactFile(IReportFiles files, TimeProvider clock)
{
    public async Task<Result<byte[]>> RunAsync(string date, string file, CancellationToken cancellation)
    {
        var day = ReportDate.Check(date, clock.GetUtcNow());
        if (!day.Succeeded)
            return day.Refusal;
        var part = Enumerable.Range(0, OrderParts.Count).FirstOrDefault(n => day.Value.FactsOf(n) == $"{day.Value.Facts}/{file}", -1);
        return part >= 0 && await files.ReadAsync(day.Value.FactsOf(part), cancellation).ConfigureAwait(false) is { } content
            ? content
            : new Refusal.NotFound("file of facts");
    }
}
