using System.Globalization;

namespace Orders.Application.Statistics;

/// <summary>A UTC day as reports see it: its bounds, when it closes, and where its files lie. The names are public: others read these files.</summary>
public readonly record struct ReportDate(DateOnly Date)
{
    /// <summary>After the day: time for those who ordered late to pay, and for what came in at midnight to be stored.</summary>
    private static readonly TimeSpan Closing = TimeSpan.FromHours(3);

    /// <summary>Before any shop of this kind.</summary>
    private static readonly DateOnly First = new(2000, 1, 1);
    private static readonly DateOnly Last = new(9999, 1, 1);

    public DateTimeOffset From => new(Date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    public DateTimeOffset Until => From.AddDays(1);

    /// <summary>From then on it can be reported on, and what happens later doesn't change its report any more.</summary>
    public DateTimeOffset ClosesAt => Until + Closing;

    public string Text => Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public string Json => $"reports/date={Text}/report.json";

    public string Csv => $"reports/date={Text}/report.csv";

    public string Facts => $"facts/orders/date={Text}";

    /// <summary>What the check of the live statistics against the last report found.</summary>
    public string CheckFile => $"checks/date={Text}.json";

    /// <summary>What the day's proofs of the stock found.</summary>
    public string Stock => $"stock/date={Text}.json";

    /// <summary>The last day that is closed.</summary>
    public static DateOnly LastClosed(DateTimeOffset now) => DateOnly.FromDateTime((now - Closing).UtcDateTime).AddDays(-1);

    public static ReportDate Parse(string text) => new(DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture));

    public string FactsOf(int part) => string.Create(CultureInfo.InvariantCulture, $"{Facts}/part-{part:00}.jsonl");

    /// <summary>The sums of a part, for the report to be made of.</summary>
    public string SumsOf(int part) => string.Create(CultureInfo.InvariantCulture, $"sums/date={Text}/part-{part:00}.json");

    public bool Contains(DateTimeOffset at) => at >= From && at < Until;

    /// <summary>The day of a request, which must be over and closed.</summary>
    internal static Result<ReportDate> Check(string text, DateTimeOffset now)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date < First || date > Last)
            return Refusal.Invalid.Field("date", "must be a day since 2000-01-01, as 2026-01-31");
        var day = new ReportDate(date);
        return date > LastClosed(now) ? new Refusal.ReportNotDue(day.Text, day.ClosesAt) : day;
    }
}
