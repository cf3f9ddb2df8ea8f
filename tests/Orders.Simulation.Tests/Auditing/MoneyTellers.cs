using System.Text.Json;
using Orders.Application.Payments;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Simulation.Tests.Clients;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>5, in the books that finance keeps apart from the orders: the same movements, the same states, nothing besides.</summary>
internal sealed class BooksAgree : Checker
{
    public override void AtEnd(Books books, Inspection store)
    {
        var booked = store.Texts("SELECT key || ' ' || order_id || ' ' || kind || ' ' || state || ' ' || amount || ' ' || currency || ' ' || provider FROM payment_book")
            .ToHashSet(StringComparer.Ordinal);
        foreach (var order in books.Orders)
        {
            foreach (var expected in order.Payments.Where(payment => payment.Captured is not null).SelectMany(payment => EntriesOf(order, payment)))
            {
                if (!booked.Remove(expected))
                    Broken($"the books lack {expected}");
            }
        }

        foreach (var surplus in booked)
            Broken($"the books have {surplus}, and no order has");
    }

    private static IEnumerable<string> EntriesOf(Order order, OrderPayment payment)
    {
        var captured = payment.Captured!.Value;
        yield return $"{payment.PaymentId} {order.OrderId} {(int)BookEntryKind.Capture} {(int)BookedState.Done} {captured.Amount} {captured.Currency} {payment.Provider}";
        foreach (var refund in payment.Refunds)
        {
            var state = refund.Status == RefundStatus.Succeeded ? BookedState.Done : refund.Status == RefundStatus.Failed ? BookedState.Failed : BookedState.Pending;
            var by = refund.SettledOutside is null ? payment.Provider : BookEntry.Outside;
            yield return $"{refund.RefundId} {order.OrderId} {(int)BookEntryKind.Refund} {(int)state} {refund.Amount} {captured.Currency} {by}";
        }
    }
}

/// <summary>
/// Where is my money: the page's sums are those of a version of the order while things move, and the provider's own at the end. It says that nothing is
/// missing when that is so and only then, and else names what is.
/// </summary>
internal sealed class MoneyPageTells : Checker
{
    private static readonly string[] CalmWords = ["Nothing is missing", "Nothing was captured, and nothing is owed."];

    private readonly HashSet<string> open = [];

    /// <summary>The orders with a difference that people have yet to decide about.</summary>
    public override void Reconciled(Books books, ReconciledDays days)
    {
        open.Clear();
        open.UnionWith(days.Open.Select(difference => difference.OrderKey));
    }

    public override void Answered(Books books, ClientRequest request, ClientAnswer answer)
    {
        if (request.Kind is not (RequestKind.Money or RequestKind.MoneyAtRest) || !answer.IsSuccess || books.Find(request.Order!.Value) is not { } order)
            return;
        var sums = answer.Json.GetProperty("sums").EnumerateArray().ToDictionary(sum => sum.GetProperty("currency").GetString()!, SumsOf);
        var explanation = answer.Json.GetProperty("explanation").GetString()!;
        if (sums.Values.Any(sum => sum.Captured != sum.Refunded + sum.Kept + sum.Pending + sum.Owed))
            Broken($"{request} does not add up: {answer.Text}");
        if (!books.Versions[order.OrderId].Exists(version => Tells(version, sums)))
            Broken($"{request} is answered with sums that no version of the order had: {answer.Text}");
        if (request.Kind == RequestKind.MoneyAtRest)
            CompareAtRest(books, order, sums, explanation);
    }

