using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>Money that a provider says it took.</summary>
/// <param name="Money">How much, perhaps not in the order's currency.</param>
/// <param name="At">When, by the provider.</param>
/// <param name="Reference">The provider's number of the capture.</param>
public sealed record Capture(Money Money, DateTimeOffset At, string Reference)
{
    /// <summary>The provider's number of the attempt, if it said it.</summary>
    public string? ProviderPaymentId { get; init; }
}

/// <summary>What became of the money of one payment.</summary>
public enum SettlementKind
{
    /// <summary>It pays the order; an excess is owed back.</summary>
    Paid,

    /// <summary>It pays an order that the deadline had cancelled, whose stock was reserved anew; an excess is owed back.</summary>
    Revived,

    /// <summary>Less than the total: kept until the deadline, then owed back.</summary>
    Short,

    /// <summary>Not in the order's currency: owed back.</summary>
    OtherCurrency,

    /// <summary>The order was over and can't be revived: owed back.</summary>
    Late,

    /// <summary>Another payment had paid the order: owed back.</summary>
    SecondPayment,

    /// <summary>It pays the difference of an exchange; an excess is owed back.</summary>
    Difference,
}

/// <summary>The stock that was asked for to revive an order.</summary>
/// <param name="Hold">Number of the hold.</param>
/// <param name="Reserved">Whether it is held now.</param>
public readonly record struct RevivalStock(int Hold, bool Reserved);

/// <summary>What to do about a capture.</summary>
public abstract record SettlementDecision
{
    private SettlementDecision()
    {
    }

    /// <summary>Save the order like this.</summary>
    public sealed record Save(Order Changed, string EventType, SettlementKind Kind, CaseId? About = null) : SettlementDecision;

    /// <summary>The same was applied before.</summary>
    public sealed record AlreadyApplied : SettlementDecision;

    /// <summary>It contradicts what is known: keep the message, tell people, change nothing.</summary>
    public sealed record Contradicts(string Because) : SettlementDecision;

    /// <summary>Reserve this hold, then decide again.</summary>
    public sealed record NeedsStock(int Hold) : SettlementDecision;

    /// <summary>The order has no such payment.</summary>
    public sealed record UnknownPayment : SettlementDecision;
}

/// <summary>The money rules as one pure function: captured money is kept in full or on its way back, never silently anything else.</summary>
public static class Settlement
{
    /// <param name="order">As it was read.</param>
    /// <param name="paymentId">Whose money.</param>
    /// <param name="capture">The provider's word.</param>
    /// <param name="stock">What was reserved to revive the order; null when nothing was asked for.</param>
    /// <param name="policy">The shop's.</param>
    /// <param name="now">When the shop learns of it: the instant of the change.</param>
    public static SettlementDecision Decide(Order order, PaymentId paymentId, Capture capture, RevivalStock? stock, OrderPolicy policy, DateTimeOffset now)
    {
        if (order.FindPayment(paymentId) is not { } payment)
            return new SettlementDecision.UnknownPayment();
        if (payment.Captured is { } before)
        {
            return before == capture.Money
                ? new SettlementDecision.AlreadyApplied()
                : new SettlementDecision.Contradicts($"{MoneyText.Of(before)} was captured before, now it is {MoneyText.Of(capture.Money)}");
        }

        var (money, total) = (capture.Money, order.DueOn(payment));
        if (money.Amount < 0 || (money.Amount == 0 && total > 0))
            return new SettlementDecision.Contradicts($"{MoneyText.Of(money)} is no capture");
        if (money.Currency != order.Currency)
            return Record(order, payment, capture, SettlementKind.OtherCurrency, now);
        if (payment.ForCase is not null)
            return SettleDifference(order, payment, capture, policy, now);

        return order.State switch
        {
            OrderState.PendingPayment when money.Amount >= total =>
                Pay(order, payment, capture, new OrderEvent.PaymentSettled(now, paymentId), SettlementKind.Paid),
            OrderState.PendingPayment => Record(order, payment, capture, SettlementKind.Short, now),
            OrderState.Cancelled { RevivableUntil: { } until } when money.Amount >= total && now <= until =>
                stock is not { } asked || asked.Hold != order.Hold + 1 ? new SettlementDecision.NeedsStock(order.Hold + 1)
                : asked.Reserved
                    ? Pay(order with { Hold = asked.Hold }, payment, capture, new OrderEvent.Revived(now, paymentId), SettlementKind.Revived)
                : Record(order, payment, capture, SettlementKind.Late, now),
            OrderState.Cancelled => Record(order, payment, capture, SettlementKind.Late, now),
            _ => Record(order, payment, capture, SettlementKind.SecondPayment, now),
        };
    }

