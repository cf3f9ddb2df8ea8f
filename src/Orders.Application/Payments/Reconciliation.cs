using System.Globalization;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>What both sides know of the money of one order.</summary>
/// <param name="OrderKey">The order's id, or what stands for one where a statement names none of ours.</param>
/// <param name="Order">Null when there is none.</param>
/// <param name="IsCancelled">Whether it ended unpaid.</param>
/// <param name="Payments">Its attempts, with or without money.</param>
/// <param name="Ours">Our books.</param>
/// <param name="Theirs">The lines of all statements that were read.</param>
public sealed record MoneyOfOrder(
    string OrderKey, OrderRef? Order, bool IsCancelled, IReadOnlyCollection<PaymentId> Payments, IReadOnlyList<BookEntry> Ours, IReadOnlyList<StoredLine> Theirs);

/// <summary>Which differences a run is to find: others are another run's.</summary>
/// <param name="Period">Those that lines of this period show.</param>
/// <param name="Date">The day that they belong to; null for the line's own.</param>
/// <param name="From">And what the statement lacks although our books have it since this instant</param>
/// <param name="Until">and before this one.</param>
public sealed record ReconciliationScope(string Period, DateOnly? Date, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>
    /// A whole day. What came in its last moments may stand on the next day's statement, and is the next day's to miss: so the time in which
    /// something can be missed is the day, moved back by the grace.
    /// </summary>
    public static ReconciliationScope Of(DateOnly date, TimeSpan grace, DateTimeOffset now)
    {
        var start = StartOf(date) - grace;
        var until = start.AddDays(1);
        return new(StatementPeriods.Of(date), date, start, until < now - grace ? until : now - grace);
    }

    /// <summary>What the lines of the last hours show. What these lack is the day's to miss.</summary>
    public static ReconciliationScope Recent { get; } = new(StatementPeriods.Recent, Date: null, DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    public static DateTimeOffset StartOf(DateOnly date) => new(date, TimeOnly.MinValue, TimeSpan.Zero);
}

/// <summary>
/// Holds our books of one order against the lines of it, as a pure function: the same in any order of entries and lines. Matched by payment,
/// refund and reference, never by day, for the two clocks and the end of a day are no differences.
/// </summary>
public static class Reconciliation
{
    public static IReadOnlyList<Difference> Compare(MoneyOfOrder money, ReconciliationScope scope)
    {
        var providers = money.Ours.Select(entry => entry.Provider).Concat(money.Theirs.Select(line => line.Provider)).Distinct()
            .Where(provider => provider != BookEntry.Outside).Order(StringComparer.Ordinal);
        return [.. providers.SelectMany(provider => new OneSide(money, scope, provider).Find())];
    }

    /// <summary>The comparison with one provider.</summary>
    private sealed class OneSide(MoneyOfOrder money, ReconciliationScope scope, string provider)
    {
        private const string SettledOutside = "we had heard that it failed, and it was settled outside: if not by this very money, the buyer has it twice";

        private readonly List<Difference> found = [];

        public IReadOnlyList<Difference> Find()
        {
            var lines = StatementMatch.Distinct(money.Theirs.Where(line => line.Provider == provider));
            var entries = money.Ours.Where(entry => entry.Provider == provider).OrderBy(entry => entry.At).ThenBy(entry => entry.Key, StringComparer.Ordinal).ToList();
            foreach (var pair in StatementMatch.Captures(entries, lines))
                Captures(pair);
            foreach (var pair in StatementMatch.Refunds(entries, lines))
                Refunds(pair);
            return found;
        }

        private void Captures(MatchedMoney pair)
        {
            if (pair.Main is not { } main)
            {
                Missing(pair.Entry!);
                return;
            }

            var isOurs = main.PaymentId is { } payment && money.Payments.Contains(payment);
            if (pair.Entry is { } entry)
                Compare(entry, main);
            else if (isOurs)
                Add(main, money.IsCancelled ? DifferenceClass.Late : DifferenceClass.MissingHere, DifferenceProposal.ApplyCapture, isSafe: true, "we had not heard of it");
            else
                Add(main, DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, "it is of no payment of ours");
            foreach (var other in pair.Others)
            {
                var again = other.Line.Reference == main.Line.Reference;
                Add(
                    other, DifferenceClass.Duplicate, again || !(isOurs || pair.Entry is not null) ? DifferenceProposal.Investigate : DifferenceProposal.RefundDuplicate,
                    isSafe: false, again ? "it stands there again" : "it is one more of a payment that had its money", pair.Entry);
            }
        }

        private void Refunds(MatchedMoney pair)
        {
            if (pair.Main is not { } main)
            {
                if (pair.Entry!.State == BookedState.Done)
                    Missing(pair.Entry);
                return;
            }

            if (pair.Entry is not { } entry)
                Add(main, DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, IsSettledOutside(main) ? SettledOutside : "we had not asked for it");
            else if (entry.State == BookedState.Done || entry.Money != main.Line.Money)
                Compare(entry, main);
            else if (entry.State == BookedState.Failed)
                Add(main, DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, WaysOn(entry), entry);
            else
                Add(main, DifferenceClass.MissingHere, DifferenceProposal.MarkRefunded, isSafe: true, "we had not heard of it", entry);
            foreach (var other in pair.Others)
                Add(other, DifferenceClass.Duplicate, DifferenceProposal.Investigate, isSafe: false, "it stands there once more", pair.Entry);
        }

        private bool IsSettledOutside(StoredLine line) => money.Ours.Any(entry =>
            entry is { Kind: BookEntryKind.Refund, Provider: BookEntry.Outside } && (entry.Key == line.Line.Reference || entry.Reference == line.Line.Reference));

        /// <summary>A refund that failed stays so: whether its money went another way meanwhile is for people to see.</summary>
        private string WaysOn(BookEntry entry) => ReconciliationRefunds.IsOne(entry.Key)
            ? "we had heard that it failed. Ask the provider which is true; the order has no such refund to be settled"
            : "we had heard that it failed. If it was neither sent anew nor settled outside, settle it with the provider's reference"
                + $" (POST /api/orders/{money.OrderKey}/refunds/{entry.Key}/settle); else the buyer has it twice";

        private void Compare(BookEntry entry, StoredLine line)
        {
            if (entry.Money.Currency != line.Line.Money.Currency)
                Add(line, DifferenceClass.Currency, DifferenceProposal.Investigate, isSafe: false, $"we have {MoneyText.Of(entry.Money)}", entry);
            else if (entry.Money.Amount != line.Line.Money.Amount)
                Add(line, DifferenceClass.Amount, DifferenceProposal.Investigate, isSafe: false, $"we have {MoneyText.Of(entry.Money)}", entry);
        }

        /// <summary>Our books have it, the statement not, and it has had its time.</summary>
        private void Missing(BookEntry entry)
        {
            if (entry.At < scope.From || entry.At >= scope.Until)
                return;
            Add(new Difference(
                "", scope.Date!.Value, provider, DifferenceClass.MissingThere, entry.Kind, money.OrderKey, entry.Key, DifferenceProposal.AskProvider,
                Invariant($"We have a {Word(entry.Kind)} of {MoneyText.Of(entry.Money)} on {entry.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC; the statement of {provider} lacks it."))
            {
                At = entry.At,
                IsSafe = true,
                Ours = entry.Money,
                PaymentId = entry.PaymentId,
                RefundId = entry.Kind == BookEntryKind.Refund ? entry.Key : null,
            });
        }

        private void Add(StoredLine stored, DifferenceClass @class, DifferenceProposal proposal, bool isSafe, string remark, BookEntry? entry = null)
        {
            if (stored.Period != scope.Period)
                return;
            var line = stored.Line;
            var payment = entry?.PaymentId ?? (stored.PaymentId is { } named && money.Payments.Contains(named) ? named : null);
            Add(new Difference(
                "", scope.Date ?? DateOnly.FromDateTime(line.At.UtcDateTime), provider, @class, StatementMatch.KindOf(stored), money.OrderKey, line.Reference, proposal,
                Invariant($"The statement of {provider} has a {Word(StatementMatch.KindOf(stored))} of {MoneyText.Of(line.Money)} on {line.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC; {remark}."))
            {
                At = line.At,
                IsSafe = isSafe,
                Ours = entry?.Money,
                Theirs = line.Money,
                PaymentId = payment,
                RefundId = entry is { Kind: BookEntryKind.Refund } ? entry.Key : null,
            });
        }

        private void Add(Difference difference)
        {
            var copy = 0;
            string id;
            do
                id = Difference.IdOf(difference.Date, provider, difference.Class, difference.Kind, difference.Reference, money.OrderKey, copy++);
            while (found.Exists(other => other.Id == id));
            found.Add(difference with { Id = id, Order = money.Order });
        }
    }

    private static string Word(BookEntryKind kind) => kind == BookEntryKind.Capture ? "capture" : "refund";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
