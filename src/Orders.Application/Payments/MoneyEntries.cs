using System.Globalization;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>All that happened to the money of an order, in the order of time. What is kept of each kind is bounded where it is kept.</summary>
public static class MoneyEntries
{
    public static IReadOnlyList<MoneyEntryView> Of(MoneyFacts facts) =>
    [
        .. facts.Order.Payments.Select(Intent)
            .Concat(facts.ReadMessages().Select(read => Webhook(read.Message, read.Body)))
            .Concat(facts.Queries.Select(Query))
            .Concat(facts.Order.Payments.Where(payment => payment.Captured is not null).Select(Capture))
            .Concat(facts.Order.Payments.SelectMany(payment => payment.Refunds.Select(refund => Refund(payment, refund))))
            .Concat(facts.Booked.Where(entry => ReconciliationRefunds.IsOne(entry.Key)).Select(Refund))
            .Concat(StatementMatch.Distinct(facts.Lines).Select(Statement))
            .Concat(facts.Differences.Select(Difference))
            .OrderBy(entry => entry.At).ThenBy(entry => entry.Kind),
    ];

    private static MoneyEntryView Intent(OrderPayment payment) => Entry(
        payment.OpenedAt, MoneyEntryKind.Intent, payment.PaymentId, $"A payment of {MoneyText.Of(payment.Amount)} was opened at {payment.Provider}.",
        payment.Amount, payment.ProviderPaymentId, payment.Status);

    private static MoneyEntryView Webhook(ProviderMessage message, ProviderMessageBody body)
    {
        var money = new Money(body.Data.Amount, body.Data.Currency);
        var what = $"{message.Source} told us {body.Type} over {MoneyText.Of(money)}";
        var text = message.State switch
        {
            ProviderMessageState.Applied => $"{what}; it had its effect.",
            ProviderMessageState.Refused => $"{what}; it was refused: {message.Note ?? "no reason is kept"}.",
            _ => $"{what}; it is being applied.",
        };
        if (message.Seen > 1)
            text = string.Create(CultureInfo.InvariantCulture, $"{text} It came {message.Seen} times.");
        return Entry(message.ReceivedAt, MoneyEntryKind.Webhook, body.Data.PaymentId, text, money, body.Data.ProviderReference, message.State);
    }

    private static MoneyEntryView Query(ProviderQuery query)
    {
        var why = query.By switch
        {
            QueriedBy.Deadline => "at the payment deadline",
            QueriedBy.Schedule => "as scheduled",
            _ => "for the reconciliation",
        };
        return Entry(query.At, MoneyEntryKind.Query, query.PaymentId, $"The provider was asked {why}; it said: {query.Said}.", money: null, query.RefundId);
    }

    private static MoneyEntryView Capture(OrderPayment payment)
    {
        var captured = payment.Captured!.Value;
        var kept = payment.Kept == 0 ? "nothing" : MoneyText.Of(captured with { Amount = payment.Kept });
        return Entry(
            payment.CapturedAt ?? payment.OpenedAt, MoneyEntryKind.Capture, payment.PaymentId,
            $"{payment.Provider} captured {MoneyText.Of(captured)}; the order keeps {kept} of it.", captured, payment.ProviderReference);
    }

    private static MoneyEntryView Refund(OrderPayment payment, OrderRefund refund)
    {
        var money = payment.Captured!.Value with { Amount = refund.Amount };
        return Entry(
            refund.RequestedAt, MoneyEntryKind.Refund, payment.PaymentId, $"{MoneyText.Of(money)} {RefundWords.Why(refund.Reason)}: {RefundWords.Where(refund)}.",
            money, refund.RefundId, refund.Status);
    }

    private static MoneyEntryView Refund(BookEntry entry) => Entry(
        entry.At, MoneyEntryKind.Refund, entry.PaymentId, $"{MoneyText.Of(entry.Money)} that were captured once too often: the refund is {RefundWords.Where(entry.State)}.",
        entry.Money, entry.Key, entry.State);

    private static MoneyEntryView Statement(StoredLine stored)
    {
        var what = stored.Line.Type == StatementLineType.Capture ? "captured" : "sent back";
        return Entry(
            stored.Line.At, MoneyEntryKind.Statement, stored.PaymentId, $"The statement of {stored.Provider} has {MoneyText.Of(stored.Line.Money)} {what}.",
            stored.Line.Money, stored.Line.Reference);
    }

    private static MoneyEntryView Difference(Difference difference) => Entry(
        difference.FoundAt, MoneyEntryKind.Difference, difference.PaymentId,
        difference.Outcome is { } outcome ? $"{difference.Text} {outcome}" : difference.Text, difference.Theirs ?? difference.Ours, difference.Reference, difference.State);

    private static MoneyEntryView Entry(
        DateTimeOffset at, MoneyEntryKind kind, PaymentId? payment, string text, Money? money, string? reference, Enum? state = null) =>
        new(at.UtcDateTime, kind, payment, text, money?.Amount, money?.Currency, reference, state?.ToString());
}

/// <summary>Why money goes back and where it is, in words.</summary>
internal static class RefundWords
{
    public static string Why(RefundReason reason) => reason switch
    {
        RefundReason.Late => "that came when the order was over",
        RefundReason.SecondPayment => "of a second payment",
        RefundReason.Short => "that were not enough by the deadline",
        RefundReason.Over => "too much",
        RefundReason.OtherCurrency => "in another currency",
        RefundReason.OutOfStock => "for what can't be delivered",
        _ => "for goods that were returned or given up",
    };

    /// <summary>What staff did about one that failed comes before what the provider said.</summary>
    public static string Where(OrderRefund refund) => refund switch
    {
        { SettledOutside: { } reference } => $"paid back outside the provider, reference {reference}",
        { RetriedBy: { } successor } => $"{Where(refund.Status)}; {successor} was sent in its place",
        _ => Where(refund.Status),
    };

    private static string Where(RefundStatus status) => status switch
    {
        RefundStatus.Requested => "to be sent back",
        RefundStatus.Succeeded => "sent back",
        RefundStatus.Failed => "sending it back failed",
        _ => "on its way back",
    };

    public static string Where(BookedState state) => state switch
    {
        BookedState.Requested => "requested",
        BookedState.Pending => "on its way",
        BookedState.Failed => "failed",
        _ => "done",
    };
}
