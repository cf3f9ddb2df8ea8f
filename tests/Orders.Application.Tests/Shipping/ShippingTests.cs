using Orders.Application.Events;
using Orders.Application.Shipping;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Shipping;

public sealed class ShippingTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Parcels_LeaveOneByOne_AndTheLastMakesTheOrderShipped()
    {
        var order = await shop.AcceptedAsync(("MUG", 2), ("TEA", 3));

        var first = await ShipAsync(order, "a", new ShipRequest("DHL", "1", [new("TEA", 2)]));
        var rest = await ShipAsync(order, "b", new ShipRequest("Swiss Post", "99.00/1"));

        Assert.True(first.Value!.Created);
        Assert.Equal(OrderStatus.PendingShipment, first.Value.Order.Status);
        Assert.Equal(Units.Of(("1", 2), ("2", 1)), rest.Value!.Shipment.Lines);
        Assert.Equal(OrderStatus.Shipped, rest.Value.Order.Status);
        Assert.Equal(Start.AddDays(10), Assert.IsType<OrderState.Shipped>(rest.Value.Order.State).ReceiptBy);
        Assert.Equal(3, rest.Value.Order.ShippedQuantity("2"));
        var events = await shop.Use<IOutbox>().FindOlderThanAsync(Start.AddDays(1), limit: 100, default);
        Assert.Equal([EventTypes.PartiallyShipped, EventTypes.Shipped], events.OrderBy(e => e.Sequence).TakeLast(2).Select(e => e.Type));
    }

    [Fact]
    public async Task SameKeyAgain_IsTheSameParcel_AndAnotherParcelUnderIt_IsRefused()
    {
        var order = await shop.AcceptedAsync(("MUG", 2), ("TEA", 3));
        var request = new ShipRequest("DHL", "1", [new("TEA", 2)]);
        var first = await ShipAsync(order, "a", request);

        var again = await ShipAsync(order, "a", request, expectedVersion: 1);

        Assert.False(again.Value!.Created);
        Assert.Equal(first.Value!.Shipment.ShipmentId, again.Value.Shipment.ShipmentId);
        Assert.Equal(first.Value.Order.Version, again.Value.Order.Version);
        Assert.IsType<Refusal.OtherRequestWithKey>((await ShipAsync(order, "a", request with { Lines = null })).Refusal);
        Assert.IsType<Refusal.OtherRequestWithKey>((await ShipAsync(order, "a", request with { TrackingNumber = "2" })).Refusal);
        Assert.Single((await shop.ReadAsync(order.Ref)).Shipments);
    }

    [Fact]
    public async Task Sku_OnTwoLines_TakesThemInTheirOrder_UnlessALineIsNamed()
    {
        var order = await shop.AcceptedAsync(("MUG", 2), ("TEA", 1), ("MUG", 3));

        var bySku = await ShipAsync(order, "a", new ShipRequest("DHL", "1", [new("MUG", 3)]));
        var byLine = await ShipAsync(order, "b", new ShipRequest("DHL", "2", [new(Sku: null, 1, LineId: "3")]));

        Assert.Equal(Units.Of(("1", 2), ("3", 1)), bySku.Value!.Shipment.Lines);
        Assert.Equal(Units.Of(("3", 1)), byLine.Value!.Shipment.Lines);
        Assert.IsType<Refusal.IllegalInState>((await ShipAsync(order, "c", new ShipRequest("DHL", "3", [new("MUG", 1), new("MUG", 1)]))).Refusal);
    }

    [Fact]
    public async Task Sku_NamedTwice_IsCountedTogether()
    {
        var order = await shop.AcceptedAsync(("MUG", 2), ("MUG", 3));

        var parcel = await ShipAsync(order, "a", new ShipRequest("DHL", "1", [new("MUG", 2), new("MUG", 1)]));

        Assert.Equal(Units.Of(("1", 2), ("2", 1)), parcel.Value!.Shipment.Lines);
    }

    [Fact]
    public async Task MoreThanIsOpen_UnknownLines_AndTheWrongState_AreRefused()
    {
        var paid = await shop.PaidAsync(("MUG", 2));
        Assert.IsType<Refusal.IllegalInState>((await ShipAsync(paid, "a", new ShipRequest("DHL", "1"))).Refusal);
        await shop.Use<Application.Lifecycle.AcceptOrder>().RunAsync(paid.Ref, Actor.System, default);

        Assert.IsType<Refusal.IllegalInState>((await ShipAsync(paid, "a", new ShipRequest("DHL", "1", [new("MUG", 3)]))).Refusal);
        Assert.Equal(["lines/0/sku"], Invalid(await ShipAsync(paid, "a", new ShipRequest("DHL", "1", [new("TEA", 1)]))));
        Assert.Equal(["lines/0/lineId"], Invalid(await ShipAsync(paid, "a", new ShipRequest("DHL", "1", [new(Sku: null, 1, "9")]))));
        Assert.Empty((await shop.ReadAsync(paid.Ref)).Shipments);
    }

    [Theory]
    [InlineData("carrier", "", "1")]
    [InlineData("carrier", "012345678901234567890123456789012345678901234567890", "1")]
    [InlineData("trackingNumber", "DHL", null)]
    [InlineData("trackingNumber", "DHL", "a<b>")]
    public async Task Parcel_OfAnotherForm_IsRefused(string field, string carrier, string? number)
    {
        var order = await shop.AcceptedAsync(("MUG", 2));

        Assert.Equal([field], Invalid(await ShipAsync(order, "a", new ShipRequest(carrier, number))));
    }

    [Fact]
    public async Task Lines_OfAnotherForm_AreRefused()
    {
        var order = await shop.AcceptedAsync(("MUG", 2));

        Assert.Equal(["lines"], Invalid(await ShipAsync(order, "a", new ShipRequest("DHL", "1", []))));
        Assert.Equal(["lines/0/quantity"], Invalid(await ShipAsync(order, "a", new ShipRequest("DHL", "1", [new("MUG", 0)]))));
        Assert.Equal(["lines/0"], Invalid(await ShipAsync(order, "a", new ShipRequest("DHL", "1", [new("MUG", 1, "1")]))));
    }

    [Fact]
    public async Task Shipping_IsTheMerchants()
    {
        var order = await shop.AcceptedAsync(("MUG", 2));

        foreach (var caller in new[] { Ada, Bob, Support, Carrier })
            Assert.IsType<Refusal.NotFound>((await ShipAsync(order, "a", new ShipRequest("DHL", "1"), caller: caller)).Refusal);
    }

    [Fact]
    public async Task IfMatch_OfAnotherVersion_IsRefused()
    {
        var order = await shop.AcceptedAsync(("MUG", 2));

        Assert.Equal(
            new Refusal.VersionMismatch(order.Version), (await ShipAsync(order, "a", new ShipRequest("DHL", "1"), expectedVersion: order.Version + 1)).Refusal);
        Assert.True((await ShipAsync(order, "a", new ShipRequest("DHL", "1"), expectedVersion: order.Version)).Succeeded);
    }

    [Fact]
    public async Task FiftiethParcel_HoldsAllThatIsOpen_OrIsRefusedByTheNameOfTheBound()
    {
        await shop.Use<Application.Stock.AdjustStock>().RunAsync(
            Merchant, "MUG", new Application.Stock.StockAdjustmentRequest(Delta: 90, SetTo: null, "more"), "more", default);
        var order = await shop.AcceptedAsync(("MUG", 60));
        for (var i = 1; i < OrderLimits.MostShipments; i++)
            Assert.True((await ShipAsync(order, $"key-{i}", new ShipRequest("DHL", "1", [new("MUG", 1)]))).Succeeded);

        Assert.Equal(
            new Refusal.LimitReached("shipments", OrderLimits.MostShipments), (await ShipAsync(order, "50", new ShipRequest("DHL", "1", [new("MUG", 1)]))).Refusal);
        Assert.Equal(OrderStatus.Shipped, (await ShipAsync(order, "50", new ShipRequest("DHL", "1"))).Value!.Order.Status);
    }

    [Fact]
    public async Task Reports_AreKeptByTime_EachOnce()
    {
        var (order, shipment) = await ShippedAsync();

        await ReportAsync(order, shipment, new ParcelReport("delivered", "2026-03-01T15:00:00+02:00", "Zürich"));
        var early = await ReportAsync(order, shipment, new ParcelReport("in-transit", "2026-03-01T12:30:00Z"));
        var again = await ReportAsync(order, shipment, new ParcelReport("delivered", "2026-03-01T13:00:00Z", "Zürich"), expectedVersion: 1);

        Assert.Equal(["in-transit", "delivered"], early.Value!.Shipment.Events.Select(report => report.Status));
        Assert.Equal(early.Value.Order.Version, again.Value!.Order.Version);
        Assert.Equal(2, again.Value.Shipment.Events.Count);
        Assert.Equal(OrderStatus.Shipped, again.Value.Order.Status);
    }

    [Fact]
    public async Task Reports_AreTheCarriersAndTheMerchants_AboutParcelsThatAreThere()
    {
        var (order, shipment) = await ShippedAsync();
        var report = new ParcelReport("in-transit", "2026-03-01T12:30:00Z");

        Assert.True((await ReportAsync(order, shipment, report, caller: Merchant)).Succeeded);
        Assert.IsType<Refusal.NotFound>((await ReportAsync(order, shipment, report, caller: Ada)).Refusal);
        Assert.IsType<Refusal.NotFound>((await ReportAsync(order, shipment, report, caller: Support)).Refusal);
        Assert.IsType<Refusal.NotFound>((await ReportAsync(order, ShipmentId.Derive(order.OrderId, "no such"), report)).Refusal);
        Assert.IsType<Refusal.VersionMismatch>((await ReportAsync(order, shipment, report with { Status = "x" }, expectedVersion: 1)).Refusal);
    }

    [Theory]
    [InlineData("at", "delivered", null, null)]
    [InlineData("at", "delivered", "2026-03-01T12:30:00", null)]
    [InlineData("at", "delivered", "yesterday", null)]
    [InlineData("at", "delivered", "2026-03-02T12:00:01Z", null)]
    [InlineData("status", "", "2026-03-01T12:30:00Z", null)]
    [InlineData("status", "<b>", "2026-03-01T12:30:00Z", null)]
    [InlineData("location", "delivered", "2026-03-01T12:30:00Z", "a\nb")]
    public async Task Report_OfAnotherForm_IsRefused(string field, string status, string? at, string? location)
    {
        var (order, shipment) = await ShippedAsync();

        var refused = await ReportAsync(order, shipment, new ParcelReport(status, at, location));

        Assert.Equal([field], Assert.IsType<Refusal.Invalid>(refused.Refusal).Errors.Keys);
    }

    [Fact]
    public async Task Reports_HaveTheirBound()
    {
        var (order, shipment) = await ShippedAsync();
        for (var i = 0; i < OrderLimits.MostParcelEvents; i++)
            Assert.True((await ReportAsync(order, shipment, new ParcelReport($"step {i}", "2026-03-01T12:30:00Z"))).Succeeded);

        Assert.IsType<Refusal.LimitReached>((await ReportAsync(order, shipment, new ParcelReport("one more", "2026-03-01T12:30:00Z"))).Refusal);
        Assert.True((await ReportAsync(order, shipment, new ParcelReport("step 0", "2026-03-01T12:30:00Z"))).Succeeded);
    }

    private static IEnumerable<string> Invalid(Result<ShippedParcel> result) => Assert.IsType<Refusal.Invalid>(result.Refusal).Errors.Keys;

    private Task<Result<ShippedParcel>> ShipAsync(
        Order order, string key, ShipRequest request, long? expectedVersion = null, Access.Caller? caller = null) =>
        shop.Use<ShipLines>().RunAsync(caller ?? Merchant, order.OrderId, key, request, expectedVersion, default);

    private Task<Result<ShippedParcel>> ReportAsync(
        Order order, ShipmentId shipment, ParcelReport report, long? expectedVersion = null, Access.Caller? caller = null) =>
        shop.Use<ReportParcel>().RunAsync(caller ?? Carrier, order.OrderId, shipment, report, expectedVersion, default);

    private async Task<(Order Order, ShipmentId Shipment)> ShippedAsync()
    {
        var order = await shop.AcceptedAsync(("MUG", 1));
        var parcel = (await ShipAsync(order, "a", new ShipRequest("DHL", "1"))).Value!;
        return (parcel.Order, parcel.Shipment.ShipmentId);
    }
}
