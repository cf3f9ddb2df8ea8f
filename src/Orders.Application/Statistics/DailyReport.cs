using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Application.Payments;
using Orders.Domain.Statistics;

namespace Orders.Application.Statistics;

/// <summary>The report of a day, as it is written and answered. Nothing in it says when it was made: the same day gives the same bytes.</summary>
/// <param name="ClosedAt">Payments until then count towards the conversion of the day's orders.</param>
/// <param name="Hours">All 24.</param>
/// <param name="TopSkus">Those of which most units were paid.</param>
/// <param name="Sales">Those with most orders.</param>
/// <param name="Facts">How many lines the fact files have, and how many files there are.</param>
public sealed record DailyReport(
    DateOnly Date, DateTime ClosedAt, StatTotalsView Totals, ConversionView Conversion, PercentilesView TimeToPay, PercentilesView TimeToShip,
    IReadOnlyList<StatPointView> Hours, IReadOnlyList<TopSkuView> TopSkus, IReadOnlyList<SaleStatView> Sales, StockProofView Stock,
    ReconciliationSummaryView Reconciliation, FactFilesView Facts)
{
    private const int MostSkus = 50;
    private const int MostSales = 100;

    public static DailyReport Of(ReportDate day, DaySums sums, StockProofView stock, ReconciliationSummaryView reconciliation)
    {
        var total = sums.Total;
        return new DailyReport(
            day.Date, day.ClosesAt.UtcDateTime, StatTotalsView.Of(total), ConversionView.Of(total), PercentilesView.Of(total, Measure.TimeToPay),
            PercentilesView.Of(total, Measure.TimeToShip), [.. sums.Hours.Select((hour, n) => StatPointView.Of(day.From.AddHours(n), hour))],
            TopSkuView.Of(Of(StatScopeKind.Sku), MostSkus), SaleStatView.Of(Of(StatScopeKind.Sale), MostSales), stock, reconciliation,
            new FactFilesView(sums.Files, sums.Facts));

        IEnumerable<ScopeTally> Of(StatScopeKind kind) => sums.Others.Where(other => other.Key.Kind == kind).Select(other => new ScopeTally(other.Key, other.Value));
    }

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.DailyReport), (byte)'\n'];
}

/// <param name="Count">How many files.</param>
/// <param name="Lines">In all of them.</param>
public sealed record FactFilesView(int Count, long Lines);

/// <summary>What the proofs of the stock found that ran on a day.</summary>
/// <param name="Runs">How many ran to their end.</param>
/// <param name="Proven">SKUs that the last one looked at.</param>
/// <param name="Drifts">Counters that were not what they must be; at most 1,000.</param>
public sealed record StockProofView(int Runs, int Proven, IReadOnlyList<StockDriftView> Drifts)
{
    public static readonly StockProofView None = new(0, 0, []);
}

public sealed record StockDriftView(string Sku, DateTime FoundAt, StockLevelView Expected, StockLevelView Found, bool Repaired);

public sealed record StockLevelView(long Stock, long Held, long Sold);

/// <summary>The day's reconciliation with the payment providers. What people decided about differences is not told: it goes on after the day.</summary>
public sealed record ReconciliationSummaryView(
    ReconciliationViewStatus Status, IReadOnlyList<MoneySum> Ours, IReadOnlyList<MoneySum> Theirs, IReadOnlyList<DifferencesOfClassView> Differences);

public sealed record DifferencesOfClassView(DifferenceClass Class, long Count);

/// <summary>How reports, facts and what lies beside them are written. Public formats: append.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DailyReport))]
[JsonSerializable(typeof(FactRow))]
[JsonSerializable(typeof(StoredSums))]
[JsonSerializable(typeof(StockProofView))]
[JsonSerializable(typeof(StatisticsCheck))]
public sealed partial class ReportJson : JsonSerializerContext;
