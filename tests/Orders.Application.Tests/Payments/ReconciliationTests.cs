using FsCheck;
using FsCheck.Fluent;
using Orders.Application.Payments;
using Orders.Domain;

namespace Orders.Application.Tests.Payments;

/// <summary>The comparison of our books with a statement: each class, its proposal, and whether that is safe.</summary>
public sealed class ReconciliationTests
{
    private static readonly DateOnly Day = new(2026, 3, 1);
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly OrderRef Order = new(Id.Parse<UserId>("ada"), OrderId.Derive(Id.Parse<UserId>("ada"), "1"));
    private static readonly PaymentId Payment = PaymentId.Derive(Order.OrderId, "p");
    private static readonly PaymentId Other = PaymentId.Derive(Order.OrderId, "other");
    private static readonly ReconciliationScope Scope = ReconciliationScope.Of(Day, TimeSpan.FromHours(2), Noon.AddDays(2));

    [Fact]
    public void WhatBothHave_IsNoDifference() => Assert.Empty(Compare([Captured(), Refunded()], [Line(), Refund()]));

    [Fact]
    public void NothingAtAll_IsNoDifference() => Assert.Empty(Compare([], []));

    [Fact]
    public void ACaptureThatWeNeverHeardOf_IsMissingHere_AndSafe() =>
        Is(Compare([], [Line()]), DifferenceClass.MissingHere, DifferenceProposal.ApplyCapture, isSafe: true, ours: null, theirs: Euros(1_000));

    [Fact]
    public void ACaptureOfACancelledOrder_IsLate_AndSafe() =>
        Is(Compare([], [Line()], isCancelled: true), DifferenceClass.Late, DifferenceProposal.ApplyCapture, isSafe: true, ours: null, theirs: Euros(1_000));

    [Fact]
    public void ACaptureOfNoPaymentOfOurs_IsForPeople()
    {
        var unknown = PaymentId.Derive(Order.OrderId, "nobody's");
        Is(Compare([], [Line(payment: unknown.Value)]), DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, ours: null, theirs: Euros(1_000));
        Is(Compare([], [Line(payment: "x")]), DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, ours: null, theirs: Euros(1_000));
    }

    [Fact]
    public void ACaptureOfNoOrderOfOurs_IsForPeople()
    {
        var line = Stored(Line(payment: null) with { OrderId = "nobody's" }, 0);
        var found = Reconciliation.Compare(new MoneyOfOrder(line.OrderKey, Order: null, IsCancelled: false, [], [], [line]), Scope);
        Is(found, DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, ours: null, theirs: Euros(1_000));
        Assert.Null(found[0].Order);
    }

    [Fact]
    public void ACaptureWithOurNumberButWithoutOurId_IsMatchedByTheNumber() => Assert.Empty(Compare([Captured()], [Line(payment: null)]));

    [Fact]
    public void ACaptureThatTheStatementLacks_IsMissingThere_AndAskedFor() =>
        Is(Compare([Captured()], []), DifferenceClass.MissingThere, DifferenceProposal.AskProvider, isSafe: true, ours: Euros(1_000), theirs: null);

    [Fact]
    public void Amounts_ThatDiffer_AreForPeople() =>
        Is(Compare([Captured()], [Line(amount: 999)]), DifferenceClass.Amount, DifferenceProposal.Investigate, isSafe: false, ours: Euros(1_000), theirs: Euros(999));

    [Fact]
    public void Currencies_ThatDiffer_AreForPeople() => Is(
        Compare([Captured()], [Line() with { Money = Euros(1_000) with { Currency = Id.Parse<Currency>("USD") } }]), DifferenceClass.Currency,
        DifferenceProposal.Investigate, isSafe: false, ours: Euros(1_000), theirs: Euros(1_000) with { Currency = Id.Parse<Currency>("USD") });

    [Fact]
    public void ASecondCapture_IsADuplicate_AndGoesBackOnApproval() => Is(
        Compare([Captured()], [Line(), Line(reference: "cap-2")]), DifferenceClass.Duplicate, DifferenceProposal.RefundDuplicate, isSafe: false,
        ours: Euros(1_000), theirs: Euros(1_000));

    [Fact]
    public void TheSameCaptureTwice_IsADuplicate_ForPeople() => Is(
        Compare([Captured()], [Line(), Line()]), DifferenceClass.Duplicate, DifferenceProposal.Investigate, isSafe: false, ours: Euros(1_000), theirs: Euros(1_000));

