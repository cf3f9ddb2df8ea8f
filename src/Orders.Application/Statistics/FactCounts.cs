using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Domain.Statistics;

namespace Orders.Application.Statistics;

/// <summary>
/// What a fact adds to which counts. All of it counts in the totals and in those of the order's sale; orders, units and times count with each SKU, too.
/// Movements of money don't: they are of an order, and of no line.
/// </summary>
public static class FactCounts
{
    public static CountedFact Of(OrderFact fact)
    {
        var whole = WholeOf(fact);
        var counts = new List<Count> { new(StatScope.Total, fact.At, whole) };
        if (fact.SaleId is { } sale)
            counts.Add(new(StatScope.Of(sale), fact.At, whole));
        foreach (var line in fact.Lines)
            counts.Add(new(StatScope.Of(line.Sku), fact.At, OrderOf(fact) + LineOf(fact, line)));

        // Conversion is asked of those who were placed together: it counts where they were placed.
        if (fact.Kind == FactKind.Paid)
            counts.AddRange(counts.Select(count => new Count(count.Scope, fact.PlacedAt, Tally.Of(Measure.PaidOfPlaced))).ToList());
        return new CountedFact(fact.Key, fact.At, counts);
    }

    private static Tally WholeOf(OrderFact fact) => OrderOf(fact) + (fact.Kind switch
    {
        FactKind.Placed => Tally.Of(Measure.UnitsPlaced, fact.Units),
        FactKind.Paid => Tally.Of(Measure.UnitsPaid, fact.Units) + Tally.Of(Measure.MoneyPaid, fact.Money),
        FactKind.Captured => Tally.Of(Measure.Captures) + Tally.Of(Measure.MoneyCaptured, fact.Money),
        FactKind.Refunded => Tally.Of(MeasureOf(Enum.Parse<RefundReason>(fact.Reason!))) + Tally.Of(Measure.MoneyRefunded, fact.Money),
        _ => Tally.Empty,
    });

    /// <summary>What counts once for the order, and once with each of its SKUs.</summary>
    private static Tally OrderOf(OrderFact fact) => fact.Kind switch
    {
        FactKind.Placed => Tally.Of(Measure.Placed),
        FactKind.Paid => Tally.Of(Measure.Paid) + Slot(Measure.TimeToPay, fact.After),
        FactKind.Cancelled => Tally.Of(MeasureOf(Enum.Parse<CancelCause>(fact.Reason!))),
        FactKind.Shipped => Tally.Of(Measure.Shipped) + Slot(Measure.TimeToShip, fact.After),
        FactKind.Completed => Tally.Of(Measure.Completed),
        _ => Tally.Empty,
    };

    private static Tally LineOf(OrderFact fact, FactLine line) => fact.Kind switch
    {
        FactKind.Placed => Tally.Of(Measure.UnitsPlaced, line.Quantity),
        FactKind.Paid => Tally.Of(Measure.UnitsPaid, line.Quantity) + Tally.Of(Measure.MoneyPaid, fact.Money with { Amount = line.Amount }),
        _ => Tally.Empty,
    };

    private static Tally Slot(Measure first, TimeSpan? duration) => duration is { } time ? Tally.Of(first + DurationSlots.Of(time)) : Tally.Empty;

    public static Measure MeasureOf(CancelCause cause) => cause switch
    {
        CancelCause.Buyer => Measure.CancelledByBuyer,
        CancelCause.Merchant => Measure.CancelledByMerchant,
        CancelCause.Support => Measure.CancelledBySupport,
        CancelCause.PaymentDeadline => Measure.CancelledByDeadline,
        _ => throw new InvalidOperationException($"No measure stands for {cause}."),
    };

    public static Measure MeasureOf(RefundReason reason) => reason switch
    {
        RefundReason.Late => Measure.RefundedLate,
        RefundReason.SecondPayment => Measure.RefundedSecondPayment,
        RefundReason.Short => Measure.RefundedShort,
        RefundReason.Over => Measure.RefundedOver,
        RefundReason.OtherCurrency => Measure.RefundedOtherCurrency,
        RefundReason.OutOfStock => Measure.RefundedOutOfStock,
        RefundReason.AfterSale => Measure.RefundedAfterSale,
        _ => throw new InvalidOperationException($"No measure stands for {reason}."),
    };
}
