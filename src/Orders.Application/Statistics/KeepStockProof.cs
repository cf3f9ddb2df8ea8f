using System.Text.Json;
using Orders.Application.Stock;

namespace Orders.Application.Statistics;

/// <summary>Keeps what a proof of the stock found, for the report of its day.</summary>
public sealed class KeepStockProof(IReportFiles files, TimeProvider clock)
{
    private const int MostDrifts = 1_000;

    public async Task RunAsync(StockReport report, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var day = new ReportDate(DateOnly.FromDateTime(now.UtcDateTime));
        var before = await files.ReadAsync(day.Stock, cancellation).ConfigureAwait(false) is { } stored
            ? JsonSerializer.Deserialize(stored, ReportJson.Default.StockProofView)!
            : StockProofView.None;
        var drifts = report.Drifts.Select(drift => new StockDriftView(
            drift.Sku.Value, now.UtcDateTime, LevelOf(drift.Expected), LevelOf(drift.Found), drift.Repaired));
        var proof = new StockProofView(before.Runs + 1, report.Proven, [.. before.Drifts.Concat(drifts).Take(MostDrifts)]);
        await files.WriteAsync(day.Stock, JsonSerializer.SerializeToUtf8Bytes(proof, ReportJson.Default.StockProofView), cancellation).ConfigureAwait(false);
    }

    private static StockLevelView LevelOf(StockCount count) => new(count.Stock, count.Held, count.Sold);
}
