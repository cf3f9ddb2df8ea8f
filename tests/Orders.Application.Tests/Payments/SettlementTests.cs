using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Tests.Payments;

/// <summary>The money rules, on an order of two lines and a shipping fee: 2 × 12.50 + 3 × 4.99 + 3.90 = 43.87 €.</summary>
public sealed class SettlementTests
{
    private const long Total = 2 * 1_250 + 3 * 499 + 390;

    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Deadline = At.AddMinutes(30);
    private static readonly Currency Euro = Id.Parse<Currency>("EUR");
    private static readonly OrderRef Ref = new(Id.Parse<UserId>("ada"), OrderId.Derive(Id.Parse<UserId>("ada"), "key"));
    private static readonly PaymentId First = PaymentId.Derive(Ref.OrderId, "1");
    private static readonly PaymentId Second = PaymentId.Derive(Ref.OrderId, "2");

    [Fact]
    public void Decide_FullAmount_PaysTheOrderAndKeepsTheTotal()
    {
        var save = Saved(Decide(Pending(), First, Total));

        Assert.Equal((SettlementKind.Paid, EventTypes.Paid), (save.Kind, save.EventType));
        Assert.Equal(new OrderState.Paid(First, At), save.Changed.State);
        Assert.Equal((4_387L, 4_387L, 0L), (Total, save.Changed.Totals.Paid, save.Changed.Totals.Refunded));
        Assert.Equal((PaymentStatus.Settled, Total, 0L), Money(save.Changed, First));
        Assert.Equal(2, save.Changed.Version);
        Assert.False(save.Changed.OwesMoney);
    }

    [Fact]
    public void Decide_TooMuch_OwesTheExcess()
    {
        var save = Saved(Decide(Pending(), First, Total + 13));

        Assert.Equal((PaymentStatus.Settled, Total, 13L), Money(save.Changed, First));
        Assert.Equal(Total + 13, save.Changed.Totals.Paid);
        Assert.True(save.Changed.OwesMoney);
        Assert.Equal(RefundReason.Over, Settlement.ReasonOf(save.Changed, save.Changed.Payments[0]));
    }

    [Fact]
    public void Decide_TooLittle_WaitsAndOwesNothingYet()
    {
        var save = Saved(Decide(Pending(), First, Total - 1));

        Assert.Equal((SettlementKind.Short, EventTypes.MoneyReceived), (save.Kind, save.EventType));
        Assert.Equal(OrderStatus.PendingPayment, save.Changed.Status);
        Assert.Equal((PaymentStatus.Settled, 0L, Total - 1), Money(save.Changed, First));
        Assert.False(save.Changed.OwesMoney);
        Assert.True(Cancelled(save.Changed).OwesMoney);
        Assert.Equal(RefundReason.Short, Settlement.ReasonOf(Cancelled(save.Changed), save.Changed.Payments[0]));
    }

    [Fact]
    public void Decide_OtherCurrency_OwesItAtOnceAndLeavesTheSumsAlone()
    {
        var save = Saved(Settlement.Decide(
            Pending(), First, new Capture(new Money(Total, Id.Parse<Currency>("USD")), At, "r"), stock: null, new OrderPolicy(), At));

        Assert.Equal(SettlementKind.OtherCurrency, save.Kind);
        Assert.Equal(OrderStatus.PendingPayment, save.Changed.Status);
        Assert.Equal(0, save.Changed.Totals.Paid);
        Assert.True(save.Changed.OwesMoney);
        Assert.Equal(RefundReason.OtherCurrency, Settlement.ReasonOf(save.Changed, save.Changed.Payments[0]));
    }

