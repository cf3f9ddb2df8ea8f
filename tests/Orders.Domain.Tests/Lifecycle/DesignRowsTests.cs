using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using Xunit;
using static Orders.Domain.Lifecycle.OrderStatus;

namespace Orders.Domain.Tests.Lifecycle;

/// <summary>The rows of the design by hand, so that the printed matrix can't drift together with the table.</summary>
public sealed class DesignRowsTests
{
    private static readonly HashSet<(OrderStatus From, OrderStatus To)> Rows =
    [
        (PendingPayment, Paid), (PendingPayment, Cancelled), (Cancelled, Paid), (Paid, PendingShipment), (PendingShipment, Shipped), (Shipped, Completed),
        (Paid, AfterSale), (PendingShipment, AfterSale), (Shipped, AfterSale), (Completed, AfterSale),
        (AfterSale, Paid), (AfterSale, PendingShipment), (AfterSale, Shipped), (AfterSale, Completed), (AfterSale, AfterSaleCompleted),
    ];

    public static bool IsRow(OrderStatus from, OrderStatus to) => from == to || Rows.Contains((from, to));

    [Fact]
    public void Table_MovesAlongTheRowsOfTheDesignOnly_AndAlongEachOfThem()
    {
        var moves = new HashSet<(OrderStatus, OrderStatus)>();
        foreach (var (_, state) in Samples.States)
        {
            foreach (var (_, fact) in Samples.Facts)
            {
                if (OrderLifecycleTable.Next(state, fact) is Transition.Moved { To: var to } && to.Status != state.Status)
                    moves.Add((state.Status, to.Status));
            }
        }

        Assert.Equal(Rows.Order(), moves.Order());
    }

    [Fact]
    public void Case_ClosedBeforeAcceptance_KeepsItsUnitsOutOfWhatIsShipped()
    {
        var order = Samples.After(Samples.Pays, Samples.OpensCase1, Samples.ClosesCase1Taking, Samples.Accepts);

        Assert.Equal(Units.Of(("1", 2), ("3", 3)), Assert.IsType<OrderState.PendingShipment>(order.State).Open);
        Assert.IsType<Transition.AlreadyApplied>(order.Apply(Samples.Accepts, "system", "again").Transition);
    }

    [Fact]
    public void Case_ThatTakesTheLastOpenLine_LeavesTheOrderShipped()
    {
        var order = Samples.After(
            Samples.Pays, Samples.Accepts, Samples.ShipsA, Samples.ShipsB with { Lines = Units.Of(("3", 3)) }, Samples.OpensCase1, Samples.ClosesCase1Taking);

        Assert.Equal(Samples.ReceiptBy, Assert.IsType<OrderState.Shipped>(order.State).ReceiptBy);
    }

    [Fact]
    public void Case_ThatTakesEverythingBeforeAnythingLeft_EndsTheOrder_WhateverItsCloserSays()
    {
        var everything = Samples.OpensCase1 with { Lines = Samples.All };
        var order = Samples.After(
            Samples.Pays, Samples.Accepts, everything, Samples.ClosesCase1 with { NoLongerToShip = Samples.All, NothingLeft = false });

        Assert.Equal(AfterSaleCompleted, order.Status);
    }

    [Fact]
    public void Line_InACase_CannotBeShipped_OthersCan()
    {
        var order = Samples.After(Samples.Pays, Samples.Accepts, Samples.OpensCase1);

        Assert.Equal(Units.Of(("1", 2), ("3", 3)), OrderLifecycleTable.ShippableUnits(order.State));
        Assert.IsType<Transition.Illegal>(order.Apply(Samples.ShipsB, "merchant", "").Transition);
        Assert.IsType<Transition.Moved>(order.Apply(Samples.ShipsA, "merchant", "").Transition);
    }

    [Fact]
    public void Shipments_OfWhichTheLastWouldLeaveSomethingBehind_AreRefused()
    {
        var order = Samples.After(Samples.Pays);
        order = order.Apply(Samples.Accepts with { ToShip = Units.Of(("1", 60)) }, "system", "").Order;
        for (var i = 1; i < OrderLimits.MostShipments; i++)
            order = Moved(order, Parcel(i, units: 1));

        Assert.IsType<Transition.Illegal>(order.Apply(Parcel(50, units: 1), "merchant", "").Transition);
        Assert.Equal(Shipped, Moved(order, Parcel(50, units: 11)).Status);

        static OrderEvent Parcel(int number, int units) => Samples.ShipsA with
        {
            ShipmentId = ShipmentId.Derive(Samples.Ref.OrderId, $"parcel {number}"),
            Lines = Units.Of(("1", units)),
        };
    }

    [Fact]
    public void Cases_BeyondTheirBound_AreRefused_AndTheTimelineStaysWithinItsOwn()
    {
        // The longest life there is: cancelled and revived, then every case opened and closed by itself.
        var order = Samples.After(Samples.TimeIsUp, Samples.Revives, Samples.Accepts, Samples.ShipsA, Samples.ShipsB, Samples.Confirms);
        for (var i = 1; i <= OrderLimits.MostCases; i++)
        {
            var opened = Samples.OpensCase1 with { CaseId = CaseId.Derive(Samples.Ref.OrderId, $"case {i}") };
            order = Moved(order, opened);
            order = Moved(order, Samples.ClosesCase1 with { CaseId = opened.CaseId });
        }

        var beyond = order.Apply(Samples.OpensCase1 with { CaseId = CaseId.Derive(Samples.Ref.OrderId, "one more") }, "customer", "");

        Assert.IsType<Transition.Illegal>(beyond.Transition);
        Assert.InRange(order.Timeline.Count, 40, OrderLimits.MostTimelineEntries);
        Assert.Null(order.Timeline[0].From);
    }

    [Fact]
    public void Fact_ByAClockThatIsBehind_DoesNotTurnTheTimelineBack()
    {
        var order = Moved(Samples.Placed(), Samples.Pays with { At = Samples.Start.AddMinutes(-5) });

        Assert.Equal(Samples.Start, order.UpdatedAt);
        Assert.Equal(Samples.Start, order.Timeline[^1].At);
    }

    private static Order Moved(Order order, OrderEvent fact)
    {
        var (transition, moved) = order.Apply(fact, "system", "");
        Assert.IsType<Transition.Moved>(transition);
        return moved;
    }
}
