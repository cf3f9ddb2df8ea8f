using System.Globalization;
using System.Text.Json;
using OrderFunctions.LocalHost.Simulators;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests.Clients;

/// <summary>
/// What operators do when all is over: run every day's reconciliation again, with the statements as they are and with wrong ones; decide what is found; and
/// look at the money page of every order.
/// </summary>
internal sealed class Closing(Clients clients, Auditor auditor, SimulatedShop shop)
{
    private static readonly (string Who, string Role) Ops = ("ops-1", "ops");

    private int numbers;

    public async Task RunAsync()
    {
        var days = Days();
        await ReconcileAsync(days, planted: [], isAgain: false);
        await ReadPagesAsync(_ => true);
        if (days.Count == 0)
            return;
        var planted = await PlantAsync(days);
        await ReconcileAsync(days, planted, isAgain: false);
        await ReadPagesAsync(_ => true);
        var open = await ReconcileAsync(days, planted, isAgain: true);
        foreach (var difference in open)
            await DecideAsync(difference);
        await ReconcileAsync(days, planted: [], isAgain: false);
        await ReadPagesAsync(_ => true);
    }

    /// <summary>The pages of orders with a refund that failed, which says so until somebody takes its way on.</summary>
    public Task ReadPagesOfFailuresAsync() => ReadPagesAsync(
        order => order.Payments.Any(payment => payment.Refunds.Any(refund => refund is { Status: RefundStatus.Failed, RetriedBy: null })));

    private async Task ReadPagesAsync(Func<Order, bool> wanted)
    {
        foreach (var order in auditor.Books.Orders.Where(wanted).ToList())
            await clients.SendAsync(Shoppers.About(order, RequestKind.MoneyAtRest, ("support-1", "support"), HttpMethod.Get, "/money", key: null, body: null));
    }

    /// <summary>The days on which money moved, by the provider's books.</summary>
    private List<DateOnly> Days() => [.. auditor.Inspect().Texts(
        """
        SELECT CAST(captured_at AS TEXT) FROM simulator_payments WHERE captured_at IS NOT NULL UNION SELECT CAST(at AS TEXT) FROM simulator_refunds
        """).Select(text => DateOnly.FromDateTime(new DateTimeOffset(long.Parse(text, CultureInfo.InvariantCulture), TimeSpan.Zero).UtcDateTime)).Distinct().Order()];

    /// <summary>
    /// Makes the statement of the first day with a capture wrong: it lacks that capture, has another twice, one that is nobody's, and one of ours with another
    /// amount. What it lacks the provider is asked about; the rest is for people.
    /// </summary>
    private async Task<IReadOnlyList<string>> PlantAsync(IReadOnlyList<DateOnly> days)
    {
        foreach (var day in days)
        {
            var lines = shop.Provider.Statement(day);
            var captures = lines.Where(line => line.Type == "capture").ToList();
            if (captures.Count < 3)
                continue;
            var wrong = captures[2] with { Amount = captures[2].Amount + 1 };
            var nobodys = new SimulatedLine("capture", "cap-nobody", "nobody", "nobody", 4711, "EUR", captures[0].At);
            await shop.Provider.ReplaceStatementAsync(day, [.. lines.Except([captures[0], captures[2]]), captures[1], wrong, nobodys]);
            return [captures[1].Reference, wrong.Reference, nobodys.Reference];
        }

        return [];
    }

    private async Task<IReadOnlyList<SeenDifference>> ReconcileAsync(IReadOnlyList<DateOnly> days, IReadOnlyList<string> planted, bool isAgain)
    {
        var before = Effects();
        foreach (var day in days)
            await clients.SendAsync(Request(HttpMethod.Post, $"/api/ops/reconciliations/{Name(day)}", body: null));
        await shop.AdvanceAsync(TimeSpan.FromMinutes(2));
        var open = new List<SeenDifference>();
        foreach (var day in days)
        {
            var answer = await clients.SendAsync(Request(HttpMethod.Get, $"/api/ops/reconciliations/{Name(day)}?state=open&limit=100", body: null));
            open.AddRange(answer!.Json.GetProperty("differences").EnumerateArray().Select(difference => SeenOf(Name(day), difference)));
        }

        auditor.Reconciled(new ReconciledDays(planted, open, (before, Effects()), isAgain));
        return open;
    }

    private Task DecideAsync(SeenDifference difference) => clients.SendAsync(Request(
        HttpMethod.Post, $"/api/ops/reconciliations/{difference.Date}/differences/{difference.Id}/dismiss", """{"reason":"The provider took it back"}"""));

    /// <summary>Whatever a repair can change, in numbers.</summary>
    private string Effects() => string.Join(", ", auditor.Inspect().Texts(
        """
        SELECT 'orders ' || coalesce(sum(version), 0) FROM orders
        UNION ALL SELECT 'refunds ' || count(*) FROM simulator_refunds
        UNION ALL SELECT 'books ' || count(*) || ' ' || coalesce(sum(version), 0) FROM payment_book
        UNION ALL SELECT 'differences ' || count(*) || ' ' || coalesce(sum(version), 0) FROM differences
        UNION ALL SELECT 'questions ' || count(*) FROM payment_queries WHERE asked_by = 'Reconciliation'
        """));

    private ClientRequest Request(HttpMethod method, string path, string? body) =>
        new(RequestKind.Reconcile, Ops.Who, Ops.Role, method, path, method == HttpMethod.Post ? $"o{numbers++}" : null, body);

    private static SeenDifference SeenOf(string date, JsonElement difference) => new(
        date, difference.GetProperty("differenceId").GetString()!,
        difference.TryGetProperty("orderId", out var order) ? order.GetString() ?? "" : "", difference.GetProperty("class").GetString()!,
        difference.GetProperty("reference").GetString()!);

    private static string Name(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
