using System.Collections.Immutable;
using static Orders.Domain.Lifecycle.OrderEvent;
using static Orders.Domain.Lifecycle.OrderState;

namespace Orders.Domain.Lifecycle;

/// <summary>
/// The order's life as one pure function: the only place where an order changes state. docs/order-lifecycle.md is printed from it.
/// </summary>
public static class OrderLifecycleTable
{
    public static Transition Next(OrderState state, OrderEvent @event) => (state, @event) switch
    {
        (PendingPayment, PaymentSettled e) => Move(new Paid(e.PaymentId, e.At)),
        (PendingPayment, CancelRequested e) when e.Cause != CancelCause.PaymentDeadline => Move(new Cancelled(e.At, e.Cause, RevivableUntil: null)),
        (PendingPayment s, PaymentDeadlinePassed e) when e.At >= s.PayBy => Move(new Cancelled(e.At, CancelCause.PaymentDeadline, e.RevivableUntil)),
        (PendingPayment, PaymentDeadlinePassed) => Refuse("the payment deadline has not passed"),

        (Cancelled, CancelRequested) => Same,
        (Cancelled { Cause: CancelCause.PaymentDeadline }, PaymentDeadlinePassed) => Same,
        (Cancelled { RevivableUntil: { } until }, Revived e) when e.At <= until => Move(new Paid(e.PaymentId, e.At)),
        (Cancelled { RevivableUntil: not null }, Revived) => Refuse("the time for a revival is over"),

        (Paid s, Accepted e) => Move(new PendingShipment(s.PaymentId, e.ToShip, NoParcels)),
        (PendingShipment or Shipped or Completed, Accepted) => Same,

        (PendingShipment s, LinesShipped e) => Ship(s, e),
        (Shipped { Sent: var sent }, LinesShipped e) when sent.ContainsKey(e.ShipmentId.Value) => SameParcel(sent, e),

        (Shipped s, ReceiptConfirmed e) => Move(new Completed(s.PaymentId, e.At, e.AfterSaleUntil)),
        (Shipped s, ReceiptDeadlinePassed e) when e.At >= s.ReceiptBy => Move(new Completed(s.PaymentId, e.At, e.AfterSaleUntil)),
        (Shipped, ReceiptDeadlinePassed) => Refuse("the receipt deadline has not passed"),
        (Completed, ReceiptConfirmed or ReceiptDeadlinePassed) => Same,

        (Completed s, CaseOpened e) when e.At > s.AfterSaleUntil => Refuse("the after-sale window is over"),
        (Paid or PendingShipment or Shipped or Completed, CaseOpened e) => Move(new AfterSale(state, NoParcels.Add(e.CaseId.Value, e.Lines))),

        (AfterSale s, CaseOpened e) => OpenAnother(s, e),
        (AfterSale s, CaseClosed e) => Close(s, e),
        (AfterSale s, LinesShipped e) when s.OpenCases.Values.Any(inCase => inCase.Touches(e.Lines)) => Refuse("a line of the parcel is in an after-sale case"),
        (AfterSale s, Accepted or LinesShipped or ReceiptConfirmed or ReceiptDeadlinePassed or PaymentSettled) => Beneath(s, @event),

        (_, PaymentSettled e) when PaidBy(state) == e.PaymentId => Same,
        (_, Revived e) when PaidBy(state) == e.PaymentId => Same,
        _ => Refuse($"{@event.GetType().Name} is not possible in {state.Status}"),
    };

    private static readonly Transition Same = new Transition.AlreadyApplied();

    private static readonly ImmutableSortedDictionary<string, Units> NoParcels =
        ImmutableSortedDictionary.Create<string, Units>(StringComparer.Ordinal);

    private static Transition Move(OrderState to) => new Transition.Moved(to);

    private static Transition Refuse(string because) => new Transition.Illegal(because);

    /// <summary>The payment that settled the order; null before that and after a cancellation.</summary>
    public static PaymentId? PaidBy(OrderState state) => state switch
    {
        Paid s => s.PaymentId,
        PendingShipment s => s.PaymentId,
        Shipped s => s.PaymentId,
        Completed s => s.PaymentId,
        AfterSale s => PaidBy(s.Beneath),
        _ => null,
    };

    private static Transition Ship(PendingShipment state, LinesShipped parcel)
    {
        if (state.Sent.ContainsKey(parcel.ShipmentId.Value))
            return SameParcel(state.Sent, parcel);
        if (parcel.Lines.IsEmpty || !state.Open.Covers(parcel.Lines))
            return Refuse("the parcel holds more than is open");
        var sent = state.Sent.Add(parcel.ShipmentId.Value, parcel.Lines);
        var open = state.Open.Minus(parcel.Lines);
        return Move(open.IsEmpty ? new Shipped(state.PaymentId, sent, parcel.ReceiptBy) : state with { Open = open, Sent = sent });
    }

    private static Transition SameParcel(ImmutableSortedDictionary<string, Units> sent, LinesShipped parcel) =>
        sent[parcel.ShipmentId.Value].Equals(parcel.Lines) ? Same : Refuse("this parcel was sent with other lines");

    private static Transition OpenAnother(AfterSale state, CaseOpened opened)
    {
        if (state.OpenCases.TryGetValue(opened.CaseId.Value, out var lines))
            return lines.Equals(opened.Lines) ? Same : Refuse("this case was opened with other lines");
        return Next(state.Beneath, opened) is Transition.Illegal illegal
            ? illegal
            : Move(state with { OpenCases = state.OpenCases.Add(opened.CaseId.Value, opened.Lines) });
    }

    private static Transition Close(AfterSale state, CaseClosed closed)
    {
        if (!state.OpenCases.ContainsKey(closed.CaseId.Value))
            return Same;
        var open = state.OpenCases.Remove(closed.CaseId.Value);
        var beneath = state.Beneath is PendingShipment waiting ? WithoutLines(waiting, closed) : state.Beneath;
        if (!open.IsEmpty)
            return Move(new AfterSale(beneath, open));
        return Move(closed.NothingLeft ? new AfterSaleCompleted(closed.At) : beneath);
    }

    private static OrderState WithoutLines(PendingShipment waiting, CaseClosed closed)
    {
        var open = waiting.Open.Minus(closed.NoLongerToShip);
        return open.IsEmpty && !waiting.Sent.IsEmpty
            ? new Shipped(waiting.PaymentId, waiting.Sent, closed.ReceiptBy)
            : waiting with { Open = open };
    }

    private static Transition Beneath(AfterSale state, OrderEvent @event) => Next(state.Beneath, @event) switch
    {
        Transition.Moved moved => Move(state with { Beneath = moved.To }),
        var other => other,
    };
}
