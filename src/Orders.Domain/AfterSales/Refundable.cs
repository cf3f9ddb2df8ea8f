using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Domain.AfterSales;

/// <summary>What of a line can still be given back. Amounts are minor units of the order's currency.</summary>
/// <param name="Line">A line of the order, or a replacement.</param>
/// <param name="Units">Units that are in no case that counts.</param>
/// <param name="Amount">What was paid for them after discount.</param>
/// <param name="Shipping">Their share of the shipping fee.</param>
/// <param name="Unshipped">How many of them have not left yet.</param>
public sealed record RefundableLine(OrderLine Line, int Units, long Amount, long Shipping, int Unshipped)
{
    /// <summary>
    /// What these units are worth: their part of what is left, rounded down, and all of it for the last ones. So the parts of any split add up to
    /// what was paid, to the minor unit, and never to more.
    /// </summary>
    /// <param name="quantity">1 to <see cref="Units"/>.</param>
    public CaseLine Take(int quantity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quantity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantity, Units);
        return new CaseLine(Line.LineId, quantity, Part(Amount, quantity), Part(Shipping, quantity));
    }

    private long Part(long whole, int quantity) => quantity == Units ? whole : (long)((Int128)whole * quantity / Units);
}

/// <summary>
/// What can be given back of an order, as one pure function over its lines and cases. Every case that counts keeps its units and their worth; one that
/// was rejected, withdrawn or lapsed gives them back.
/// </summary>
public static class Refundable
{
    /// <summary>Every line and replacement, also those of which nothing is left.</summary>
    public static IReadOnlyList<RefundableLine> Of(Order order)
    {
        var shares = ShippingShares(order);
        var open = OpenUnits(order);
        var lines = order.Lines.Select((line, i) => Left(order, line, shares[i], open[line.LineId]));
        return [.. lines, .. order.Replacements.Select(replacement => Left(order, replacement.Line, replacement.Shipping, open: 0))];
    }

    /// <summary>Units that are still to be shipped, those in cases included: of an order that isn't accepted yet all that no case took.</summary>
    public static Units OpenUnits(Order order) => OrderLifecycleTable.SettledPart(order.State) switch
    {
        OrderState.Paid paid => paid.ClosedCases.Values.Aggregate(order.AllUnits, (left, closed) => left.Minus(closed.NoLongerToShip)),
        OrderState.PendingShipment waiting => waiting.Open,
        _ => Units.None,
    };

    /// <summary>Whether the buyer neither keeps nor awaits anything once these are completed.</summary>
    internal static bool IsNothingLeft(Order order) => Of(order).All(line => line.Units == 0);

    private static RefundableLine Left(Order order, OrderLine line, long shipping, int open)
    {
        var (units, amount, unshipped) = (line.Quantity, line.Total, open);
        foreach (var taken in order.Cases.Where(c => c.Counts).SelectMany(c => c.Lines, (c, taken) => (Case: c, Line: taken)).Where(t => t.Line.LineId == line.LineId))
        {
            units -= taken.Line.Settled;
            amount = checked(amount - taken.Line.SettledAmount);
            shipping = checked(shipping - taken.Line.SettledShipping);
            // What a completed case took from the open units is not open any more; an open one takes unshipped units first, if nothing is to come back.
            if (taken.Case is { IsOpen: true, Type: CaseType.Refund })
                unshipped = Math.Max(0, unshipped - taken.Line.Settled);
        }

        return new RefundableLine(line, units, amount, shipping, Math.Min(unshipped, units));
    }

    /// <summary>The fee, shared by units, whatever they cost; exact to the minor unit.</summary>
    private static IReadOnlyList<long> ShippingShares(Order order) => order.Totals.Shipping == 0
        ? new long[order.Lines.Count]
        : ProRata.Spread(order.Totals.Shipping, [.. order.Lines.Select(line => checked(line.Quantity * order.Totals.Shipping))]);
}
