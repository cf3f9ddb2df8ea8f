using Orders.Application.Lifecycle;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Lifecycle;

public sealed class ReadAndListTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Order_IsSeenByItsBuyerAndStaff_AndByNobodyElse()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        var read = shop.Use<ReadOrder>();

        foreach (var caller in new[] { Ada, Merchant, Support })
        {
            Assert.Equal(order.Ref, (await read.RunAsync(caller, order.OrderId, default)).Value!.Order);
        }

        foreach (var caller in new[] { Bob, Carrier })
        {
            Assert.IsType<Refusal.NotFound>((await read.RunAsync(caller, order.OrderId, default)).Refusal);
        }

        Assert.IsType<Refusal.NotFound>((await read.RunAsync(Merchant, OrderId.Derive(Ada.UserId, "no such"), default)).Refusal);
    }

    [Fact]
    public async Task List_IsTheCallersOwn_NewestFirst_PageByPage()
    {
        for (var i = 1; i <= 5; i++)
        {
            shop.Clock.MoveTo(Start.AddSeconds(i));
            Assert.True((await shop.PlaceAsync(Basket(("MUG", 1)), $"key-{i}")).Succeeded);
        }

        await shop.PlaceAsync(Basket(("MUG", 1)), buyer: Bob);

        var first = (await ListAsync(new ListOrdersRequest(Status: null, "2", Cursor: null))).Value!;
        var second = (await ListAsync(new ListOrdersRequest(Status: null, "3", first.NextCursor))).Value!;

        Assert.Equal([5, 4, 3, 2, 1], first.Items.Concat(second.Items).Select(order => (order.PlacedAt - Start).Seconds));
        Assert.Null(second.NextCursor);
    }

    [Fact]
    public async Task List_CanBeOfOneStatus()
    {
        var order = await shop.PlacedAsync(("MUG", 1));
        await shop.PlaceAsync(Basket(("MUG", 1)), "key-2");
        await shop.Use<CancelOrder>().RunAsync(Ada, order.OrderId, new CancelRequest("no"), expectedVersion: null, default);

        var cancelled = (await ListAsync(new ListOrdersRequest("Cancelled", Limit: null, Cursor: null))).Value!;

        Assert.Equal(order.OrderId, Assert.Single(cancelled.Items).OrderId);
    }

    [Theory]
    [InlineData("limit", null, "0", null)]
    [InlineData("limit", null, "101", null)]
    [InlineData("limit", null, "-1", null)]
    [InlineData("limit", null, "2.5", null)]
    [InlineData("status", "cancelled", null, null)]
    [InlineData("status", "5", null, null)]
    [InlineData("cursor", null, null, "made-up")]
    public async Task List_OfAnotherForm_IsRefused(string field, string? status, string? limit, string? cursor)
    {
        var refused = await ListAsync(new ListOrdersRequest(status, limit, cursor));

        Assert.Equal([field], Assert.IsType<Refusal.Invalid>(refused.Refusal).Errors.Keys);
    }

    [Fact]
    public async Task List_HasTwentyByDefault_AndUpToAHundred()
    {
        Assert.True((await ListAsync(new ListOrdersRequest(Status: null, "100", Cursor: null))).Succeeded);
        await shop.Use<Application.Stock.AdjustStock>().RunAsync(
            Merchant, "MUG", new Application.Stock.StockAdjustmentRequest(Delta: null, SetTo: 100, "more"), "more", default);
        for (var i = 0; i < 21; i++)
            await shop.PlaceAsync(Basket(("MUG", 1)), $"key-{i}");

        Assert.Equal(20, (await ListAsync(new ListOrdersRequest(Status: null, Limit: null, Cursor: null))).Value!.Items.Count);
    }

    private Task<Result<Page<Order>>> ListAsync(ListOrdersRequest request) => shop.Use<ListOrders>().RunAsync(Ada, request, default);
}
