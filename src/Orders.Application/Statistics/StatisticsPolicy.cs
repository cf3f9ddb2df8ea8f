namespace Orders.Application.Statistics;

/// <summary>How statistics are kept and shown (section <c>Statistics</c>).</summary>
public sealed record StatisticsPolicy
{
    /// <summary>How long minutes are kept. 2 days.</summary>
    public TimeSpan Minutes { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long hours are kept. 60 days.</summary>
    public TimeSpan Hours { get; init; } = TimeSpan.FromDays(60);

    /// <summary>How long days are kept. 10 years.</summary>
    public TimeSpan Days { get; init; } = TimeSpan.FromDays(3_653);

    /// <summary>
    /// How long it is remembered which facts of an order were counted. What happened before is not counted any more, however it comes. 400 days: longer than
    /// any event may still tell of it.
    /// </summary>
    public TimeSpan Facts { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How many may watch live at once, per instance of the app. 50.</summary>
    public int Listeners { get; init; } = 50;

    /// <summary>How many parts of a day's report are counted at once. 8.</summary>
    public int PartsAtOnce { get; init; } = 8;

    /// <summary>How long the report of a day waits for its reconciliation at the most. 6 hours.</summary>
    public TimeSpan WaitForReconciliation { get; init; } = TimeSpan.FromHours(6);

    public StatHorizons HorizonsAt(DateTimeOffset now) => new(now - Minutes, now - Hours, now - Days, now - Facts);

    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public StatisticsPolicy Checked() =>
        Minutes < TimeSpan.FromHours(1) || Minutes > TimeSpan.FromDays(14) ? throw Wrong(nameof(Minutes), "an hour to 14 days")
        : Hours < Minutes || Hours > TimeSpan.FromDays(400) ? throw Wrong(nameof(Hours), "as long as Statistics:Minutes to 400 days")
        : Days < Hours || Days > TimeSpan.FromDays(36_600) ? throw Wrong(nameof(Days), "as long as Statistics:Hours to 36600 days")
        : Facts < TimeSpan.FromDays(35) || Facts > TimeSpan.FromDays(36_600) ? throw Wrong(nameof(Facts), "35 to 36600 days")
        : Listeners is < 0 or > 10_000 ? throw Wrong(nameof(Listeners), "0 to 10000")
        : WaitForReconciliation < TimeSpan.Zero || WaitForReconciliation > TimeSpan.FromHours(20) ? throw Wrong(nameof(WaitForReconciliation), "0 to 20 hours")
        : PartsAtOnce is < 1 or > 32 ? throw Wrong(nameof(PartsAtOnce), "1 to 32")
        : this;

    private static InvalidOperationException Wrong(string name, string range) => new($"The setting Statistics:{name} must be {range}.");
}
