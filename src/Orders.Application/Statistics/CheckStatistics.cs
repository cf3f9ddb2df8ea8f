using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orders.Domain.Statistics;

namespace Orders.Application.Statistics;

/// <summary>What the check of a day found: what the live statistics have and what the store says, where that differs.</summary>
/// <param name="IsRepaired">Whether what was missing has been counted since.</param>
public sealed record StatisticsCheck(DateOnly Date, DateTime CheckedAt, bool IsRepaired, IReadOnlyList<StatDifferenceView> Differences);

/// <param name="Scope">Empty for all orders, else the SKU or sale.</param>
/// <param name="Missing">What the store says beyond the live statistics; below zero, what they have too much.</param>
public sealed record StatDifferenceView(StatScopeKind Kind, string Scope, string Missing);

/// <summary>
/// The second layer behind the live statistics: holds a day of them against the sums that the report took from the store. Conversion is left out: the live
/// one goes on after the day closes, and hangs on the same facts.
/// </summary>
public sealed class CheckStatistics(IStatistics statistics, IReportFiles files, TimeProvider clock, ILogger<CheckStatistics> log)
{
    private const int MostShown = 1_000;

    /// <returns>How many counts differ. What is found is written down; nothing found leaves what an earlier check found.</returns>
    public async Task<int> RunAsync(ReportPlan plan, bool isRepaired, CancellationToken cancellation)
    {
        var day = new ReportDate(plan.Date);
        var differences = await CompareAsync(plan, cancellation).ConfigureAwait(false);
        if (differences.Count > 0 || isRepaired)
        {
            var shown = new StatisticsCheck(plan.Date, clock.GetUtcNow().UtcDateTime, isRepaired, [.. differences.Take(MostShown)]);
            await files.WriteAsync(day.CheckFile, JsonSerializer.SerializeToUtf8Bytes(shown, ReportJson.Default.StatisticsCheck), cancellation).ConfigureAwait(false);
        }

        if (isRepaired)
            log.StatisticsRepaired(day.Text, differences.Count);
        else if (differences.Count > 0)
            log.StatisticsDiffer(day.Text, differences.Count, differences[0].ToString());
        return differences.Count;
    }

    internal async Task<DaySums> ReadSumsAsync(ReportPlan plan, CancellationToken cancellation)
    {
        var (day, sums) = (new ReportDate(plan.Date), DaySums.None);
        foreach (var part in plan.Parts)
        {
            var stored = await files.ReadAsync(day.SumsOf(part), cancellation).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"Part {part} of {day.Text} was not counted.");
            sums += StoredSums.Read(stored);
        }

        return sums;
    }

    private async Task<IReadOnlyList<StatDifferenceView>> CompareAsync(ReportPlan plan, CancellationToken cancellation)
    {
        var (day, sums) = (new ReportDate(plan.Date), await ReadSumsAsync(plan, cancellation).ConfigureAwait(false));
        var span = new StatSpan(StatGrain.Day, day.From, day.Until);
        var live = new Dictionary<StatScope, Tally>();
        foreach (var bucket in await statistics.ReadAsync(StatScope.Total, span, cancellation).ConfigureAwait(false))
            live[StatScope.Total] = bucket.Tally;
        foreach (var kind in new[] { StatScopeKind.Sku, StatScopeKind.Sale })
        {
            foreach (var other in await statistics.SumAsync(kind, [span], cancellation).ConfigureAwait(false))
                live[other.Scope] = other.Tally;
        }

        var stored = new Dictionary<StatScope, Tally>(sums.Others) { [StatScope.Total] = sums.Total };
        return
        [
            .. from scope in live.Keys.Union(stored.Keys)
               orderby scope.Kind, scope.Name
               let missing = (stored.GetValueOrDefault(scope, Tally.Empty) - live.GetValueOrDefault(scope, Tally.Empty)).Without(Measure.PaidOfPlaced)
               where !missing.IsEmpty
               select new StatDifferenceView(scope.Kind, scope.Name, missing.ToString()),
        ];
    }
}
