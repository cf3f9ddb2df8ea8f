using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;

namespace Orders.Application.Statistics;

/// <summary>What an order's snapshot says has happened to it. Pure, and the one definition of what is counted: live, and in the reports.</summary>
public static class OrderFacts
{
    /// <summary>Of the order as it is stored.</summary>
    public static IReadOnlyList<OrderFact> Of(Order order) => Of(OrderSnapshot.Of(order));

    /// <summary>Of an event's snapshot. One from before its times were told has only those that it knows; the night's report counts the others.</summary>
    public static IReadOnlyList<OrderFact> Of(OrderSnapshot order)
    {
        var of = new Source(order, LinesOf(order));
        var facts = new List<OrderFact> { of.Fact(FactKind.Placed, order.PlacedAt) };
        if (order.PaidAt is { } paidAt)
            facts.Add(of.Fact(FactKind.Paid, paidAt) with { After = paidAt - order.PlacedAt });
        if (order.CancelledAt is { } cancelledAt)
            facts.Add(of.Fact(FactKind.Cancelled, cancelledAt) with { Reason = CauseOf(order).ToString() });
        if (order is { PaidAt: { } since, Shipments: [var parcel, ..] })
            facts.Add(of.Fact(FactKind.Shipped, parcel.ShippedAt) with { After = parcel.ShippedAt - since });
        if (order.CompletedAt is { } completedAt)
            facts.Add(of.Fact(FactKind.Completed, completedAt));
        facts.AddRange(order.Payments.SelectMany(of.MoneyOf));
        return facts;
    }

    /// <summary>One that goes on was revived, and only the deadline's can be.</summary>
    private static CancelCause CauseOf(OrderSnapshot order) => order.CancelledBecause ?? CancelCause.PaymentDeadline;

    private static IReadOnlyList<FactLine> LinesOf(OrderSnapshot order) =>
    [
        .. order.Lines.GroupBy(line => line.Sku)
            .Select(lines => new FactLine(lines.Key, lines.Sum(line => line.Quantity), lines.Sum(line => line.Total)))
            .OrderBy(line => line.Sku.Value, StringComparer.Ordinal),
    ];

    private readonly record struct Source(OrderSnapshot Order, IReadOnlyList<FactLine> Lines)
    {
        public OrderFact Fact(FactKind kind, DateTimeOffset at) => new(
            Order.OrderId, kind.ToString(), kind, at, Order.PlacedAt, Order.SaleId, new Money(Order.Totals.Total, Order.Currency), Lines.Sum(line => line.Quantity),
            Reason: null, After: null, Lines);

        public IEnumerable<OrderFact> MoneyOf(SnapshotPayment payment)
        {
            if (payment.Captured is not { } captured)
                yield break;
            var at = payment.ReceivedAt ?? payment.CapturedAt ?? Order.UpdatedAt;
            yield return Fact(FactKind.Captured, at) with { Key = payment.PaymentId.Value, Money = captured, Units = 0, Lines = [] };
            foreach (var refund in payment.Refunds.Where(refund => refund.Status == RefundStatus.Succeeded))
            {
                yield return Fact(FactKind.Refunded, refund.SentAt ?? refund.RequestedAt) with
                {
                    Key = refund.RefundId,
                    Money = captured with { Amount = refund.Amount },
                    Units = 0,
                    Reason = refund.Reason.ToString(),
                    Lines = [],
                };
            }
        }
    }
}
