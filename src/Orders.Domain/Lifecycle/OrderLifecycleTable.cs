using System.Collections.Immutable;
using Orders.Domain.Checkout;
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
        (PendingPayment, CancelRequested { Cause: not CancelCause.PaymentDeadline } e) => Move(new Cancelled(e.At, e.Cause, RevivableUntil: null)),
        (PendingPayment s, PaymentDeadlinePassed e) when e.At >= s.PayBy => Move(new Cancelled(e.At, CancelCause.PaymentDeadline, e.RevivableUntil)),
        (PendingPayment, PaymentDeadlinePassed) => Refuse("the payment deadline has not passed"),

        (Cancelled, CancelRequested { Cause: not CancelCause.PaymentDeadline }) => Same,
        (Cancelled { Cause: CancelCause.PaymentDeadline }, PaymentDeadlinePassed) => Same,
        (Cancelled { RevivableUntil: { } until }, Revived e) when e.At <= until => Move(new Paid(e.PaymentId, e.At)),
        (Cancelled { RevivableUntil: not null }, Revived) => Refuse("the time for a revival is over"),

        (Settled s, PaymentSettled e) => s.PaymentId == e.PaymentId ? Same : Refuse("another payment settled it"),
        (Settled s, Revived e) => s.PaymentId == e.PaymentId ? Same : Refuse("another payment settled it"),

        (Paid s, Accepted e) => Accept(s, e),
        (Settled s, Accepted e) => s.ToShip.Equals(e.ToShip) ? Same : Refuse("it was accepted with other lines"),

        (Settled s, LinesShipped e) when s.Sent.TryGetValue(e.ShipmentId.Value, out var sent) =>
            sent.Equals(e.Lines) ? Same : Refuse("this parcel left with other lines"),
        (PendingShipment s, LinesShipped e) => Ship(s, e),

        (Shipped s, ReceiptConfirmed e) => Move(Complete(s, e.At, e.AfterSaleUntil)),
        (Shipped s, ReceiptDeadlinePassed e) when e.At >= s.ReceiptBy => Move(Complete(s, e.At, e.AfterSaleUntil)),
        (Shipped, ReceiptDeadlinePassed) => Refuse("the receipt deadline has not passed"),
        (Completed, ReceiptConfirmed or ReceiptDeadlinePassed) => Same,

        (Settled s, CaseOpened e) when s.ClosedCases.TryGetValue(e.CaseId.Value, out var closed) =>
            closed.Lines.Equals(e.Lines) ? Same : Refuse("this case was opened with other lines"),
        (Settled, CaseOpened { Lines.IsEmpty: true }) => Refuse("a case is about at least one unit"),
        (Completed s, CaseOpened e) when e.At > s.AfterSaleUntil => Refuse("the after-sale window is over"),
        (Settled s, CaseOpened e) => OpenCase(new AfterSale(s, NoParcels), e),
        (Settled s, CaseClosed e) => ClosedBefore(s, e),

        (AfterSale s, CaseOpened e) => OpenAnother(s, e),
        (AfterSale s, CaseClosed e) => Close(s, e),
        (AfterSale s, LinesShipped e) when !s.Beneath.Sent.ContainsKey(e.ShipmentId.Value) && IsInCase(s, e.Lines) =>
            Refuse("a line of the parcel is in an after-sale case"),
        (AfterSale s, not (CancelRequested or PaymentDeadlinePassed)) => Beneath(s, @event),

        (AfterSaleCompleted s, not (CancelRequested or PaymentDeadlinePassed)) when Next(s.Beneath, @event) is Transition.AlreadyApplied => Same,

        _ => Refuse($"{@event.GetType().Name} is not possible in {state.Status}"),
    };

    private static readonly Transition Same = new Transition.AlreadyApplied();

    private static Transition Move(OrderState to) => new Transition.Moved(to);

    private static Transition Refuse(string because) => new Transition.Illegal(because);

    /// <summary>The payment that settled the order; null before that and after a cancellation.</summary>
    public static PaymentId? PaidBy(OrderState state) => SettledPart(state)?.PaymentId;

    /// <summary>The state of a paid order, also beneath the after-sale layer; null while it is unpaid.</summary>
    public static Settled? SettledPart(OrderState state) => state switch
    {
        Settled s => s,
        AfterSale s => s.Beneath,
        AfterSaleCompleted s => s.Beneath,
        _ => null,
    };

    /// <summary>What can be shipped now: open lines that no after-sale case is about.</summary>
    public static Units ShippableUnits(OrderState state) => state switch
    {
        PendingShipment s => s.Open,
        AfterSale { Beneath: PendingShipment s } layer => Units.Of(s.Open.Entries.Where(entry => !layer.OpenCases.Values.Any(inCase => inCase[entry.Key] > 0))),
        _ => Units.None,
    };

    private static Transition Accept(Paid state, Accepted accepted)
    {
        // A case that was closed before acceptance has already taken its units out of what is to be shipped.
        var open = state.ClosedCases.Values.Aggregate(accepted.ToShip, (left, closed) => left.Minus(closed.NoLongerToShip));
        return open.IsEmpty
            ? Refuse("nothing is left to ship")
            : Move(new PendingShipment(state.PaymentId, open) { ToShip = accepted.ToShip, ClosedCases = state.ClosedCases });
    }

    private static Transition Ship(PendingShipment state, LinesShipped parcel)
    {
        if (parcel.Lines.IsEmpty)
            return Refuse("a parcel holds at least one unit");
        if (!state.Open.Covers(parcel.Lines))
            return Refuse("the parcel holds more than is open");
        var sent = state.Sent.Add(parcel.ShipmentId.Value, parcel.Lines);
        var open = state.Open.Minus(parcel.Lines);
        if (open.IsEmpty)
            return Move(ShippedFrom(state, sent, parcel.ReceiptBy));
        return sent.Count < OrderLimits.MostShipments
            ? Move(state with { Open = open, Sent = sent })
            : Refuse($"an order has at most {OrderLimits.MostShipments} shipments: the last holds all that is open");
    }

    private static Shipped ShippedFrom(PendingShipment state, ImmutableSortedDictionary<string, Units> sent, DateTimeOffset receiptBy) =>
        new(state.PaymentId, receiptBy) { ToShip = state.ToShip, Sent = sent, ClosedCases = state.ClosedCases };

    private static Completed Complete(Shipped state, DateTimeOffset at, DateTimeOffset afterSaleUntil) =>
        new(state.PaymentId, at, afterSaleUntil) { ToShip = state.ToShip, Sent = state.Sent, ClosedCases = state.ClosedCases };

    private static bool IsInCase(AfterSale state, Units lines) => state.OpenCases.Values.Any(inCase => inCase.Touches(lines));

    private static Transition OpenCase(AfterSale state, CaseOpened opened) =>
        state.OpenCases.Count + state.Beneath.ClosedCases.Count < OrderLimits.MostCases
            ? Move(state with { OpenCases = state.OpenCases.Add(opened.CaseId.Value, opened.Lines) })
            : Refuse($"an order has at most {OrderLimits.MostCases} cases");

    private static Transition OpenAnother(AfterSale state, CaseOpened opened)
    {
        if (state.OpenCases.TryGetValue(opened.CaseId.Value, out var lines))
            return lines.Equals(opened.Lines) ? Same : Refuse("this case was opened with other lines");
        return Next(state.Beneath, opened) is Transition.Moved ? OpenCase(state, opened) : Next(state.Beneath, opened);
    }

    private static Transition ClosedBefore(Settled state, CaseClosed closed) =>
        !state.ClosedCases.TryGetValue(closed.CaseId.Value, out var before) ? Refuse("there is no such case")
        : before.NoLongerToShip.Equals(closed.NoLongerToShip) ? Same
        : Refuse("this case was closed with other lines");

    private static Transition Close(AfterSale state, CaseClosed closed)
    {
        if (!state.OpenCases.TryGetValue(closed.CaseId.Value, out var lines))
            return ClosedBefore(state.Beneath, closed);
        if (!lines.Covers(closed.NoLongerToShip))
            return Refuse("a case takes no more than it is about");
        if (state.Beneath is PendingShipment { Open: var open } ? !open.Covers(closed.NoLongerToShip) : state.Beneath is not Paid && !closed.NoLongerToShip.IsEmpty)
            return Refuse("a case takes no more than is open");
        var beneath = Without(state.Beneath, closed, lines);
        var openCases = state.OpenCases.Remove(closed.CaseId.Value);
        if (!openCases.IsEmpty)
            return Move(new AfterSale(beneath, openCases));
        var nothingLeft = closed.NothingLeft || beneath is PendingShipment { Open.IsEmpty: true };
        return Move(nothingLeft ? new AfterSaleCompleted(closed.At, beneath) : beneath);
    }

    /// <summary>The state without what a closed case took from it; shipped, if that was the last open line and others left.</summary>
    private static Settled Without(Settled state, CaseClosed closed, Units lines)
    {
        var remembered = state with { ClosedCases = state.ClosedCases.Add(closed.CaseId.Value, new ClosedCase(lines, closed.NoLongerToShip)) };
        if (remembered is not PendingShipment waiting)
            return remembered;
        var open = waiting.Open.Minus(closed.NoLongerToShip);
        return open.IsEmpty && !waiting.Sent.IsEmpty ? ShippedFrom(waiting, waiting.Sent, closed.ReceiptBy) : waiting with { Open = open };
    }

    private static Transition Beneath(AfterSale state, OrderEvent @event) => Next(state.Beneath, @event) switch
    {
        Transition.Moved { To: Settled to } => Move(state with { Beneath = to }),
        var other => other,
    };
}