    /// <summary>Nothing moves: the page can be held against the provider.</summary>
    private void CompareAtRest(Books books, Order order, Dictionary<string, PageSums> sums, string explanation)
    {
        foreach (var (currency, sum) in sums)
        {
            var payments = order.Payments.Where(payment => payment.Captured?.Currency.Value == currency).ToList();
            var captured = books.Captures.Where(capture => Books.OrderOf(capture.Key) == order.OrderId && capture.Value.Currency.Value == currency).ToList();
            var outside = payments.SelectMany(payment => payment.Refunds).Where(refund => refund.SettledOutside is not null).Sum(refund => refund.Amount);
            var arrived = books.Refunds.Values.Where(refund => captured.Exists(capture => capture.Key == refund.Payment));
            var back = arrived.Where(refund => refund.Status == ProviderRefundStatus.Succeeded).Sum(refund => refund.Amount) + outside;
            if (sum.Captured != captured.Sum(capture => capture.Value.Amount) || sum.Refunded != back)
                Broken($"the money page of {order.OrderId} says {sum}, the provider captured {captured.Sum(capture => capture.Value.Amount)}, and {back} went back");
        }

        var isCalm = CalmWords.Any(word => explanation.Contains(word, StringComparison.Ordinal));
        var failed = order.Payments.SelectMany(payment => payment.Refunds).Where(refund => refund is { Status: RefundStatus.Failed, RetriedBy: null }).ToList();
        var isMissing = failed.Count > 0 || sums.Values.Any(sum => sum.Pending + sum.Owed != 0) || open.Contains(order.OrderId.Value);
        if (isCalm == isMissing)
            Broken($"the money page of {order.OrderId} ({order.Status}) explains {string.Join(", ", sums.Values)} by: {explanation}");
        if (failed.Count > 0 && !(explanation.Contains("failed", StringComparison.Ordinal) && failed.Exists(refund => explanation.Contains(Decimal(refund.Amount), StringComparison.Ordinal))))
            Broken($"the money page of {order.OrderId} does not name the refund that failed, but says: {explanation}");
    }

    private static bool Tells(Order version, Dictionary<string, PageSums> sums)
    {
        var expected = version.Payments.Where(payment => payment.Captured is not null).GroupBy(payment => payment.Captured!.Value.Currency.Value).ToList();
        return expected.Count == 0
            ? sums.Values.All(sum => sum.Captured == 0)
            : expected.Count == sums.Count && expected.TrueForAll(payments => sums.TryGetValue(payments.Key, out var sum)
                && sum.Captured == payments.Sum(payment => payment.Captured!.Value.Amount)
                && sum.Refunded == payments.SelectMany(payment => payment.Refunds).Where(refund => refund.Status == RefundStatus.Succeeded).Sum(refund => refund.Amount));
    }

    private static PageSums SumsOf(JsonElement sum) => new(
        sum.GetProperty("captured").GetInt64(), sum.GetProperty("refunded").GetInt64(), sum.GetProperty("kept").GetInt64(), sum.GetProperty("pending").GetInt64(),
        sum.GetProperty("owed").GetInt64());

    private static string Decimal(long amount) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{amount / 100}.{amount % 100:00}");

    private sealed record PageSums(long Captured, long Refunded, long Kept, long Pending, long Owed);
}

/// <summary>A difference as operators see it.</summary>
internal sealed record SeenDifference(string Date, string Id, string OrderKey, string Class, string Reference);

/// <summary>What running all days again came to.</summary>
/// <param name="Planted">References of the wrong lines that statements were given and that people have to decide about.</param>
/// <param name="Open">The differences that wait for people.</param>
/// <param name="Effects">Whatever a repair could have changed, counted before and after.</param>
/// <param name="IsAgain">The days had been run before with the same statements: nothing was left to repair.</param>
internal sealed record ReconciledDays(IReadOnlyList<string> Planted, IReadOnlyList<SeenDifference> Open, (string Before, string After) Effects, bool IsAgain);

/// <summary>Reconciliation finds every wrong line and nothing else, and what it repairs it repairs once.</summary>
internal sealed class ReconciliationFinds : Checker
{
    public override void Reconciled(Books books, ReconciledDays days)
    {
        foreach (var difference in days.Open.Where(difference => !days.Planted.Contains(difference.Reference)))
            Broken($"{difference} waits for people, and nobody planted it");
        foreach (var planted in days.Planted.Where(planted => !days.Open.Any(difference => difference.Reference == planted)))
            Broken($"the wrong line {planted} of a statement was not found");
        if (days.IsAgain && days.Effects.Before != days.Effects.After)
            Broken($"running the days again had an effect: {days.Effects.Before} became {days.Effects.After}");
    }
}
