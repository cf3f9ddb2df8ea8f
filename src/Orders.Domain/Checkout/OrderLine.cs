namespace Orders.Domain.Checkout;

/// <summary>One line as bought: name and prices are those of the moment of buying. Amounts are minor units of the order's currency.</summary>
/// <param name="LineId">"1", "2", … in the order of the request.</param>
/// <param name="Sku">What was bought.</param>
/// <param name="Name">The catalogue's name for it at that moment.</param>
/// <param name="Quantity">1 to <see cref="OrderLimits.MostUnitsPerLine"/>.</param>
/// <param name="UnitPrice">Price of one, tax included.</param>
/// <param name="Discount">What the whole line is cheaper by.</param>
/// <param name="ReturnedQuantity">Units that came back.</param>
/// <param name="Refunded">Money that went back for this line.</param>
public sealed record OrderLine(string LineId, Sku Sku, string Name, int Quantity, long UnitPrice, long Discount = 0, int ReturnedQuantity = 0, long Refunded = 0)
{
    /// <summary>What the buyer pays for the line.</summary>
    public long Total => checked(UnitPrice * Quantity - Discount);
}

/// <summary>Sums of an order in minor units of its currency; <c>Total = Items − Discount + Shipping</c>.</summary>
/// <param name="Items">Σ unit price × quantity.</param>
/// <param name="Discount">Σ discounts of the lines.</param>
/// <param name="Shipping">The shipping fee.</param>
/// <param name="Total">What is to be paid.</param>
/// <param name="Paid">What providers captured for the order, in its currency, whether or not it is kept.</param>
/// <param name="Refunded">What went back of it.</param>
public sealed record OrderTotals(long Items, long Discount, long Shipping, long Total, long Paid = 0, long Refunded = 0);

/// <summary>Bounds of an order, so that its document and its events stay within what stores and buses take.</summary>
public static class OrderLimits
{
    public const int MostLines = 100;
    public const int MostUnitsPerLine = 10_000;
    public const int MostTimelineEntries = 50;
    public const int MostShipments = 50;
    public const int MostCases = 20;
    public const int MostPayments = 20;

    /// <summary>Over all payments, those that failed and were sent again included.</summary>
    public const int MostRefunds = 60;
    public const int MostCaseSteps = 30;
    public const int MostStatementLines = 500;

    /// <summary>Lines that are exchanged or to be, over all cases: each becomes a line of the order.</summary>
    public const int MostExchangedLines = 100;
    public const int MostNameCharacters = 100;
    public const int MostReasonCharacters = 500;
    public const int MostNoteCharacters = 1_000;
    public const int MostParcelEvents = 30;

    /// <summary>The highest price of one unit, in minor units: 100 lines of 10,000 units of it still fit into 64 bits.</summary>
    public const long MostUnitPrice = 1_000_000_000_000;
}
