using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Orders.Application.Checkout;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Tests.Payments;

/// <summary>The page "where is my money": every entry in order, sums that add up, and the sentence that explains them.</summary>
public sealed class MoneyPageTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly OrderRef Ref = new(Id.Parse<UserId>("ada"), OrderId.Derive(Id.Parse<UserId>("ada"), "1"));
    private static readonly PaymentId Pay = PaymentId.Derive(Ref.OrderId, "p");
    private static readonly Currency Euro = Id.Parse<Currency>("EUR");

    [Fact]
    public void NothingPaidYet() => Explains(Placed(Open()), "Nothing was captured yet; 20.00 EUR are awaited until 2026-03-01 12:30 UTC.", (0, 0, 0, 0, 0));

    [Fact]
    public void CancelledWithoutMoney() => Explains(Cancelled(Open() with { Status = PaymentStatus.Voided }), "Nothing was captured, and nothing is owed.", (0, 0, 0, 0, 0));

    [Fact]
    public void PaidAndTold() => Explains(
        Facts(Paid(Captured(2_000))) with { Messages = [Told(2_000)] }, "Nothing is missing: captured 20.00 EUR, refunded 0.00 EUR.", (2_000, 0, 2_000, 0, 0));

    [Fact]
    public void PaidAndFoundByAsking() => Explains(
        Facts(Paid(Captured(2_000))) with { Queries = [Query("it is open", 1), Query(ProviderQuery.CapturedWords(Euros(2_000)), 7)] },
        "20.00 EUR were captured on 2026-03-01 12:05 UTC; no webhook reached us; asking found it on 2026-03-01 12:07 UTC. Nothing is missing: captured 20.00 EUR, refunded 0.00 EUR.", (2_000, 0, 2_000, 0, 0));

    [Fact]
    public void PaidAndFoundByTheReconciliation() => Explains(
        Facts(Paid(Captured(2_000))) with { Lines = [Line(2_000)], Differences = [Found(DifferenceProposal.ApplyCapture) with { State = DifferenceState.Applied, Outcome = "It paid the order." }] },
        "20.00 EUR were captured on 2026-03-01 12:05 UTC by the provider's statement; no webhook reached us; the reconciliation found it on 2026-03-02 03:17 UTC."
        + " Nothing is missing: captured 20.00 EUR, refunded 0.00 EUR.",
        (2_000, 0, 2_000, 0, 0));

    [Fact]
    public void OnTheStatementAndNotInTheOrder() => Explains(
        Facts(Placed(Open())) with { Lines = [Line(2_000)] },
        "20.00 EUR were captured on 2026-03-01 12:05 UTC by the provider's statement; no webhook reached us, and the order does not have it yet.", (0, 0, 0, 0, 0));

    [Fact]
    public void ToldAndNotApplied() => Explains(
        Facts(Placed(Open())) with { Messages = [Told(2_000) with { State = ProviderMessageState.Stored }] },
        "The provider told us payment.succeeded over 20.00 EUR on 2026-03-01 12:06 UTC; that is being applied.", (0, 0, 0, 0, 0));

    [Fact]
    public void ToldAndRefused() => Explains(
        Facts(Paid(Captured(2_000))) with
        {
            Messages = [Told(2_000), Told(9_000) with { State = ProviderMessageState.Refused, Note = "20.00 EUR was captured before, now it is 90.00 EUR" }],
        },
        "What the provider told us on 2026-03-01 12:06 UTC (payment.succeeded over 90.00 EUR) was refused: 20.00 EUR was captured before, now it is 90.00 EUR."
        + " Nothing is missing: captured 20.00 EUR, refunded 0.00 EUR.",
        (2_000, 0, 2_000, 0, 0));

    /// <summary>What was refused before must not hide what is missing now.</summary>
    [Fact]
    public void NotEnough_AndAnotherToldAndRefused() => Explains(
        Facts(Placed(Captured(1_500) with { Kept = 0 })) with
        {
            Messages = [Told(1_500), Told(9_000) with { State = ProviderMessageState.Refused, Note = "15.00 EUR was captured before, now it is 90.00 EUR" }],
        },
        "What the provider told us on 2026-03-01 12:06 UTC (payment.succeeded over 90.00 EUR) was refused: 15.00 EUR was captured before, now it is 90.00 EUR."
        + " 15.00 EUR of 20.00 EUR came; the whole is awaited until 2026-03-01 12:30 UTC, then it goes back.",
        (1_500, 0, 1_500, 0, 0));

    [Fact]
    public void TooMuch_ToGoBack() => Explains(
        Paid(Captured(3_200)), "12.00 EUR too much goes back; the refund is about to be requested.", (3_200, 0, 2_000, 0, 1_200));

    [Theory]
    [InlineData(RefundStatus.Requested)]
    [InlineData(RefundStatus.Pending)]
    public void TooMuch_OnItsWay(RefundStatus status) => Explains(
        Paid(Captured(3_200, Refund(1_200, RefundReason.Over, status))), "12.00 EUR too much is on its way back since 2026-03-01 12:10 UTC.", (3_200, 0, 2_000, 1_200, 0));

    [Fact]
    public void TooMuch_Failed() => Explains(
        Paid(Captured(3_200, Refund(1_200, RefundReason.Over, RefundStatus.Failed))),
        "The refund of 12.00 EUR too much failed; the shop's staff decide how it goes back.", (3_200, 0, 2_000, 0, 1_200));

    [Fact]
    public void TooMuch_FailedAndSentAnew() => Explains(
        Facts(Paid(Captured(
            3_200, Refund(1_200, RefundReason.Over, RefundStatus.Failed) with { RetriedBy = "r2" }, Refund(1_200, RefundReason.Over, RefundStatus.Succeeded) with { RefundId = "r2" })))
            with
        { Messages = [Told(3_200)] },
        "Nothing is missing: captured 32.00 EUR, refunded 12.00 EUR.", (3_200, 1_200, 2_000, 0, 0));

    [Fact]
    public void LateMoney_WentBack() => Explains(
        Facts(Cancelled(Captured(2_000, Refund(2_000, RefundReason.Late, RefundStatus.Succeeded)) with { Kept = 0 })) with { Messages = [Told(2_000)] },
        "Nothing is missing: captured 20.00 EUR, refunded 20.00 EUR.", (2_000, 2_000, 0, 0, 0));

    [Fact]
    public void NotEnough() => Explains(
        Facts(Placed(Captured(1_500) with { Kept = 0 })) with { Messages = [Told(1_500)] },
        "15.00 EUR of 20.00 EUR came; the whole is awaited until 2026-03-01 12:30 UTC, then it goes back.", (1_500, 0, 1_500, 0, 0));

    [Fact]
    public void ADifferenceForPeople() => Explains(
        Facts(Paid(Captured(2_000))) with { Messages = [Told(2_000)], Differences = [Found(DifferenceProposal.Investigate)] },
        "It differs. The shop's staff look into it.", (2_000, 0, 2_000, 0, 0));

    [Fact]
    public void OtherCurrency_IsASumOfItsOwn()
    {
        var dollars = new Money(900, Id.Parse<Currency>("USD"));
        var order = Paid(Captured(2_000)) with { };
        order = order with { Payments = [Captured(2_000) with { PaymentId = PaymentId.Derive(Ref.OrderId, "q"), Captured = dollars, Kept = 0 }, .. order.Payments] };
        Assert.Equal([(Euro, 2_000L, 0L), (dollars.Currency, 900L, 900L)], MoneySums.Of(order).Select(sum => (sum.Currency, sum.Captured, sum.Owed)));
    }

    /// <summary>All that came went back, and nothing is said to be fine: the order still waits.</summary>
    [Fact]
    public void OtherCurrency_WentBack_AndTheOrderStillWaits()
    {
        var dollars = new Money(900, Id.Parse<Currency>("USD"));
        var payment = Captured(900, Refund(900, RefundReason.OtherCurrency, RefundStatus.Succeeded)) with { Captured = dollars, Kept = 0 };
        var page = MoneyView.Of(Facts(Placed(payment)) with { Messages = [Told(900)] });
        Assert.Equal("What was captured went back; 20.00 EUR are awaited until 2026-03-01 12:30 UTC.", page.Explanation);
    }

    [Fact]
    public void ARefundThatFailed_TellsWhatStaffDidAboutIt()
    {
        var refund = Refund(1_200, RefundReason.Over, RefundStatus.Failed);
        var page = MoneyView.Of(Facts(Paid(Captured(
            3_200, refund with { RetriedBy = "r2" }, refund with { RefundId = "r2", Status = RefundStatus.Succeeded, SettledOutside = "T-7" }))));
        Assert.Equal(
            ["12.00 EUR too much: sending it back failed; r2 was sent in its place.", "12.00 EUR too much: paid back outside the provider, reference T-7."],
            page.Entries.Where(entry => entry.Kind == MoneyEntryKind.Refund).Select(entry => entry.Text));
    }

    [Fact]
    public void Entries_TellAll_InTheOrderOfTime()
    {
        var facts = Facts(Paid(Captured(3_200, Refund(1_200, RefundReason.Over, RefundStatus.Succeeded)))) with
        {
            Messages = [Told(3_200)],
            Queries = [Query("it is open", 1)],
            Lines = [Line(3_200), Line(3_200) with { Period = StatementPeriods.Recent }],
            Differences = [Found(DifferenceProposal.Investigate)],
            Booked = [SentTwice()],
        };
        var page = MoneyView.Of(facts);
        Assert.Equal(
            [
                MoneyEntryKind.Intent, MoneyEntryKind.Query, MoneyEntryKind.Capture, MoneyEntryKind.Statement, MoneyEntryKind.Webhook, MoneyEntryKind.Refund,
                MoneyEntryKind.Refund, MoneyEntryKind.Difference,
            ],
            page.Entries.Select(entry => entry.Kind));
        Assert.Equal(page.Entries.OrderBy(entry => entry.At), page.Entries);
        Assert.Equal(("Applied", 3_200L, Euro, "cap-1"), page.Entries.Where(entry => entry.Kind == MoneyEntryKind.Webhook).Select(entry => (entry.State, entry.Amount, entry.Currency!.Value, entry.Reference)).Single());
        Assert.All(page.Entries, entry => Assert.NotEmpty(entry.Text));
    }

    [Theory]
    [InlineData(1, "simulator told us payment.succeeded over 20.00 EUR; it had its effect.")]
    [InlineData(3, "simulator told us payment.succeeded over 20.00 EUR; it had its effect. It came 3 times.")]
    public void AMessage_TellsHowOftenItCame(int seen, string text) =>
        Assert.Equal(text, WebhookEntry(Facts(Paid(Captured(2_000))) with { Messages = [Told(2_000) with { Seen = seen }] })?.Text);

    /// <summary>Each provider has words of its own; what a provider says in another's is none of its messages.</summary>
    [Fact]
    public void AMessage_IsReadInItsProvidersWords()
    {
        var facts = Facts(Paid(Captured(2_000))) with { Messages = [Told(2_000) with { Source = "upside-down", Body = Reversed(Told(2_000).Body) }] };

        Assert.Null(WebhookEntry(facts));
        var told = facts with { Schemes = new WebhookSchemes([new UpsideDown()]) };
        Assert.Equal("upside-down told us payment.succeeded over 20.00 EUR; it had its effect.", WebhookEntry(told)?.Text);
        Assert.Equal("Nothing is missing: captured 20.00 EUR, refunded 0.00 EUR.", MoneyView.Of(told).Explanation);
    }

    [Fact]
    public void Page_HoldsNoPersonalData()
    {
        var json = JsonSerializer.Serialize(MoneyView.Of(Facts(Paid(Captured(2_000))) with { Queries = [Query("it is open", 1)], Booked = [SentTwice()], Lines = [Line(1)] }), ApiJson.Default.MoneyView);
        foreach (var personal in new[] { "ada", "Main Street", "Zürich", "note" })
            Assert.DoesNotContain(personal, json, StringComparison.Ordinal);
    }

    [Fact]
    public void Sums_AlwaysAddUp() => Prop
        .ForAll<int[]>(numbers =>
        {
            var payments = numbers.Take(6).Select((number, index) => Some(Math.Abs((long)number), index));
            var order = Paid(Captured(2_000)) with { Payments = [.. payments] };
            return MoneySums.Of(order).All(sum => sum.Captured == sum.Refunded + sum.Kept + sum.Pending + sum.Owed && sum is { Refunded: >= 0, Pending: >= 0, Owed: >= 0 });
        })
        .QuickCheckThrowOnFailure();

    private static OrderPayment Some(long number, int index)
    {
        var refunds = Enumerable.Range(0, (int)(number % 3)).Select(n => Refund(100 + n, RefundReason.Over, (RefundStatus)((number / 3 + n) % 4))).ToArray();
        return Captured(2_000 + number % 5 * 100, refunds) with { PaymentId = PaymentId.Derive(Ref.OrderId, $"p{index}"), Kept = number % 2 == 0 ? 1_500 : 0 };
    }

    private static void Explains(Order order, string explanation, (long, long, long, long, long) sums) => Explains(Facts(order), explanation, sums);

    private static void Explains(MoneyFacts facts, string explanation, (long Captured, long Refunded, long Kept, long Pending, long Owed) sums)
    {
        // Told of, unless the case is about not being told.
        var page = MoneyView.Of(facts);
        Assert.Equal(explanation, page.Explanation);
        Assert.Equal([new MoneySumView(Euro, sums.Captured, sums.Refunded, sums.Kept, sums.Pending, sums.Owed)], page.Sums);
    }

    private static MoneyEntryView? WebhookEntry(MoneyFacts facts) =>
        MoneyView.Of(facts).Entries.SingleOrDefault(entry => entry.Kind == MoneyEntryKind.Webhook);

    private static string Reversed(string text) => string.Concat(text.Reverse());

    private static MoneyFacts Facts(Order order) => new(order, [], [], [], [], [], new WebhookSchemes([]));

    private static Order Placed(params OrderPayment[] payments)
    {
        var mug = Id.Parse<Sku>("MUG");
        var basket = Pricing.Price([new WantedLine(mug, 1)], new Dictionary<Sku, CatalogueItem> { [mug] = new(mug, "Mug", 2_000, Euro) }, shipping: 0);
        return Order.Place(Ref, basket, new Address("Ada", "1 Main Street", null, "Zürich", null, "8001", "CH"), "a note", null, "f", Start, Start.AddMinutes(30))
            with
        { Payments = payments };
    }

    private static Order Paid(OrderPayment payment) => Applied(Placed(payment), new OrderEvent.PaymentSettled(Start.AddMinutes(5), Pay));

    private static Order Cancelled(OrderPayment payment) => Applied(Placed(payment), new OrderEvent.CancelRequested(Start.AddMinutes(2), CancelCause.Buyer));

    private static Order Applied(Order order, OrderEvent fact) => order.Apply(fact, Actor.System, "because").Order;

    private static OrderPayment Open() => new(Pay, Euros(2_000), "simulator", PaymentStatus.Open, Start);

    private static OrderPayment Captured(long cents, params OrderRefund[] refunds) => Open() with
    {
        Status = PaymentStatus.Settled,
        Captured = Euros(cents),
        CapturedAt = Start.AddMinutes(5),
        ProviderReference = "cap-1",
        Kept = 2_000,
        Refunds = refunds,
    };

    private static OrderRefund Refund(long cents, RefundReason reason, RefundStatus status) => new($"{Pay}-r1", cents, reason, status, Start.AddMinutes(10));

    private static ProviderMessage Told(long cents)
    {
        var body = new ProviderMessageBody(ProviderMessageTypes.PaymentSucceeded, Start.AddMinutes(5), new ProviderMessageData(Pay, Ref.OrderId, cents, Euro, "cap-1"));
        return new("simulator", $"m-{cents}", "hash", Encoding.UTF8.GetString(body.Write()), Start.AddMinutes(6)) { State = ProviderMessageState.Applied };
    }

    private static ProviderQuery Query(string said, int minute) => new(Ref, Pay, RefundId: null, QueriedBy.Schedule, Start.AddMinutes(minute), said);

    private static StoredLine Line(long cents) =>
        new("simulator", "2026-03-01", 0, new StatementLine(StatementLineType.Capture, "cap-1", Pay.Value, Ref.OrderId.Value, Euros(cents), Start.AddMinutes(5)));

    private static Difference Found(DifferenceProposal proposal) => new(
        "d", new DateOnly(2026, 3, 1), "simulator", DifferenceClass.MissingHere, BookEntryKind.Capture, Ref.OrderId.Value, "cap-1", proposal, "It differs.")
    {
        At = Start.AddMinutes(5),
        FoundAt = new DateTimeOffset(2026, 3, 2, 3, 17, 0, TimeSpan.Zero),
        PaymentId = Pay,
        Theirs = Euros(2_000),
    };

    private static BookEntry SentTwice() => new(
        BookEntryKind.Refund, $"{Pay}{ReconciliationRefunds.Mark}d", Pay, Ref, "simulator", Euros(2_000), BookedState.Done, Start.AddHours(1), 3);

    private static Money Euros(long cents) => new(cents, Euro);

    /// <summary>A provider that says what ours says, from its end to its beginning.</summary>
    private sealed class UpsideDown : IWebhookScheme
    {
        public string Provider => "upside-down";

        public string Challenge => "";

        public WebhookVerdict Verify(Func<string, string?> header, ReadOnlySpan<byte> body, DateTimeOffset now) => throw new NotSupportedException();

        public MessageReading Read(ReadOnlySpan<byte> body) => new StandardWebhookScheme(Provider, []).Read(Encoding.UTF8.GetBytes(Reversed(Encoding.UTF8.GetString(body))));
    }
}
