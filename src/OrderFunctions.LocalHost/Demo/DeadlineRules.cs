using System.Text.Json.Nodes;

namespace OrderFunctions.LocalHost.Demo;

/// <summary>Every deadline was met: nothing waited longer than its timer and the sweep behind it allow.</summary>
internal static class DeadlineRules
{
    private static readonly TimeSpan Receipt = TimeSpan.FromDays(10);

    // The second layer looks every minute; the timer itself is due to the second.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    public static IReadOnlyList<Finding> Check(IReadOnlyList<SeenOrder> seen, DateTimeOffset now) =>
    [
        DemoAudit.Rule("no order waited for money past its deadline", seen, one => Left(one, "PendingPayment", now) <= DemoAudit.Time(one.Json["payBy"]) + Grace),
        DemoAudit.Rule("every shipped order was completed within ten days", [.. seen.Where(IsShipped)], one =>
            Left(one, "Shipped", now) <= DemoAudit.Time(Entries(one, "to", "Shipped").First()["at"]) + Receipt + Grace),
    ];

    private static bool IsShipped(SeenOrder one) => Entries(one, "to", "Shipped").Any();

    /// <summary>When the order left that state for the first time; now if it is still there.</summary>
    private static DateTimeOffset Left(SeenOrder one, string state, DateTimeOffset now) =>
        Entries(one, "from", state).FirstOrDefault() is { } entry ? DemoAudit.Time(entry["at"]) : now;

    private static IEnumerable<JsonNode> Entries(SeenOrder one, string side, string state) => one.Timeline.Where(entry => (string?)entry[side] == state);
}