    [Fact]
    public void ASecondCaptureOfOneThatWeNeverHeardOf_IsBoth()
    {
        var found = Compare([], [Line(), Line(reference: "cap-2")]);
        Assert.Equal([DifferenceClass.MissingHere, DifferenceClass.Duplicate], found.Select(difference => difference.Class));
        // And once the first is taken over, the second is the same difference as before.
        Assert.Equal(found[1].Id, Assert.Single(Compare([Captured()], [Line(), Line(reference: "cap-2")])).Id);
    }

    [Theory]
    [InlineData(BookedState.Requested)]
    [InlineData(BookedState.Pending)]
    public void ARefundThatArrivedUnheard_IsMissingHere_AndSafe(BookedState state) => Is(
        Compare([Captured(), Refunded() with { State = state }], [Line(), Refund()]), DifferenceClass.MissingHere, DifferenceProposal.MarkRefunded, isSafe: true,
        ours: Euros(300), theirs: Euros(300));

    [Fact]
    public void ARefundThatFailedAndArrived_IsForPeople_AndNamesTheWaysOn()
    {
        var found = Compare([Captured(), Refunded() with { State = BookedState.Failed }], [Line(), Refund()]);

        Is(found, DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, ours: Euros(300), theirs: Euros(300));
        Assert.EndsWith(
            "we had heard that it failed. If it was neither sent anew nor settled outside, settle it with the provider's reference"
            + $" (POST /api/orders/{Order.OrderId}/refunds/{Payment}-r1/settle); else the buyer has it twice.", found[0].Text, StringComparison.Ordinal);
    }

