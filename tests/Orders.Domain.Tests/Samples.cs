using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using static Orders.Domain.Lifecycle.OrderEvent;

namespace Orders.Domain.Tests;

/// <summary>One order of three lines, two of them of one SKU, and facts about it.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset PayBy = Start.AddMinutes(30);
    public static readonly DateTimeOffset RevivableUntil = PayBy.AddHours(24);
    public static readonly DateTimeOffset ReceiptBy = Start.AddDays(11);
    public static readonly DateTimeOffset AfterSaleUntil = Start.AddDays(26);

    public static readonly Currency Euro = Id.Parse<Currency>("EUR");
    public static readonly OrderRef Ref = new(Id.Parse<UserId>("ada"), OrderId.Derive(Id.Parse<UserId>("ada"), "key-1"));
    public static readonly PaymentId Payment = PaymentId.Derive(Ref.OrderId, "first");
    public static readonly PaymentId OtherPayment = PaymentId.Derive(Ref.OrderId, "second");
    public static readonly ShipmentId ParcelA = ShipmentId.Derive(Ref.OrderId, "a");
    public static readonly ShipmentId ParcelB = ShipmentId.Derive(Ref.OrderId, "b");
    public static readonly CaseId Case1 = CaseId.Derive(Ref.OrderId, "1");
    public static readonly CaseId Case2 = CaseId.Derive(Ref.OrderId, "2");

    public static readonly Units All = Units.Of(("1", 2), ("2", 1), ("3", 3));
    public static readonly Units InParcelA = Units.Of(("1", 2));
    public static readonly Units InParcelB = Units.Of(("2", 1), ("3", 3));

    public static Order Placed()
    {
        var (mug, tea) = (Id.Parse<Sku>("MUG"), Id.Parse<Sku>("TEA"));
        var items = new Dictionary<Sku, CatalogueItem>
        {
            [mug] = new(mug, "Mug", UnitPrice: 1_250, Euro),
            [tea] = new(tea, "Tea", UnitPrice: 499, Euro),
        };
        var basket = Pricing.Price([new(mug, 2), new(tea, 1), new(mug, 3)], items, shipping: 0);
        var address = new Address("Ada", "1 Main Street", Line2: null, "Zürich", Region: null, "8001", "CH");
        return Order.Place(Ref, basket, address, note: "leave it at the door", couponCode: null, "fingerprint", Start, PayBy);
    }

    /// <summary>The order after those facts, each of which must move it.</summary>
    public static Order After(params OrderEvent[] facts) => facts.Aggregate(Placed(), (order, fact) =>
        order.Apply(fact, "system", fact.GetType().Name) is (Transition.Moved, var moved)
            ? moved
            : throw new InvalidOperationException($"{fact} does not move {order.State}."));

    public static readonly PaymentSettled Pays = new(Start.AddMinutes(5), Payment);
    public static readonly CancelRequested BuyerCancels = new(Start.AddMinutes(6), CancelCause.Buyer);
    public static readonly PaymentDeadlinePassed TimeIsUp = new(PayBy, RevivableUntil);
    public static readonly Revived Revives = new(RevivableUntil, Payment);
    public static readonly Accepted Accepts = new(Start.AddMinutes(7), All);
    public static readonly LinesShipped ShipsA = new(Start.AddDays(1), ParcelA, InParcelA, ReceiptBy);
    public static readonly LinesShipped ShipsB = new(Start.AddDays(1), ParcelB, InParcelB, ReceiptBy);
    public static readonly ReceiptConfirmed Confirms = new(Start.AddDays(5), AfterSaleUntil);
    public static readonly ReceiptDeadlinePassed CountsAsReceived = new(ReceiptBy, AfterSaleUntil);
    public static readonly CaseOpened OpensCase1 = new(Start.AddDays(6), Case1, Units.Of(("2", 1)));
    public static readonly CaseOpened OpensCase2 = new(Start.AddDays(7), Case2, Units.Of(("3", 2)));
    public static readonly CaseClosed ClosesCase1 = new(Start.AddDays(8), Case1, Units.None, NothingLeft: false, ReceiptBy);
    public static readonly CaseClosed ClosesCase1Taking = ClosesCase1 with { NoLongerToShip = Units.Of(("2", 1)) };
    public static readonly CaseClosed ClosesCase1WithAll = ClosesCase1 with { NothingLeft = true };

    /// <summary>States by a name that says how they were reached. Each is made by the lifecycle itself, so each is reachable.</summary>
    public static readonly IReadOnlyList<(string Name, OrderState State)> States =
    [
        ("PendingPayment", After().State),
        ("Paid", After(Pays).State),
        ("Paid, revived", After(TimeIsUp, Revives).State),
        ("Paid, a case took line 2", After(Pays, OpensCase1, ClosesCase1Taking).State),
        ("PendingShipment", After(Pays, Accepts).State),
        ("PendingShipment, parcel A left", After(Pays, Accepts, ShipsA).State),
        ("Shipped", After(Pays, Accepts, ShipsA, ShipsB).State),
        ("Completed", After(Pays, Accepts, ShipsA, ShipsB, Confirms).State),
        ("Completed, case 1 closed", After(Pays, Accepts, ShipsA, ShipsB, Confirms, OpensCase1, ClosesCase1).State),
        ("Cancelled by the buyer", After(BuyerCancels).State),
        ("Cancelled by the deadline", After(TimeIsUp).State),
        ("AfterSale over Paid", After(Pays, OpensCase1).State),
        ("AfterSale over PendingShipment, parcel A left", After(Pays, Accepts, ShipsA, OpensCase1).State),
        ("AfterSale over Shipped", After(Pays, Accepts, ShipsA, ShipsB, OpensCase1).State),
        ("AfterSale over Completed", After(Pays, Accepts, ShipsA, ShipsB, Confirms, OpensCase1).State),
        ("AfterSale over Completed, two cases", After(Pays, Accepts, ShipsA, ShipsB, Confirms, OpensCase1, OpensCase2).State),
        ("AfterSaleCompleted", After(Pays, Accepts, ShipsA, ShipsB, Confirms, OpensCase1, ClosesCase1WithAll).State),
    ];

    /// <summary>Facts by a name that says what is special about them.</summary>
    public static readonly IReadOnlyList<(string Name, OrderEvent Fact)> Facts =
    [
        ("PaymentSettled by the first payment", Pays),
        ("PaymentSettled by another payment", Pays with { PaymentId = OtherPayment }),
        ("CancelRequested by the buyer", BuyerCancels),
        ("CancelRequested by the merchant", BuyerCancels with { Cause = CancelCause.Merchant }),
        ("CancelRequested in the name of the deadline", BuyerCancels with { Cause = CancelCause.PaymentDeadline }),
        ("PaymentDeadlinePassed a tick too early", TimeIsUp with { At = PayBy.AddTicks(-1) }),
        ("PaymentDeadlinePassed", TimeIsUp),
        ("Revived at the last instant", Revives),
        ("Revived a tick too late", Revives with { At = RevivableUntil.AddTicks(1) }),
        ("Revived by another payment", Revives with { PaymentId = OtherPayment }),
        ("Accepted", Accepts),
        ("Accepted with other lines", Accepts with { ToShip = InParcelA }),
        ("LinesShipped, parcel A", ShipsA),
        ("LinesShipped, parcel A with other lines", ShipsA with { Lines = Units.Of(("1", 1)) }),
        ("LinesShipped, parcel B with lines 2 and 3", ShipsB),
        ("LinesShipped, parcel B with line 3 alone", ShipsB with { Lines = Units.Of(("3", 3)) }),
        ("LinesShipped, parcel B with more than is open", ShipsB with { Lines = Units.Of(("2", 2)) }),
        ("LinesShipped, parcel B with nothing", ShipsB with { Lines = Units.None }),
        ("ReceiptConfirmed", Confirms),
        ("ReceiptDeadlinePassed a tick too early", CountsAsReceived with { At = ReceiptBy.AddTicks(-1) }),
        ("ReceiptDeadlinePassed", CountsAsReceived),
        ("CaseOpened, case 1", OpensCase1),
        ("CaseOpened, case 1 with other lines", OpensCase1 with { Lines = All }),
        ("CaseOpened, case 1 with nothing", OpensCase1 with { Lines = Units.None }),
        ("CaseOpened, case 2", OpensCase2),
        ("CaseOpened, case 2 a tick after the window", OpensCase2 with { At = AfterSaleUntil.AddTicks(1) }),
        ("CaseClosed, case 1", ClosesCase1),
        ("CaseClosed, case 1 taking line 2 from what is to be shipped", ClosesCase1Taking),
        ("CaseClosed, case 1 taking more than it is about", ClosesCase1 with { NoLongerToShip = Units.Of(("3", 1)) }),
        ("CaseClosed, case 1 with nothing left", ClosesCase1WithAll),
        ("CaseClosed, case 2", ClosesCase1 with { CaseId = Case2 }),
    ];
}