    /// <summary>Why this payment's unkept money goes back.</summary>
    public static RefundReason ReasonOf(Order order, OrderPayment payment) =>
        payment.Captured?.Currency != order.Currency ? RefundReason.OtherCurrency
        : HasSettled(order, payment) ? RefundReason.Over
        : payment.Captured.Value.Amount < order.DueOn(payment) ? RefundReason.Short
        : IsLate(order, payment) ? RefundReason.Late
        : RefundReason.SecondPayment;

    /// <summary>Whether its money is what paid the order, or the difference: after-sale cases may have given back all of it since.</summary>
    private static bool HasSettled(Order order, OrderPayment payment) => payment.ForCase is { } caseId
        ? order.FindCase(caseId)!.PaidBy == payment.PaymentId
        : OrderLifecycleTable.PaidBy(order.State) == payment.PaymentId;

    private static bool IsLate(Order order, OrderPayment payment) => payment.ForCase is { } caseId
        ? order.FindCase(caseId)!.PaidBy is null
        : order.State is OrderState.Cancelled;

    private static SettlementDecision SettleDifference(Order order, OrderPayment payment, Capture capture, OrderPolicy policy, DateTimeOffset now)
    {
        var kind = DifferenceSettlement.KindOf(order, payment, capture.Money);
        if (kind != SettlementKind.Difference)
            return Record(order, payment, capture, kind, now);
        var (changed, kept) = DifferenceSettlement.Pay(order, payment, capture.Money, policy, now);
        return new SettlementDecision.Save(Captured(changed, kept, capture), EventTypes.CaseDifferencePaid, kind, payment.ForCase);
    }

    private static SettlementDecision Pay(Order order, OrderPayment payment, Capture capture, OrderEvent fact, SettlementKind kind)
    {
        var reason = kind == SettlementKind.Revived ? "Paid after the deadline; stock reserved anew" : "Paid in full";
        var (transition, moved) = order.Apply(fact, Actor.Provider, reason);
        return transition is Transition.Moved
            ? new SettlementDecision.Save(Captured(moved, payment with { Kept = order.Totals.Total }, capture), EventTypes.Paid, kind)
            : throw new InvalidOperationException($"Order {order.OrderId} in {order.Status} did not take {fact.GetType().Name}: {transition}.");
    }

    private static SettlementDecision.Save Record(
        Order order, OrderPayment payment, Capture capture, SettlementKind kind, DateTimeOffset now) =>
        new(Captured(order.Changed(now), payment, capture), EventTypes.MoneyReceived, kind);

    private static Order Captured(Order order, OrderPayment payment, Capture capture)
    {
        var paid = capture.Money.Currency == order.Currency ? checked(order.Totals.Paid + capture.Money.Amount) : order.Totals.Paid;
        return order.With(payment with
        {
            Status = PaymentStatus.Settled,
            Captured = capture.Money,
            CapturedAt = capture.At,
            ReceivedAt = order.UpdatedAt,
            ProviderReference = capture.Reference,
            ProviderPaymentId = payment.ProviderPaymentId ?? capture.ProviderPaymentId,
        }) with
        { Totals = order.Totals with { Paid = paid } };
    }
}
