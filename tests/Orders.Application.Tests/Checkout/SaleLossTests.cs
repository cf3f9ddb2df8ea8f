using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Tests.Subjects;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Checkout;

/// <summary>Places that were no orders yet when their counters were lost and built anew.</summary>
public sealed class SaleLossTests : IDisposable
{
    private readonly SaleStand stand = new();

    public void Dispose() => stand.Dispose();

    /// <summary>Counters that were built anew from the orders know of no place that waits; its message does.</summary>
    [Fact]
    public async Task Place_ThatTheCountersLost_IsTakenAnewByItsMessage_AndItsRequestIsStillTheSame()
    {
        var request = stand.Request(Ada);
        await stand.OrderAsync(request);
        await stand.LosePlacesAsync();
        await stand.UnitsAreAsync(left: 5, held: 0, sold: 0);

        await stand.WorkOffAsync(request);

        Assert.Equal(TicketStatus.Ordered, await stand.StatusAsync(request));
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
        Assert.Equal(request.Ticket, (await stand.OrderAsync(request)).Value);
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
    }

    [Fact]
    public async Task Place_ThatTheCountersLost_AndOthersHaveTakenMeanwhile_EndsItsTicketAsSoldOut()
    {
        var request = stand.Request(Ada);
        await stand.OrderAsync(request);
        await stand.LosePlacesAsync();
        foreach (var (buyer, quantity) in new[] { (Bob, 2), (Merchant, 2), (Support, 1) })
            Assert.Null((await stand.OrderAsync(stand.Request(buyer, quantity: quantity))).Refusal);

        await stand.WorkOffAsync(request);
        await stand.WorkOffAsync(request);

        Assert.Equal(TicketStatus.SoldOut, await stand.StatusAsync(request));
        Assert.Empty((await stand.Shop.Use<IOrderStore>().ListAsync(Ada.UserId, status: null, 10, cursor: null, default)).Items);
        await stand.UnitsAreAsync(left: 0, held: 5, sold: 0);
    }

    [Fact]
    public async Task Place_LostWhileItsOrderIsWritten_IsTakenAnew()
    {
        var request = stand.Request(Ada);
        await stand.OrderAsync(request);

        var losses = 0;
        await stand.WorkOffAsync(request, beforeKeep: () => losses++ == 0 ? stand.LosePlacesAsync() : Task.CompletedTask);

        Assert.Equal(OrderStatus.PendingPayment, (await stand.Shop.ReadAsync(request.Order)).Status);
        Assert.Equal(SaleHoldState.Kept, (await stand.HoldAsync(request))!.State);
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
    }

    /// <summary>Its buyer has asked for something else by the same key since the loss: only that becomes an order.</summary>
    [Fact]
    public async Task Message_OfARequestThatAnotherHasReplacedAfterALoss_OrdersNothing()
    {
        var first = stand.Request(Ada);
        await stand.OrderAsync(first);
        await stand.LosePlacesAsync();
        stand.Move(TimeSpan.FromSeconds(1));
        var second = stand.Request(Ada, quantity: 2);
        Assert.Null((await stand.OrderAsync(second)).Refusal);

        await stand.WorkOffAsync(first);
        Assert.Equal(TicketStatus.Queued, await stand.StatusAsync(second));
        await stand.WorkOffAsync(second);

        Assert.Equal(2, (await stand.Shop.ReadAsync(second.Order)).Lines[0].Quantity);
        await stand.UnitsAreAsync(left: 3, held: 2, sold: 0);
    }
}
