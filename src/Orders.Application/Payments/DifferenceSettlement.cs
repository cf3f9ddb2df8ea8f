using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// The money rules for the difference of an exchange: the same as for an order. Enough while the case waits for it is kept, less is kept until the deadline,
/// and what comes late or a second time goes back.
/// </summary>
internal static class DifferenceSettlement
{
    public static SettlementKind KindOf(Order order, OrderPayment payment, Money money) => order.FindCase(payment.ForCase!.Value) switch
    {
        { State: CaseState.AwaitingPayment } awaiting => money.Amount >= awaiting.DifferenceDue ? SettlementKind.Difference : SettlementKind.Short,
        { PaidBy: not null } => SettlementKind.SecondPayment,
        _ => SettlementKind.Late,
    };

    /// <summary>The order whose case goes on: the money is kept in the same save.</summary>
    /// <param name="order">As it was read.</param>
    /// <param name="payment">The payment of the difference.</param>
    /// <param name="money">Enough of it.</param>
    /// <param name="policy">Says when the replacement must leave.</param>
    /// <param name="now">When the shop learns of it.</param>
    public static (Order Changed, OrderPayment Payment) Pay(Order order, OrderPayment payment, Money money, OrderPolicy policy, DateTimeOffset now)
    {
        var caseId = payment.ForCase!.Value;
        var due = order.FindCase(caseId)!.DifferenceDue;
        var paid = new CaseEvent.DifferencePaid(now, payment.PaymentId, money.Amount, Deadlines.After(now, policy.AfterSales.ReplacementWindow));
        var (transition, changed) = order.ApplyToCase(caseId, paid, Actor.Provider, note: null, Deadlines.After(now, policy.ReceiptWindow));
        return transition is CaseTransition.Moved
            ? (changed, payment with { Kept = due })
            : throw new InvalidOperationException($"Case {caseId} did not take its difference: {transition}.");
    }
}
