using System.Globalization;
using System.Xml;
using Orders.Domain;
using Orders.Domain.Statistics;

namespace Orders.Application.Statistics;

/// <summary>Answers what happened in the last minutes, hours or days, for all orders, one SKU or one flash sale. Reads, and counts nothing.</summary>
public sealed class ReadLiveStatistics(IStatistics statistics, StatisticsPolicy policy, TimeProvider clock)
{
    private const int MostBuckets = 1_500;
    private const int MostSkus = 10;
    private const int MostSales = 20;
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromHours(1);

    public async Task<Result<LiveStatisticsView>> RunAsync(LiveStatisticsRequest request, CancellationToken cancellation)
    {
        var checkedQuery = Check(request);
        return checkedQuery.Succeeded ? await RunAsync(checkedQuery.Value, cancellation).ConfigureAwait(false) : checkedQuery.Refusal;
    }

    /// <summary>A query that may be asked again and again.</summary>
    public Result<LiveQuery> Check(LiveStatisticsRequest request)
    {
        var form = new Form();
        var window = string.IsNullOrEmpty(request.Window)
            ? DefaultWindow
            : form.Duration("window", request.Window, TimeSpan.FromMinutes(1), policy.Days);
        var grain = GrainOf(form, request.Bucket, window);
        if (form.Refusal is null && window > KeptOf(grain))
            form.Error("window", $"must be at most {XmlConvert.ToString(KeptOf(grain))}: so long buckets of this length are kept");
        else if (form.Refusal is null && window / StatTimes.LengthOf(grain) > MostBuckets)
            form.Error("bucket", string.Create(CultureInfo.InvariantCulture, $"would make more than {MostBuckets} buckets of the window"));
        var scope = ScopeOf(form, request);
        return form.Refusal is { } refusal ? refusal : new LiveQuery(window, grain, scope);
    }

    public async Task<LiveStatisticsView> RunAsync(LiveQuery query, CancellationToken cancellation)
    {
        var (now, length) = (clock.GetUtcNow(), StatTimes.LengthOf(query.Grain));
        var until = StatTimes.StartOf(query.Grain, now) + length;
        var count = (int)Math.Ceiling(query.Window / length);
        var span = new StatSpan(query.Grain, until - count * length, until);
        var pulse = await statistics.PulseAsync(cancellation).ConfigureAwait(false);
        var buckets = (await statistics.ReadAsync(query.Scope, span, cancellation).ConfigureAwait(false)).ToDictionary(bucket => bucket.At, bucket => bucket.Tally);
        var sum = Tally.Sum(buckets.Values);
        var others = query.Scope.Kind == StatScopeKind.Total ? StatTimes.Cover(span) : [];
        return new LiveStatisticsView(
            now.UtcDateTime, XmlConvert.ToString(query.Window), (BucketLength)query.Grain, span.From.UtcDateTime,
            query.Scope.Kind == StatScopeKind.Sku ? query.Scope.Name : null, query.Scope.Kind == StatScopeKind.Sale ? query.Scope.Name : null,
            StatTotalsView.Of(sum), ConversionView.Of(sum), PercentilesView.Of(sum, Measure.TimeToPay), PercentilesView.Of(sum, Measure.TimeToShip),
            [.. Enumerable.Range(0, count).Select(n => span.From + n * length).Select(at => StatPointView.Of(at, buckets.GetValueOrDefault(at, Tally.Empty)))],
            TopSkuView.Of(await SumAsync(StatScopeKind.Sku, others, cancellation).ConfigureAwait(false), MostSkus),
            SaleStatView.Of(await SumAsync(StatScopeKind.Sale, others, cancellation).ConfigureAwait(false), MostSales),
            LagOf(pulse));
    }

    private async Task<IReadOnlyList<ScopeTally>> SumAsync(StatScopeKind kind, IReadOnlyList<StatSpan> spans, CancellationToken cancellation) =>
        spans.Count == 0 ? [] : await statistics.SumAsync(kind, spans, cancellation).ConfigureAwait(false);

    private static double? LagOf(StatPulse pulse) =>
        pulse is { EventAt: { } at, CountedAt: { } counted } ? Math.Round(Math.Max(0, (counted - at).TotalSeconds), 3) : null;

    private static StatGrain GrainOf(Form form, string? bucket, TimeSpan window)
    {
        switch (bucket)
        {
            case null or "":
                return window <= TimeSpan.FromHours(3) ? StatGrain.Minute : window <= TimeSpan.FromDays(7) ? StatGrain.Hour : StatGrain.Day;
            case "minute":
                return StatGrain.Minute;
            case "hour":
                return StatGrain.Hour;
            case "day":
                return StatGrain.Day;
            default:
                form.Error("bucket", "must be minute, hour or day");
                return StatGrain.Day;
        }
    }

    private static StatScope ScopeOf(Form form, LiveStatisticsRequest request)
    {
        var (hasSku, hasSale) = (!string.IsNullOrEmpty(request.Sku), !string.IsNullOrEmpty(request.SaleId));
        if (hasSku && hasSale)
            form.Error("saleId", "can't be asked for together with sku");
        if (hasSku && !Sku.TryParse(request.Sku, out _))
            form.Error("sku", "must be a SKU");
        if (hasSale && !SaleId.TryParse(request.SaleId, out _))
            form.Error("saleId", "must be the id of a flash sale");
        return hasSku ? new(StatScopeKind.Sku, request.Sku!) : hasSale ? new(StatScopeKind.Sale, request.SaleId!) : StatScope.Total;
    }

    private TimeSpan KeptOf(StatGrain grain) => grain switch
    {
        StatGrain.Minute => policy.Minutes,
        StatGrain.Hour => policy.Hours,
        _ => policy.Days,
    };
}

/// <summary>A query whose form is right.</summary>
public sealed record LiveQuery(TimeSpan Window, StatGrain Grain, StatScope Scope);
