using System.Globalization;
using Orders.Domain.AfterSales;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Lifecycle;

/// <summary>The rules by which an order counts as stuck, the gravest first; an order that only people can move, and nobody is late with, does not.</summary>
public static class JudgeStuckOrder
{
    /// <summary>How long after its deadline an order may take: the second layer's patience, several times over.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>A refund that nobody has sent again or settled.</summary>
    public static StuckOrderView? ByRefund(Order order)
    {
        if (order.Payments.SelectMany(payment => payment.Refunds).FirstOrDefault(IsParked) is not { } failed)
            return null;
        return View(
            order, failed.RequestedAt, StuckRule.RefundFailed, $"Refund {failed.RefundId} of {failed.Amount.ToString(CultureInfo.InvariantCulture)} was refused by the provider.",
            "Send it again or settle it outside: POST /api/orders/{orderId}/refunds/{refundId}/retry or /settle.", "support");
    }

    /// <param name="waitsForPeople">The merchant accepts by hand in this shop.</param>
    public static StuckOrderView? ByDeadline(Order order, bool isAlive, bool waitsForPeople, DateTimeOffset now)
    {
        if (order.Deadline is not { } deadline || deadline + Patience > now)
            return null;
        if (order.OwesMoney)
            return View(order, deadline, StuckRule.MoneyOwed, "Money has to go back and has not gone.", "Retry it; if the provider is away, wait for it.", "system");
        if (!isAlive)
            return View(order, deadline, StuckRule.NoProcess, "Nothing runs that could move it.", "Retry it: its process is started again.", "system");
        if (order.AwaitsAcceptance && waitsForPeople)
            return null;
        // Money that is under way at the provider is looked at by its case's own pace.
        var late = order.Cases.FirstOrDefault(@case => @case.IsOpen && @case.State.Deadline == deadline);
        if (late?.State is CaseState.Refunding)
            return null;
        var what = late is null ? $"The deadline of its state {order.Status}" : $"The deadline of case {late.CaseId}";
        return View(order, deadline, StuckRule.DeadlinePassed, $"{what} has passed and nothing came of it.", "Retry it: its process looks again.", "system");
    }

    public static StuckOrderView ByMessage(Order order, string messageId, DateTimeOffset since) => View(
        order, since, StuckRule.MessageUnapplied, $"Message {messageId} of its provider is stored and not applied.", "Retry it: the message is enqueued again.", "system");

    public static StuckOrderView ByHold(Order order, DateTimeOffset since) => View(
        order, since, StuckRule.HoldUnfinished, "What it holds of the stock should have become sold or free.",
        "Look for its events among the dead letters of order-events/inventory; else the sweep settles it.", "support");

    private static bool IsParked(OrderRefund refund) => refund is { Status: RefundStatus.Failed, RetriedBy: null };

    private static StuckOrderView View(Order order, DateTimeOffset since, StuckRule rule, string why, string next, string by) =>
        new(order.OrderId, order.UserId, order.Status, since.UtcDateTime, rule, why, next, by);
}
