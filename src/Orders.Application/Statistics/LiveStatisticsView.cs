using System.Text.Json.Serialization;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Domain.Statistics;

namespace Orders.Application.Statistics;

/// <summary>The query of the live statistics, as a client sends it.</summary>
public sealed record LiveStatisticsRequest(string? Window, string? Bucket, string? Sku, string? SaleId);

/// <summary>How long the buckets of a series are, as the API says it.</summary>
[JsonConverter(typeof(CamelCaseNames<BucketLength>))]
public enum BucketLength
{
    Minute,
    Hour,
    Day,
}

/// <summary>The live statistics as the API answers them.</summary>
/// <param name="Now">When this was so.</param>
/// <param name="Window">The time that was asked for, as an ISO 8601 duration. The buckets that it touches count as a whole.</param>
/// <param name="From">Where the first bucket begins.</param>
/// <param name="Series">Every bucket of the window, oldest first, empty ones too; the last one is not over yet.</param>
/// <param name="TopSkus">Those of which most units were paid; nothing when one SKU or sale was asked for.</param>
/// <param name="Sales">Those with most orders; likewise.</param>
/// <param name="LagSeconds">How long the event that was counted last had been on its way; null before the first.</param>
public sealed record LiveStatisticsView(
    DateTime Now, string Window, BucketLength Bucket, DateTime From, string? Sku, string? SaleId, StatTotalsView Totals, ConversionView Conversion,
    PercentilesView TimeToPay, PercentilesView TimeToShip, IReadOnlyList<StatPointView> Series, IReadOnlyList<TopSkuView> TopSkus, IReadOnlyList<SaleStatView> Sales,
    double? LagSeconds);

/// <summary>What happened in a time.</summary>
/// <param name="Money">By currency. Empty when one SKU was asked for: money moves for orders, not for lines.</param>
/// <param name="Sold">What paid orders cost, by currency; of a SKU, its lines. Minor units.</param>
public sealed record StatTotalsView(
    long Placed, long Paid, CancelledView Cancelled, long Shipped, long Completed, RefundsView Refunds, UnitsView Units,
    IReadOnlyDictionary<string, MoneyFlowView> Money, IReadOnlyDictionary<string, long> Sold)
{
    public static StatTotalsView Of(Tally tally) => new(
        tally[Measure.Placed], tally[Measure.Paid], CancelledView.Of(tally), tally[Measure.Shipped], tally[Measure.Completed], RefundsView.Of(tally),
        new UnitsView(tally[Measure.UnitsPlaced], tally[Measure.UnitsPaid]), MoneyFlowView.Of(tally), SoldOf(tally));

    internal static IReadOnlyDictionary<string, long> SoldOf(Tally tally) => new SortedDictionary<string, long>(
        tally.Currencies.Where(currency => tally[Measure.MoneyPaid, currency] != 0).ToDictionary(currency => currency.Value, currency => tally[Measure.MoneyPaid, currency]),
        StringComparer.Ordinal);
}

/// <summary>Orders that ended unpaid, by who or what ended them.</summary>
public sealed record CancelledView(long Count, long Buyer, long Merchant, long Support, long PaymentDeadline)
{
    public static CancelledView Of(Tally tally)
    {
        var view = new CancelledView(
            0, By(CancelCause.Buyer), By(CancelCause.Merchant), By(CancelCause.Support), By(CancelCause.PaymentDeadline));
        return view with { Count = view.Buyer + view.Merchant + view.Support + view.PaymentDeadline };

        long By(CancelCause cause) => tally[FactCounts.MeasureOf(cause)];
    }
}

/// <summary>Refunds that were sent, by reason.</summary>
public sealed record RefundsView(long Count, long Late, long SecondPayment, long Short, long Over, long OtherCurrency, long OutOfStock, long AfterSale)
{
    public static RefundsView Of(Tally tally) => new(
        tally.Sum(Measure.RefundedLate, Measure.RefundedAfterSale), For(tally, RefundReason.Late), For(tally, RefundReason.SecondPayment), For(tally, RefundReason.Short),
        For(tally, RefundReason.Over), For(tally, RefundReason.OtherCurrency), For(tally, RefundReason.OutOfStock), For(tally, RefundReason.AfterSale));

    private static long For(Tally tally, RefundReason reason) => tally[FactCounts.MeasureOf(reason)];
}

/// <summary>Units of orders that were placed, and of orders that were paid.</summary>
public sealed record UnitsView(long Placed, long Paid);