    [Fact]
    public void Decide_SameAgain_IsAlreadyApplied()
    {
        var paid = Saved(Decide(Pending(), First, Total)).Changed;

        Assert.IsType<SettlementDecision.AlreadyApplied>(Decide(paid, First, Total));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Decide_SamePaymentWithOtherAmount_Contradicts(long difference)
    {
        var paid = Saved(Decide(Pending(), First, Total)).Changed;

        Assert.IsType<SettlementDecision.Contradicts>(Decide(paid, First, Total + difference));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Decide_NothingOrLess_IsNoCapture(long amount) =>
        Assert.IsType<SettlementDecision.Contradicts>(Decide(Pending(), First, amount));

    [Fact]
    public void Decide_PaymentOfNobody_IsUnknown() =>
        Assert.IsType<SettlementDecision.UnknownPayment>(Decide(Pending(), PaymentId.Derive(Ref.OrderId, "3"), Total));

    [Fact]
    public void Decide_SecondPayment_OwesAllOfIt()
    {
        var paid = Saved(Decide(Pending(), First, Total)).Changed;

        var save = Saved(Decide(paid, Second, Total));

        Assert.Equal((SettlementKind.SecondPayment, EventTypes.MoneyReceived), (save.Kind, save.EventType));
        Assert.Equal(OrderStatus.Paid, save.Changed.Status);
        Assert.Equal((PaymentStatus.Settled, 0L, Total), Money(save.Changed, Second));
        Assert.Equal(2 * Total, save.Changed.Totals.Paid);
        Assert.Equal(RefundReason.SecondPayment, Settlement.ReasonOf(save.Changed, save.Changed.Payments[1]));
    }

    [Fact]
    public void Decide_LateWithinTheWindow_AsksForStockFirst()
    {
        var order = Expired();

        Assert.Equal(new SettlementDecision.NeedsStock(1), Decide(order, First, Total, now: Deadline.AddHours(2)));
        Assert.Equal(new SettlementDecision.NeedsStock(1), Decide(order, First, Total, new RevivalStock(0, Reserved: true), Deadline.AddHours(2)));
    }

    [Fact]
    public void Decide_LateWithStock_RevivesUnderTheNewHold()
    {
        var save = Saved(Decide(Expired(), First, Total + 1, new RevivalStock(1, Reserved: true), Deadline.AddHours(2)));

        Assert.Equal((SettlementKind.Revived, EventTypes.Paid, 1), (save.Kind, save.EventType, save.Changed.Hold));
        Assert.Equal(OrderStatus.Paid, save.Changed.Status);
        Assert.Equal((PaymentStatus.Settled, Total, 1L), Money(save.Changed, First));
    }

    [Fact]
    public void Decide_LateWithoutStock_OwesItAll() => IsLate(Expired(), new RevivalStock(1, Reserved: false), Deadline.AddHours(2));

    [Fact]
    public void Decide_LateAfterTheWindow_OwesItAll() => IsLate(Expired(), stock: null, Deadline.AddHours(24).AddTicks(1));

    [Fact]
    public void Decide_LateAtTheWindowsEnd_CanStillRevive() =>
        Assert.IsType<SettlementDecision.NeedsStock>(Decide(Expired(), First, Total, now: Deadline.AddHours(24)));

    [Fact]
    public void Decide_LateAndShort_OwesItAll()
    {
        var save = Saved(Decide(Expired(), First, Total - 1, now: Deadline.AddHours(1)));

        Assert.Equal(SettlementKind.Late, save.Kind);
        Assert.True(save.Changed.OwesMoney);
    }

    [Fact]
    public void Decide_AfterTheBuyersCancel_NeverRevives() => IsLate(Cancelled(Pending()), stock: null, At.AddMinutes(1));

    private static void IsLate(Order order, RevivalStock? stock, DateTimeOffset now)
    {
        var save = Saved(Decide(order, First, Total, stock, now));

        Assert.Equal((SettlementKind.Late, EventTypes.MoneyReceived), (save.Kind, save.EventType));
        Assert.Equal(OrderStatus.Cancelled, save.Changed.Status);
        Assert.Equal((PaymentStatus.Settled, 0L, Total), Money(save.Changed, First));
        Assert.Equal((0, RefundReason.Late), (save.Changed.Hold, Settlement.ReasonOf(save.Changed, save.Changed.Payments[0])));
    }

    private static SettlementDecision Decide(Order order, PaymentId payment, long amount, RevivalStock? stock = null, DateTimeOffset? now = null) =>
        Settlement.Decide(order, payment, new Capture(new Money(amount, Euro), At, "capture-1"), stock, new OrderPolicy(), now ?? At);

    private static SettlementDecision.Save Saved(SettlementDecision decision) => Assert.IsType<SettlementDecision.Save>(decision);

    private static (PaymentStatus, long Kept, long Owed) Money(Order order, PaymentId id) =>
        order.Payments.First(payment => payment.PaymentId == id) is var found ? (found.Status, found.Kept, found.Owed) : default;

    private static Order Pending()
    {
        var (mug, tea) = (Id.Parse<Sku>("MUG"), Id.Parse<Sku>("TEA"));
        var items = new Dictionary<Sku, CatalogueItem> { [mug] = new(mug, "Mug", 1_250, Euro), [tea] = new(tea, "Tea", 499, Euro) };
        var basket = Pricing.Price([new WantedLine(mug, 2), new WantedLine(tea, 3)], items, shipping: 390);
        var address = new Address("Ada", "1 Main Street", null, "Zürich", null, "8001", "CH");
        var order = Order.Place(Ref, basket, address, note: null, couponCode: null, "fingerprint", At, Deadline);
        return order with
        {
            Payments = [.. new[] { First, Second }.Select(id => new OrderPayment(id, order.Total, "outside", PaymentStatus.Open, At))],
        };
    }

    private static Order Expired() => Moved(Pending(), new OrderEvent.PaymentDeadlinePassed(Deadline, Deadline.AddHours(24)));

    private static Order Cancelled(Order order) => Moved(order, new OrderEvent.CancelRequested(At, CancelCause.Buyer));

    private static Order Moved(Order order, OrderEvent fact)
    {
        var (transition, moved) = order.Apply(fact, Actor.System, "test");
        Assert.IsType<Transition.Moved>(transition);
        return moved;
    }
}
