namespace Orders.Domain.Statistics;

/// <summary>What is counted. The numbers are a persisted format: append, never change one.</summary>
public enum Measure
{
    /// <summary>Orders placed.</summary>
    Placed = 1,

    /// <summary>Orders paid in full, in time or revived.</summary>
    Paid = 2,

    CancelledByBuyer = 3,
    CancelledByMerchant = 4,
    CancelledBySupport = 5,

    /// <summary>Orders whose payment deadline passed; some of them are revived, and then count as paid too.</summary>
    CancelledByDeadline = 6,

    /// <summary>Orders received.</summary>
    Completed = 7,

    /// <summary>Orders of which a first parcel left.</summary>
    Shipped = 8,

    /// <summary>Of the orders placed here, those paid, whenever: counted where they were placed.</summary>
    PaidOfPlaced = 9,

    /// <summary>Units of placed orders.</summary>
    UnitsPlaced = 10,

    /// <summary>Units of paid orders.</summary>
    UnitsPaid = 11,

    /// <summary>Movements of money to the shop.</summary>
    Captures = 12,

    // Refunds that were sent, by reason.
    RefundedLate = 20,
    RefundedSecondPayment = 21,
    RefundedShort = 22,
    RefundedOver = 23,
    RefundedOtherCurrency = 24,
    RefundedOutOfStock = 25,
    RefundedAfterSale = 26,

    // Minor units, per currency.

    /// <summary>What providers captured, kept or not.</summary>
    MoneyCaptured = 40,

    /// <summary>What went back.</summary>
    MoneyRefunded = 41,

    /// <summary>What paid orders cost; of a SKU its lines.</summary>
    MoneyPaid = 42,

    /// <summary>And one more for each slot of <see cref="DurationSlots"/>.</summary>
    TimeToPay = 1_000,

    /// <summary>Likewise.</summary>
    TimeToShip = 2_000,
}
