using System.Globalization;
using System.Text;

namespace Orders.Application.Statistics;

/// <summary>
/// A report as rows: <c>date,section,key,measure,value</c>, a row per figure, so that days can be put under each other. UTF-8 without a mark, lines end with
/// a line feed, numbers have a full stop; nothing in it needs quotes.
/// </summary>
public static class ReportCsv
{
    public static byte[] Of(DailyReport report)
    {
        var csv = new Rows(new ReportDate(report.Date).Text);
        WriteTotals(csv, report);
        foreach (var hour in report.Hours)
        {
            var key = hour.At.ToString("yyyy-MM-dd'T'HH':00Z'", CultureInfo.InvariantCulture);
            csv.Add("hour", key, ("placed", hour.Placed), ("paid", hour.Paid), ("cancelled", hour.Cancelled), ("refunded", hour.Refunded));
            WriteMoney(csv, "hour", key, hour.Money);
        }

        foreach (var sku in report.TopSkus)
        {
            csv.Add("sku", sku.Sku.Value, ("orders", sku.Orders), ("units", sku.Units));
            csv.Add("sku", sku.Sku.Value, [.. sku.Money.Select(money => ($"sold_{money.Key}", money.Value))]);
        }

        foreach (var sale in report.Sales)
        {
            csv.Add("sale", sale.SaleId.Value, ("placed", sale.Placed), ("paid", sale.Paid), ("cancelled", sale.Cancelled), ("units", sale.Units));
            WriteMoney(csv, "sale", sale.SaleId.Value, sale.Money);
        }

        csv.Add("stock", "", ("runs", report.Stock.Runs), ("proven", report.Stock.Proven), ("drifts", report.Stock.Drifts.Count));
        foreach (var difference in report.Reconciliation.Differences)
            csv.Add("reconciliation", difference.Class.ToString(), ("differences", difference.Count));
        return csv.ToBytes();
    }

    private static void WriteTotals(Rows csv, DailyReport report)
    {
        var totals = report.Totals;
        csv.Add(
            "total", "", ("placed", totals.Placed), ("paid", totals.Paid), ("shipped", totals.Shipped), ("completed", totals.Completed),
            ("units_placed", totals.Units.Placed), ("units_paid", totals.Units.Paid), ("conversion_placed", report.Conversion.Placed),
            ("conversion_paid", report.Conversion.Paid));
        csv.Add("total", "", [.. totals.Sold.Select(sold => ($"sold_{sold.Key}", sold.Value))]);
        WriteMoney(csv, "total", "", totals.Money);
        csv.Add(
            "cancelled", "", ("buyer", totals.Cancelled.Buyer), ("merchant", totals.Cancelled.Merchant), ("support", totals.Cancelled.Support),
            ("payment_deadline", totals.Cancelled.PaymentDeadline));
        csv.Add(
            "refunds", "", ("late", totals.Refunds.Late), ("second_payment", totals.Refunds.SecondPayment), ("short", totals.Refunds.Short), ("over", totals.Refunds.Over),
            ("other_currency", totals.Refunds.OtherCurrency), ("out_of_stock", totals.Refunds.OutOfStock), ("after_sale", totals.Refunds.AfterSale));
        WriteTimes(csv, "time_to_pay", report.TimeToPay);
        WriteTimes(csv, "time_to_ship", report.TimeToShip);
    }

    private static void WriteMoney(Rows csv, string section, string key, IReadOnlyDictionary<string, MoneyFlowView> money)
    {
        foreach (var (currency, flow) in money)
            csv.Add(section, key, ($"captured_{currency}", flow.Captured), ($"refunded_{currency}", flow.Refunded), ($"net_{currency}", flow.Net));
    }

    private static void WriteTimes(Rows csv, string section, PercentilesView times)
    {
        csv.Add(section, "", ("count", times.Count));
        if (times is { P50: { } half, P90: { } most, P99: { } nearlyAll })
            csv.AddTexts(section, ("p50_seconds", Text(half)), ("p90_seconds", Text(most)), ("p99_seconds", Text(nearlyAll)));
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed class Rows(string date)
    {
        private readonly StringBuilder text = new("date,section,key,measure,value\n");

        public void Add(string section, string key, params ReadOnlySpan<(string Measure, long Value)> values)
        {
            foreach (var (measure, value) in values)
                text.Append(CultureInfo.InvariantCulture, $"{date},{section},{key},{measure},{value}\n");
        }

        public void AddTexts(string section, params ReadOnlySpan<(string Measure, string Value)> values)
        {
            foreach (var (measure, value) in values)
                text.Append(CultureInfo.InvariantCulture, $"{date},{section},,{measure},{value}\n");
        }

        public byte[] ToBytes() => Encoding.UTF8.GetBytes(text.ToString());
    }
}
