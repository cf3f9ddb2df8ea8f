using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Application.Events.NotificationWords;

namespace Orders.Application.Events;

/// <summary>What a kind of event says to its buyer.</summary>
public abstract record Telling
{
    private Telling()
    {
    }

    /// <summary>A text made from the event; null where just this one says nothing that the buyer has not been told.</summary>
    public sealed record Text(Func<OrderEventEnvelope, string?> Make) : Telling;

    /// <summary>Nothing, and why a buyer does not wait to hear of it.</summary>
    public sealed record Silent(string Because) : Telling;
}

/// <summary>
/// What buyers are told: one row for each kind of event, one to three sentences, without personal data. A new kind of event needs a row; a test asks for it.
/// </summary>
public static class NotificationTexts
{
    public static readonly IReadOnlyDictionary<string, Telling> Rows = new Dictionary<string, Telling>(StringComparer.Ordinal)
    {
        [EventTypes.Placed] = new Telling.Text(e => $"We have your order {e.Subject}. {PleasePay(e.Data)}"),
        [EventTypes.PaymentRequested] = new Telling.Silent("The buyer asked for it and sees the answer."),
        [EventTypes.PaymentOpened] = new Telling.Silent("The buyer is on the page to pay."),
        [EventTypes.PaymentFailed] = new Telling.Text(PaymentFailed),
        [EventTypes.PaymentVoided] = new Telling.Silent("It was withdrawn for a newer attempt, or because the order is over, which is told."),
        [EventTypes.MoneyReceived] = new Telling.Text(MoneyReceived),
        [EventTypes.Paid] = new Telling.Text(e => $"Your order {e.Subject} is paid: {Total(e.Data)}. {Excess(e.Data)}Thank you."),
        [EventTypes.Accepted] = new Telling.Text(Accepted),
        [EventTypes.PartiallyShipped] = new Telling.Text(e => $"A part of your order {e.Subject} is on its way{NewestParcel(e.Data)}."),
        [EventTypes.Shipped] = new Telling.Text(e => $"Your order {e.Subject} is on its way{NewestParcel(e.Data)}."),
        [EventTypes.ParcelReported] = new Telling.Text(e => $"Where your order {e.Subject} is: {ParcelNews(e.Data)}."),
        [EventTypes.Completed] = new Telling.Text(e => $"Your order {e.Subject} is complete. We hope you like it."),
        [EventTypes.Cancelled] = new Telling.Text(e => $"Your order {e.Subject} was cancelled{CancelReason(e.Data)}."),
        [EventTypes.RefundRequested] = new Telling.Text(RefundRequested),
        [EventTypes.RefundPending] = new Telling.Silent("The buyer was told that it is on its way, and hears when it was sent or could not be."),
        [EventTypes.Refunded] = new Telling.Text(e => $"We sent money back to you for your order {e.Subject}; in all {Refunded(e.Data)}."),
        [EventTypes.RefundFailed] = new Telling.Text(RefundFailed),
        [EventTypes.CaseOpened] = CaseTexts.Opened,
        [EventTypes.CaseApproved] = CaseTexts.Approved,
        [EventTypes.CaseRejected] = CaseTexts.Rejected,
        [EventTypes.CaseWithdrawn] = CaseTexts.Withdrawn,
        [EventTypes.CaseGoodsSent] = CaseTexts.GoodsSent,
        [EventTypes.CaseGoodsReceived] = CaseTexts.GoodsReceived,
        [EventTypes.CaseLapsed] = CaseTexts.Lapsed,
        [EventTypes.CaseDifferenceDue] = CaseTexts.DifferenceDue,
        [EventTypes.CaseDifferencePaid] = CaseTexts.DifferencePaid,
        [EventTypes.CaseReplacementSent] = CaseTexts.ReplacementSent,
        [EventTypes.CaseFellBack] = CaseTexts.FellBack,
        [EventTypes.CaseRefundFailed] = CaseTexts.RefundFailed,
        [EventTypes.CaseRefundRetried] = CaseTexts.RefundRetried,
        [EventTypes.CaseCompleted] = CaseTexts.Completed,
        [EventTypes.CaseWithoutStock] = new Telling.Silent("The buyer asked for the money already, and hears when it was sent."),
        [EventTypes.Erased] = new Telling.Silent("They asked for it, and nothing is kept that they could be told by."),
        [EventTypes.Closed] = new Telling.Silent("An end in the books: nothing changes for the buyer."),
    };

    /// <summary>Null for events that no buyer needs to hear of, and for kinds that a newer version of the shop has published.</summary>
    public static string? For(OrderEventEnvelope envelope) =>
        Rows.GetValueOrDefault(envelope.Type) is Telling.Text text ? text.Make(envelope) : null;

    /// <summary>A failed attempt matters to who still has to pay; of an order that is paid or over everything is told already.</summary>
    private static string? PaymentFailed(OrderEventEnvelope e) => e.Data.Status == OrderStatus.PendingPayment
        ? $"The payment for your order {e.Subject} did not go through. {PleasePay(e.Data)}"
        : null;

    /// <summary>Money that does not pay the order: short, in another currency, late or a second time. What is on its way back already was told before.</summary>
    private static string? MoneyReceived(OrderEventEnvelope e)
    {
        var order = e.Data;
        var unkept = order.Payments.Where(payment => payment is { Captured: not null, Kept: 0, Refunds.Count: 0 }).Select(payment => payment.Captured!.Value).ToList();
        if (unkept.Count == 0)
            return null;
        var received = $"We received {Sum(unkept)} for your order {e.Subject}";
        var isForeign = unkept.Any(money => money.Currency != order.Currency);
        return order.Status switch
        {
            OrderStatus.PendingPayment when isForeign => $"{received}, which is to be paid in {order.Currency}. What can't pay it goes back to you. {PleasePay(order)}",
            OrderStatus.PendingPayment => $"{received}, which is less than it costs. Please pay {Total(order)} in one sum by {PayBy(order)}; what came goes back to you.",
            OrderStatus.Cancelled => $"{received}, which is cancelled. It goes back to you.",
            _ => $"{received}, which was paid before. It goes back to you.",
        };
    }

    /// <summary>Where orders are accepted automatically the payment has told it in the same second.</summary>
    private static string? Accepted(OrderEventEnvelope e) =>
        IsByAPerson(e.Data) ? $"Your order {e.Subject} is accepted; we are preparing it." : null;

    private static string? RefundRequested(OrderEventEnvelope e) => OnItsWayBack(e.Data) is { Length: > 0 } money
        ? $"We are sending {money} back to you for your order {e.Subject}{RefundReasons(e.Data)}."
        : null;

    private static string? RefundFailed(OrderEventEnvelope e) => NotSentBack(e.Data) is { Length: > 0 } money
        ? $"We could not send {money} back to you for your order {e.Subject}. We are looking into it; you need not do anything."
        : null;
}
