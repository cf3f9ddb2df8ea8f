namespace Orders.Domain.Lifecycle;

/// <summary>A fact that may move an order. Facts carry the instant at which they happened, never "now".</summary>
public abstract record OrderEvent(DateTimeOffset At)
{
    /// <summary>The money of one payment covers the order's total in its currency.</summary>
    public sealed record PaymentSettled(DateTimeOffset At, PaymentId PaymentId) : OrderEvent(At);

    /// <summary>Somebody entitled called it off.</summary>
    public sealed record CancelRequested(DateTimeOffset At, CancelCause Cause) : OrderEvent(At);

    /// <summary>The payment deadline is over and the provider knows of no money. Revival is possible until <paramref name="RevivableUntil"/>.</summary>
    public sealed record PaymentDeadlinePassed(DateTimeOffset At, DateTimeOffset RevivableUntil) : OrderEvent(At);

    /// <summary>Full money came after the deadline had cancelled the order, the price is the same and stock is reserved anew.</summary>
    public sealed record Revived(DateTimeOffset At, PaymentId PaymentId) : OrderEvent(At);

    /// <summary>The merchant takes the order on; <paramref name="ToShip"/> is all of its lines.</summary>
    public sealed record Accepted(DateTimeOffset At, Units ToShip) : OrderEvent(At);

    /// <summary>A parcel left. <paramref name="ReceiptBy"/> counts only if nothing is left to ship.</summary>
    public sealed record LinesShipped(DateTimeOffset At, ShipmentId ShipmentId, Units Lines, DateTimeOffset ReceiptBy) : OrderEvent(At);

    /// <summary>The buyer has it all.</summary>
    public sealed record ReceiptConfirmed(DateTimeOffset At, DateTimeOffset AfterSaleUntil) : OrderEvent(At);

    /// <summary>Nobody confirmed in time, which counts as received.</summary>
    public sealed record ReceiptDeadlinePassed(DateTimeOffset At, DateTimeOffset AfterSaleUntil) : OrderEvent(At);

    /// <summary>An after-sale case about these units was opened.</summary>
    public sealed record CaseOpened(DateTimeOffset At, CaseId CaseId, Units Lines) : OrderEvent(At);

    /// <summary>
    /// A case was done, rejected or withdrawn. <paramref name="NoLongerToShip"/> is what it took from the open lines;
    /// <paramref name="NothingLeft"/> says that the buyer neither keeps nor awaits anything. <paramref name="ReceiptBy"/> counts if the last open line went.
    /// </summary>
    public sealed record CaseClosed(DateTimeOffset At, CaseId CaseId, Units NoLongerToShip, bool NothingLeft, DateTimeOffset ReceiptBy) : OrderEvent(At);
}