    /// <summary>It stands in the books alone: the order has nothing to settle.</summary>
    [Fact]
    public void ARefundOfASecondCaptureThatFailedAndArrived_IsForPeople_WithoutAWayThatItHasNot()
    {
        var key = $"{Payment}{ReconciliationRefunds.Mark}d";
        var found = Compare([Captured(), Refunded() with { Key = key, State = BookedState.Failed }], [Line(), Refund() with { Reference = key }]);

        Is(found, DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, ours: Euros(300), theirs: Euros(300));
        Assert.DoesNotContain("/settle", found[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ARefundSettledOutsideThatArrived_IsForPeople_AndNotCalledUnasked()
    {
        var found = Compare([Captured(), Refunded() with { Provider = BookEntry.Outside }], [Line(), Refund()]);

        Is(found, DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, ours: null, theirs: Euros(300));
        Assert.Contains("it was settled outside", found[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ARefundThatWeDidNotAskFor_IsForPeople() => Is(
        Compare([Captured()], [Line(), Refund()]), DifferenceClass.MissingHere, DifferenceProposal.Investigate, isSafe: false, ours: null, theirs: Euros(300));

    [Fact]
    public void ARefundThatTheStatementLacks_IsMissingThere_AndAskedFor() => Is(
        Compare([Captured(), Refunded()], [Line()]), DifferenceClass.MissingThere, DifferenceProposal.AskProvider, isSafe: true, ours: Euros(300), theirs: null);

    [Theory]
    [InlineData(BookedState.Requested)]
    [InlineData(BookedState.Pending)]
    [InlineData(BookedState.Failed)]
    public void ARefundThatIsNotDone_IsNotMissed(BookedState state) => Assert.Empty(Compare([Captured(), Refunded() with { State = state }], [Line()]));

    [Fact]
    public void ARefundOfAnotherAmount_IsForPeople() => Is(
        Compare([Captured(), Refunded() with { State = BookedState.Requested }], [Line(), Refund(amount: 299)]), DifferenceClass.Amount, DifferenceProposal.Investigate,
        isSafe: false, ours: Euros(300), theirs: Euros(299));

    [Fact]
    public void ARefundSentTwice_IsADuplicate() => Is(
        Compare([Captured(), Refunded()], [Line(), Refund(), Refund()]), DifferenceClass.Duplicate, DifferenceProposal.Investigate, isSafe: false,
        ours: Euros(300), theirs: Euros(300));

    [Fact]
    public void ARefundUnderTheProvidersNumber_IsMatched_ByThatOrByItsMoney()
    {
        Assert.Empty(Compare([Captured(), Refunded() with { Reference = "re_1" }], [Line(), Refund() with { Reference = "re_1" }]));
        Assert.Empty(Compare([Captured(), Refunded()], [Line(), Refund() with { Reference = "re_2" }]));
    }

    /// <summary>What staff paid back past the provider is on no statement of the provider's.</summary>
    [Fact]
    public void ARefundPaidOutside_IsNotMissed() => Assert.Empty(Compare([Captured(), Refunded() with { Provider = BookEntry.Outside }], [Line()]));

    /// <summary>Captured in the last second of a day: on tomorrow's statement, and no difference today or tomorrow.</summary>
    [Fact]
    public void TheEndOfADay_IsNoDifference()
    {
        var late = Captured() with { At = new DateTimeOffset(2026, 3, 1, 23, 59, 59, TimeSpan.Zero) };
        var tomorrow = ReconciliationScope.Of(Day.AddDays(1), TimeSpan.FromHours(2), Noon.AddDays(3));
        var line = Stored(Line() with { At = late.At }, 0) with { Period = tomorrow.Period };
        Assert.Empty(Reconciliation.Compare(Money([late], []), Scope));
        Assert.Empty(Reconciliation.Compare(Money([late], [line]), Scope));
        Assert.Empty(Reconciliation.Compare(Money([late], [line]), tomorrow));
        Assert.Equal(DifferenceClass.MissingThere, Assert.Single(Reconciliation.Compare(Money([late], []), tomorrow)).Class);
    }

    /// <summary>What is younger than the grace may still be on its way into the statement, also when today is looked at.</summary>
    [Fact]
    public void WhatIsYoung_IsNotMissed()
    {
        var today = ReconciliationScope.Of(Day, TimeSpan.FromHours(2), Noon.AddHours(1));
        Assert.Empty(Reconciliation.Compare(Money([Captured()], []), today));
        Assert.Single(Reconciliation.Compare(Money([Captured() with { At = Noon.AddHours(-2) }], []), today));
    }

    [Fact]
    public void EveryInstant_IsSomeDaysToMiss()
    {
        var grace = TimeSpan.FromHours(2);
        for (var hour = 0; hour < 72; hour++)
        {
            var entry = Captured() with { At = Noon.AddHours(hour) };
            Assert.Single(Enumerable.Range(0, 5), day =>
                Reconciliation.Compare(Money([entry], []), ReconciliationScope.Of(Day.AddDays(day), grace, Noon.AddDays(30))).Count == 1);
        }
    }

    /// <summary>A line belongs to the run of its day alone; those of other days are looked at to match.</summary>
    [Fact]
    public void LinesOfOtherDays_AreOtherRunsToTell()
    {
        var yesterday = Stored(Line(), 0) with { Period = "2026-02-28" };
        Assert.Empty(Reconciliation.Compare(Money([], [yesterday]), Scope));
        Assert.Empty(Reconciliation.Compare(Money([Captured()], [yesterday]), Scope));
    }

    /// <summary>The hourly run and the night's find one and the same difference.</summary>
    [Fact]
    public void TheLastHours_TellWhatTheDayTells()
    {
        var recent = Stored(Line(), 0) with { Period = StatementPeriods.Recent };
        var found = Assert.Single(Reconciliation.Compare(Money([], [recent]), ReconciliationScope.Recent));
        Assert.Equal(Assert.Single(Reconciliation.Compare(Money([], [recent, Stored(Line(), 7)]), Scope)).Id, found.Id);
        Assert.Empty(Reconciliation.Compare(Money([Captured()], [recent, Stored(Line(), 7)]), Scope));
    }

    [Fact]
    public void Providers_AreComparedEachForItself()
    {
        var line = Stored(Line(), 0) with { Provider = "another" };
        Assert.Equal(
            [DifferenceClass.MissingHere, DifferenceClass.MissingThere], Reconciliation.Compare(Money([Captured()], [line]), Scope).Select(difference => difference.Class));
    }

    [Fact]
    public void AnyOrderOfEntriesAndLines_ComesToTheSame() => Prop
        .ForAll<int[], int>((numbers, seed) =>
        {
            var (entries, lines) = Some(numbers);
            var chance = new Random(seed);
            var shuffled = lines.OrderBy(_ => chance.Next()).Select((line, number) => line with { Number = number }).ToList();
            var first = Reconciliation.Compare(Money(entries, lines), Scope);
            var second = Reconciliation.Compare(Money([.. entries.OrderBy(_ => chance.Next())], shuffled), Scope);
            return first.Select(Essence).Order(StringComparer.Ordinal).SequenceEqual(second.Select(Essence).Order(StringComparer.Ordinal));
        })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Ids_AreUnique_AndEveryLineIsMatchedOrTold() => Prop
        .ForAll<int[]>(numbers =>
        {
            var (entries, lines) = Some(numbers);
            var found = Reconciliation.Compare(Money(entries, lines), Scope);
            // A line is the match of an entry or the difference of its own; of those that match, no two match one entry.
            return found.Select(difference => difference.Id).Distinct().Count() == found.Count
                && found.Count(difference => difference.Theirs is not null) >= lines.Count - entries.Count;
        })
        .QuickCheckThrowOnFailure();

    /// <summary>Entries and lines of two payments from plain numbers, so that a failing one shrinks well.</summary>
    private static (List<BookEntry> Entries, List<StoredLine> Lines) Some(IEnumerable<int> numbers)
    {
        var (entries, lines) = (new List<BookEntry>(), new List<StoredLine>());
        foreach (var number in numbers.Take(12).Select(number => Math.Abs((long)number)))
        {
            var payment = number / 2 % 2 == 0 ? Payment : Other;
            var amount = 1_000 + number / 5 % 2;
            switch (number % 5)
            {
                case 0 when entries.TrueForAll(entry => entry.Key != payment.Value):
                    entries.Add(Captured() with { Key = payment.Value, PaymentId = payment, Money = Euros(amount), Reference = number / 11 % 2 == 0 ? "cap-1" : null });
                    break;
                case 1 when entries.TrueForAll(entry => entry.Key != $"{payment}-r1"):
                    entries.Add(Refunded() with { Key = $"{payment}-r1", PaymentId = payment, State = (BookedState)(number / 13 % 4) });
                    break;
                case 2:
                    lines.Add(Stored(Refund(number / 7 % 2 == 0 ? 300 : 299) with { PaymentId = payment.Value, Reference = number / 3 % 2 == 0 ? $"{payment}-r1" : "re_1" }, lines.Count));
                    break;
                default:
                    lines.Add(Stored(
                        Line(amount: amount, reference: $"cap-{number / 17 % 3}", payment: number / 19 % 5 == 0 ? null : payment.Value) with { At = Noon.AddMinutes(number / 23 % 3) },
                        lines.Count));
                    break;
            }
        }

        return (entries, lines);
    }

    private static string Essence(Difference difference) =>
        $"{difference.Id} {difference.Class} {difference.Kind} {difference.Reference} {difference.Proposal} {difference.IsSafe} {difference.Ours} {difference.Theirs} {difference.At:O}";

    private static void Is(
        IReadOnlyList<Difference> found, DifferenceClass @class, DifferenceProposal proposal, bool isSafe, Money? ours, Money? theirs)
    {
        var one = Assert.Single(found);
        Assert.Equal((@class, proposal, isSafe, ours, theirs), (one.Class, one.Proposal, one.IsSafe, one.Ours, one.Theirs));
        Assert.Equal(Day, one.Date);
    }

    private static IReadOnlyList<Difference> Compare(IReadOnlyList<BookEntry> ours, IReadOnlyList<StatementLine> lines, bool isCancelled = false) =>
        Reconciliation.Compare(Money(ours, [.. lines.Select(Stored)]) with { IsCancelled = isCancelled }, Scope);

    private static MoneyOfOrder Money(IReadOnlyList<BookEntry> ours, IReadOnlyList<StoredLine> theirs) =>
        new(Order.OrderId.Value, Order, IsCancelled: false, [Payment, Other], ours, theirs);

    private static Money Euros(long cents) => new(cents, Id.Parse<Currency>("EUR"));

    private static BookEntry Captured() =>
        new(BookEntryKind.Capture, Payment.Value, Payment, Order, "simulator", Euros(1_000), BookedState.Done, Noon, 5) { Reference = "cap-1" };

    private static BookEntry Refunded() =>
        new(BookEntryKind.Refund, $"{Payment}-r1", Payment, Order, "simulator", Euros(300), BookedState.Done, Noon.AddHours(1), 6) { Reason = "Over" };

    private static StatementLine Line(long amount = 1_000, string reference = "cap-1") => Line(Payment.Value, amount, reference);

    private static StatementLine Line(string? payment, long amount = 1_000, string reference = "cap-1") =>
        new(StatementLineType.Capture, reference, payment, Order.OrderId.Value, Euros(amount), Noon);

    private static StatementLine Refund(long amount = 300) =>
        new(StatementLineType.Refund, $"{Payment}-r1", Payment.Value, Order.OrderId.Value, Euros(amount), Noon.AddHours(1));

    private static StoredLine Stored(StatementLine line, int number) => new("simulator", StatementPeriods.Of(Day), number, line);
}
