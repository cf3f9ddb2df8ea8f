using Orders.Domain.AfterSales;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Simulation.Tests.Auditing;

/// <summary>4: every version follows from the one before by at most one row of the lifecycle table, and the timeline tells it.</summary>
internal sealed class LifecycleOnly : Checker
{
    public override void Saved(Books books, Order? before, Order after)
    {
        if (after.Version != (before?.Version ?? 0) + 1)
            Broken($"order {after.OrderId}: version {before?.Version} is followed by {after.Version}");
        if (before is null)
        {
            if (after.State is not OrderState.PendingPayment || after.Timeline is not [{ From: null, To: OrderStatus.PendingPayment }])
                Broken($"order {after.OrderId} begins as {after.Status}");
            return;
        }

        if (!before.State.Equals(after.State) && !Facts(before, after).Any(fact => OrderLifecycleTable.Next(before.State, fact) is Transition.Moved moved && moved.To.Equals(after.State)))
            Broken($"order {after.OrderId} version {after.Version}: {before.State} became {after.State}, which no row of the table does");
        if (!TimelineTells(before, after))
            Broken($"order {after.OrderId} version {after.Version}: the timeline of {before.Status} → {after.Status} is {string.Join(" | ", after.Timeline)}");
        if (!before.Lines.Select(Bought).SequenceEqual(after.Lines.Select(Bought)) || before.Totals.Total != after.Totals.Total || before.ShippingAddress != after.ShippingAddress || before.Fingerprint != after.Fingerprint)
            Broken($"order {after.OrderId} version {after.Version}: what was bought has changed");
    }

    /// <summary>The facts that could have led there, made from the later version alone.</summary>
    private static IEnumerable<OrderEvent> Facts(Order before, Order after)
    {
        var at = after.UpdatedAt;
        var (earlier, state) = (Beneath(before.State), Beneath(after.State));
        switch (state)
        {
            case OrderState.Paid paid:
                yield return new OrderEvent.PaymentSettled(paid.At, paid.PaymentId);
                yield return new OrderEvent.Revived(paid.At, paid.PaymentId);
                break;
            case OrderState.Cancelled { RevivableUntil: { } until } cancelled:
                yield return new OrderEvent.PaymentDeadlinePassed(cancelled.At, until);
                break;
            case OrderState.Cancelled cancelled:
                yield return new OrderEvent.CancelRequested(cancelled.At, cancelled.Cause);
                break;
            case OrderState.PendingShipment when earlier is OrderState.Paid:
                yield return new OrderEvent.Accepted(at, after.AllUnits);
                break;
            case OrderState.PendingShipment or OrderState.Shipped when after.Shipments.Count == before.Shipments.Count + 1:
                var parcel = after.Shipments[^1];
                yield return new OrderEvent.LinesShipped(at, parcel.ShipmentId, parcel.Lines, (state as OrderState.Shipped)?.ReceiptBy ?? at);
                break;
            case OrderState.Completed completed:
                yield return new OrderEvent.ReceiptConfirmed(completed.At, completed.AfterSaleUntil);
                yield return new OrderEvent.ReceiptDeadlinePassed(completed.At, completed.AfterSaleUntil);
                break;
        }

        foreach (var opened in after.Cases.Skip(before.Cases.Count))
            yield return new OrderEvent.CaseOpened(opened.OpenedAt, opened.CaseId, opened.Units);
        foreach (var ended in after.Cases.Where(ended => !ended.IsOpen && before.FindCase(ended.CaseId) is { IsOpen: true }))
        {
            yield return new OrderEvent.CaseClosed(
                ((CaseState.Closed)ended.State).At, ended.CaseId, OrderLifecycleTable.SettledPart(after.State)!.ClosedCases[ended.CaseId.Value].NoLongerToShip,
                NothingLeft: IsNothingLeft(after), (state as OrderState.Shipped)?.ReceiptBy ?? at);
        }
    }

    /// <summary>Whether completed cases took every unit, of what was bought and of what came instead.</summary>
    private static bool IsNothingLeft(Order order) => order.Lines.Concat(order.Replacements.Select(replacement => replacement.Line)).All(line =>
        order.Cases.Where(@case => @case.Status == CaseStatus.Completed).SelectMany(@case => @case.Lines).Where(taken => taken.LineId == line.LineId).Sum(taken => taken.Settled)
        == line.Quantity);

    private static OrderState Beneath(OrderState state) => OrderLifecycleTable.SettledPart(state) ?? state;

    private static OrderLine Bought(OrderLine line) => line with { ReturnedQuantity = 0, Refunded = 0 };

    private static bool TimelineTells(Order before, Order after) => before.Status == after.Status
        ? before.Timeline.SequenceEqual(after.Timeline)
        : after.Timeline.Count == before.Timeline.Count + 1
            && before.Timeline.SequenceEqual(after.Timeline.SkipLast(1))
            && after.Timeline[^1].From == before.Status && after.Timeline[^1].To == after.Status && after.Timeline[^1].At >= before.Timeline[^1].At;
}

/// <summary>8: every deadline is met and every order comes to its end, whatever was lost on the way.</summary>
internal sealed class EveryOrderEnds : Checker
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public override void AfterDeadlines(Books books, Inspection store)
    {
        foreach (var order in books.Orders)
        {
            if (order.State is OrderState.PendingPayment pending && pending.PayBy + Patience < store.Now)
                Broken($"order {order.OrderId} waits for money since {pending.PayBy:O}; now it is {store.Now:O}");
            if (order.State is OrderState.Paid)
                Broken($"order {order.OrderId} is paid and not accepted");
            if (order.OwesMoney)
                Broken($"order {order.OrderId} still owes money");
        }
    }

    public override void AtEnd(Books books, Inspection store)
    {
        foreach (var order in books.Orders.Where(order => order.ClosedAt is null || order.State is not (OrderState.Cancelled or OrderState.Completed or OrderState.AfterSaleCompleted)))
            Broken($"order {order.OrderId} of {order.PlacedAt:O} is {order.Status} and {(order.ClosedAt is null ? "open" : "closed")} in version {order.Version}");
    }
}