/// <summary>Money that moved, in minor units; <c>Net = Captured − Refunded</c>.</summary>
public sealed record MoneyFlowView(long Captured, long Refunded, long Net)
{
    public static IReadOnlyDictionary<string, MoneyFlowView> Of(Tally tally)
    {
        var flows = new SortedDictionary<string, MoneyFlowView>(StringComparer.Ordinal);
        foreach (var currency in tally.Currencies)
        {
            var (captured, refunded) = (tally[Measure.MoneyCaptured, currency], tally[Measure.MoneyRefunded, currency]);
            if (captured != 0 || refunded != 0)
                flows.Add(currency.Value, new MoneyFlowView(captured, refunded, captured - refunded));
        }

        return flows;
    }
}

/// <summary>Of the orders placed in a time, how many were paid, whenever.</summary>
/// <param name="Rate">To four places; null when none was placed.</param>
public sealed record ConversionView(long Placed, long Paid, double? Rate)
{
    public static ConversionView Of(Tally tally)
    {
        var (placed, paid) = (tally[Measure.Placed], tally[Measure.PaidOfPlaced]);
        return new(placed, paid, placed == 0 ? null : Math.Round((double)paid / placed, 4));
    }
}

/// <summary>Durations in seconds, each off by at most 2.5 %; null of nothing.</summary>
public sealed record PercentilesView(double? P50, double? P90, double? P99, long Count)
{
    public static PercentilesView Of(Tally tally, Measure first)
    {
        return new(At(0.5), At(0.9), At(0.99), DurationSlots.CountOf(tally, first));

        double? At(double share) => DurationSlots.Percentile(tally, first, share) is { } seconds ? Math.Round(seconds, seconds < 100 ? 2 : 0) : null;
    }
}

/// <summary>A bucket of the series.</summary>
/// <param name="Refunded">How many refunds were sent.</param>
public sealed record StatPointView(DateTime At, long Placed, long Paid, long Cancelled, long Refunded, IReadOnlyDictionary<string, MoneyFlowView> Money)
{
    public static StatPointView Of(DateTimeOffset at, Tally tally) => new(
        at.UtcDateTime, tally[Measure.Placed], tally[Measure.Paid], tally.Sum(Measure.CancelledByBuyer, Measure.CancelledByDeadline),
        tally.Sum(Measure.RefundedLate, Measure.RefundedAfterSale), MoneyFlowView.Of(tally));
}

/// <summary>A SKU by what was paid of it.</summary>
/// <param name="Orders">Paid orders with it.</param>
/// <param name="Money">What its lines cost, by currency, in minor units.</param>
public sealed record TopSkuView(Sku Sku, long Orders, long Units, IReadOnlyDictionary<string, long> Money)
{
    /// <summary>Those with most units, by name among equals.</summary>
    public static IReadOnlyList<TopSkuView> Of(IEnumerable<ScopeTally> skus, int most) =>
    [
        .. skus.Where(sku => sku.Tally[Measure.UnitsPaid] > 0)
            .OrderByDescending(sku => sku.Tally[Measure.UnitsPaid]).ThenBy(sku => sku.Scope.Name, StringComparer.Ordinal).Take(most)
            .Select(sku => new TopSkuView(
                Id.Parse<Sku>(sku.Scope.Name), sku.Tally[Measure.Paid], sku.Tally[Measure.UnitsPaid], StatTotalsView.SoldOf(sku.Tally))),
    ];
}

/// <summary>A flash sale.</summary>
/// <param name="Units">Of paid orders.</param>
/// <param name="Money">What moved, by currency.</param>
public sealed record SaleStatView(SaleId SaleId, long Placed, long Paid, long Cancelled, long Units, IReadOnlyDictionary<string, MoneyFlowView> Money)
{
    /// <summary>Those with most orders placed, by name among equals.</summary>
    public static IReadOnlyList<SaleStatView> Of(IEnumerable<ScopeTally> sales, int most) =>
    [
        .. sales.OrderByDescending(sale => sale.Tally[Measure.Placed]).ThenBy(sale => sale.Scope.Name, StringComparer.Ordinal).Take(most)
            .Select(sale => new SaleStatView(
                Id.Parse<SaleId>(sale.Scope.Name), sale.Tally[Measure.Placed], sale.Tally[Measure.Paid],
                sale.Tally.Sum(Measure.CancelledByBuyer, Measure.CancelledByDeadline), sale.Tally[Measure.UnitsPaid], MoneyFlowView.Of(sale.Tally))),
    ];
}
