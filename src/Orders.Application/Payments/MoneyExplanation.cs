using System.Globalization;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Payments;

/// <summary>
/// Says why the money stands as it does: the first of these reasons that holds, the one that somebody has to act on before those that end by themselves.
/// What went an unusual way and is in order is told before that; so "Nothing is missing" is said whenever it is so, and only then.
/// </summary>
public static class MoneyExplanation
{
    public static string Of(MoneyFacts facts, IReadOnlyList<MoneySumView> sums) =>
        Failed(facts.Order) ?? ForPeople(facts) ?? OnItsWay(facts.Order) ?? ToGoBack(facts.Order) ?? Unheard(facts) ?? Waiting(facts)
        ?? ((Refused(facts) ?? WithoutWebhook(facts)) is { } history ? $"{history} {State(facts.Order, sums)}" : State(facts.Order, sums));

    private static string State(Order order, IReadOnlyList<MoneySumView> sums) => NotEnough(order) ?? Nothing(order) ?? NothingKept(order) ?? Balance(sums);

    private static string? Failed(Order order) => FindRefund(order, status => status == RefundStatus.Failed) is var (refund, money)
        ? Text($"The refund of {money} {RefundWords.Why(refund.Reason)} failed; the shop's staff decide how it goes back.")
        : null;

    /// <summary>A difference that waits for approval, or whose approved repair came to nothing.</summary>
    private static string? ForPeople(MoneyFacts facts) => facts.Differences.FirstOrDefault(difference => difference.State == DifferenceState.Open) is { } open
        ? $"{open.Text} The shop's staff look into it."
        : null;

    private static string? OnItsWay(Order order) => FindRefund(order, status => status is RefundStatus.Requested or RefundStatus.Pending) is var (refund, money)
        ? Text($"{money} {RefundWords.Why(refund.Reason)} is on its way back since {Time(refund.RequestedAt)}.")
        : null;

    private static string? ToGoBack(Order order) => order.Payments.FirstOrDefault(order.OwesOn) is { } payment
        ? Text($"{Amount(payment, payment.Owed)} {RefundWords.Why(Settlement.ReasonOf(order, payment))} goes back; the refund is about to be requested.")
        : null;

    /// <summary>The statement has a capture of a payment of the order's that the order doesn't know of.</summary>
    private static string? Unheard(MoneyFacts facts) => StatementMatch.Distinct(facts.Lines).Find(line => IsUnheard(facts.Order, line)) is { } unheard
        ? Text($"{MoneyText.Of(unheard.Line.Money)} were captured on {Time(unheard.Line.At)} by the provider's statement; no webhook reached us, and the order does not have it yet.")
        : null;

    private static bool IsUnheard(Order order, StoredLine line) =>
        line.Line.Type == StatementLineType.Capture && line.PaymentId is { } id && order.FindPayment(id) is { Captured: null };

    private static string? Waiting(MoneyFacts facts)
    {
        foreach (var (message, body) in facts.ReadMessages())
        {
            if (message.State == ProviderMessageState.Stored)
                return Text($"The provider told us {body.Type} over {MoneyText.Of(Of(body))} on {Time(message.ReceivedAt)}; that is being applied.");
        }

        return null;
    }

    private static string? Refused(MoneyFacts facts)
    {
        foreach (var (message, body) in facts.ReadMessages())
        {
            if (message.State == ProviderMessageState.Refused)
                return Text($"What the provider told us on {Time(message.ReceivedAt)} ({body.Type} over {MoneyText.Of(Of(body))}) was refused: {message.Note ?? "no reason is kept"}.");
        }

        return null;
    }

    /// <summary>Money that is there although nobody told us of it: how it was found.</summary>
    private static string? WithoutWebhook(MoneyFacts facts)
    {
        var told = facts.ReadMessages().Where(read => read.Body.Type == ProviderMessageTypes.PaymentSucceeded).Select(read => read.Body.Data.PaymentId).ToHashSet();
        if (facts.Order.Payments.FirstOrDefault(payment => payment.Captured is not null && !told.Contains(payment.PaymentId)) is not { } payment)
            return null;
        var by = facts.Lines.Any(line => line.PaymentId == payment.PaymentId) ? " by the provider's statement" : "";
        return Text($"{MoneyText.Of(payment.Captured!.Value)} were captured on {Time(payment.CapturedAt ?? payment.OpenedAt)}{by}; no webhook reached us{FoundBy(facts, payment)}.");
    }

    private static string FoundBy(MoneyFacts facts, OrderPayment payment)
    {
        var words = ProviderQuery.CapturedWords(payment.Captured!.Value);
        if (facts.Queries.FirstOrDefault(query => query.PaymentId == payment.PaymentId && query.Said == words) is { } query)
            return Text($"; asking found it on {Time(query.At)}");
        var applied = facts.Differences.FirstOrDefault(difference =>
            difference.PaymentId == payment.PaymentId && difference.Proposal == DifferenceProposal.ApplyCapture && difference.Outcome is not null);
        return applied is null ? "" : Text($"; the reconciliation found it on {Time(applied.FoundAt)}");
    }

    private static string? NotEnough(Order order) =>
        order.State is OrderState.PendingPayment && order.Payments.FirstOrDefault(payment => payment.Owed > 0) is { Captured: { } captured }
            ? Text($"{MoneyText.Of(captured)} of {MoneyText.Of(order.Total)} came; the whole is awaited until {Time(order.PayBy)}, then it goes back.")
            : null;

    private static string? Nothing(Order order) => order.Payments.Any(payment => payment.Captured is not null) ? null
        : order.State is OrderState.PendingPayment ? Text($"Nothing was captured yet; {MoneyText.Of(order.Total)} are awaited until {Time(order.PayBy)}.")
        : "Nothing was captured, and nothing is owed.";

    /// <summary>All that came went back, and the order still waits for its money: another currency, say.</summary>
    private static string? NothingKept(Order order) => order.State is OrderState.PendingPayment
        ? Text($"What was captured went back; {MoneyText.Of(order.Total)} are awaited until {Time(order.PayBy)}.")
        : null;

    private static string Balance(IReadOnlyList<MoneySumView> sums) =>
        $"Nothing is missing: {string.Join("; ", sums.Select(sum => $"captured {Of(sum, sum.Captured)}, refunded {Of(sum, sum.Refunded)}"))}.";

    private static (OrderRefund Refund, string Money)? FindRefund(Order order, Func<RefundStatus, bool> wanted)
    {
        foreach (var payment in order.Payments)
        {
            if (payment.Refunds.FirstOrDefault(refund => wanted(refund.Status) && refund.RetriedBy is null) is { } refund)
                return (refund, Amount(payment, refund.Amount));
        }

        return null;
    }

    private static string Amount(OrderPayment payment, long amount) => MoneyText.Of(payment.Captured!.Value with { Amount = amount });

    private static string Of(MoneySumView sum, long amount) => MoneyText.Of(new Money(amount, sum.Currency));

    private static Money Of(ProviderMessageBody body) => new(body.Data.Amount, body.Data.Currency);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
