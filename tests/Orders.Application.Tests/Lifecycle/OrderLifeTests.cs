using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Shipping;
using Orders.Application.Tests.Subjects;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Lifecycle;

/// <summary>Acceptance, receipt and the end of an order's life.</summary>
public sealed class OrderLifeTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Acceptance_IsForPaidOrders_AndASecondTimeChangesNothing()
    {
        var unpaid = await shop.PlaceAsync(Basket(("TEA", 1)), key: "unpaid");
        Assert.IsType<Refusal.IllegalInState>((await shop.Use<AcceptOrder>().RunAsync(unpaid.Value!.Order.Ref, Actor.System, default)).Refusal);

        var accepted = await shop.AcceptedAsync(("MUG", 1));
        var again = await shop.Use<AcceptOrder>().RunAsync(accepted.Ref, Actor.System, default);

        Assert.Equal(OrderStatus.PendingShipment, accepted.Status);
        Assert.Equal(accepted.Version, again.Value!.Version);
    }

    [Fact]
    public async Task Receipt_IsTheBuyersAlone_OnceEverythingLeft()
    {
        var order = await shop.AcceptedAsync(("MUG", 1));
        Assert.IsType<Refusal.IllegalInState>((await ConfirmAsync(order, Ada)).Refusal);
        await ShipAllAsync(order);

        Assert.IsType<Refusal.NotFound>((await ConfirmAsync(order, Bob)).Refusal);
        Assert.IsType<Refusal.NotFound>((await ConfirmAsync(order, Merchant)).Refusal);
        var received = await ConfirmAsync(order, Ada);

        var completed = Assert.IsType<OrderState.Completed>(received.Value!.State);
        Assert.Equal(Start.AddDays(15), completed.AfterSaleUntil);
        Assert.Equal(received.Value.Version, (await ConfirmAsync(order, Ada, expectedVersion: 1)).Value!.Version);
    }

    [Fact]
    public async Task Receipt_WithAnotherVersionThanTheOrders_IsRefused()
    {
        var order = await shop.AcceptedAsync(("MUG", 1));
        var shipped = await ShipAllAsync(order);

        Assert.Equal(new Refusal.VersionMismatch(shipped.Version), (await ConfirmAsync(order, Ada, expectedVersion: shipped.Version - 1)).Refusal);
        Assert.True((await ConfirmAsync(order, Ada, expectedVersion: shipped.Version)).Succeeded);
    }

    [Fact]
    public async Task ReceiptDeadline_Completes_AtTheDeadlineAndNotBefore()
    {
        var order = await shop.AcceptedAsync(("MUG", 1));
        await ShipAllAsync(order);
        var pass = shop.Use<PassReceiptDeadline>();

        shop.Clock.MoveTo(Start.AddDays(10).AddTicks(-1));
        Assert.IsType<Refusal.IllegalInState>((await pass.RunAsync(order.Ref, default)).Refusal);
        shop.Clock.MoveTo(Start.AddDays(10));
        var completed = await pass.RunAsync(order.Ref, default);

        Assert.Equal(OrderStatus.Completed, completed.Value!.Status);
        Assert.Equal(Actor.System, completed.Value.Timeline[^1].By);
        Assert.Equal(completed.Value.Version, (await pass.RunAsync(order.Ref, default)).Value!.Version);
    }

    [Fact]
    public async Task Close_IsForWhatIsOver_AndOnce()
    {
        var order = await shop.AcceptedAsync(("MUG", 1));
        await ShipAllAsync(order);
        await ConfirmAsync(order, Ada);
        var close = shop.Use<CloseOrder>();

        Assert.IsType<Refusal.IllegalInState>((await close.RunAsync(order.Ref, default)).Refusal);
        shop.Clock.MoveTo(Start.AddDays(15));
        var closed = await close.RunAsync(order.Ref, default);

        Assert.Equal(Start.AddDays(15), closed.Value!.ClosedAt);
        Assert.Equal(OrderStatus.Completed, closed.Value.Status);
        Assert.Null(closed.Value.Deadline);
        Assert.Equal(closed.Value.Version, (await close.RunAsync(order.Ref, default)).Value!.Version);
    }

    [Fact]
    public async Task Timeline_TellsTheWholeLife_AndEachSaveHasOneEvent()
    {
        var order = await shop.AcceptedAsync(("MUG", 1));
        await ShipAllAsync(order);
        await ConfirmAsync(order, Ada);
        shop.Clock.MoveTo(Start.AddDays(15));
        var closed = (await shop.Use<CloseOrder>().RunAsync(order.Ref, default)).Value!;

        Assert.Equal(
            [OrderStatus.PendingPayment, OrderStatus.Paid, OrderStatus.PendingShipment, OrderStatus.Shipped, OrderStatus.Completed],
            closed.Timeline.Select(entry => entry.To));
        Assert.Equal(["customer", "provider", "system", "merchant", "customer"], closed.Timeline.Select(entry => entry.By));
        var events = await shop.Use<IOutbox>().FindOlderThanAsync(Start.AddYears(1), limit: 100, default);
        Assert.Equal(Enumerable.Range(1, (int)closed.Version).Select(version => (long)version), events.Select(e => e.Sequence).Order());
        Assert.Equal(EventTypes.Closed, events.MaxBy(e => e.Sequence)!.Type);
    }

    private Task<Result<Order>> ConfirmAsync(Order order, Access.Caller caller, long? expectedVersion = null) =>
        shop.Use<ConfirmReceipt>().RunAsync(caller, order.OrderId, expectedVersion, default);

    private async Task<Order> ShipAllAsync(Order order)
    {
        var shipped = await shop.Use<ShipLines>().RunAsync(Merchant, order.OrderId, "ship-1", new ShipRequest("DHL", "1"), expectedVersion: null, default);
        return shipped.Value!.Order;
    }
}
