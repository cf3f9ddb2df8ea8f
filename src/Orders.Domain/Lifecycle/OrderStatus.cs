namespace Orders.Domain.Lifecycle;

/// <summary>The eight states by name, as stored, searched and answered. Derived from the state record, never set.</summary>
public enum OrderStatus
{
    PendingPayment,
    Paid,
    PendingShipment,
    Shipped,
    Completed,
    Cancelled,
    AfterSale,
    AfterSaleCompleted,
}
