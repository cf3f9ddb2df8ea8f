using System.Net;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Lifecycle;

/// <summary>Orders' lives over HTTP.</summary>
public sealed class LifeTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Order_IsPlacedPaidShippedInTwoParcelsAndReceived()
    {
        var orderId = await app.AcceptedAsync();
        await ShipAsync(orderId, "s1", quantity: 1);
        Assert.Equal("PendingShipment", (await app.ReadAsync(orderId))["status"]);
        var last = await ShipAsync(orderId, "s2");
        var report = await app.SendAsync(
            HttpMethod.Post, $"api/orders/{orderId}/shipments/{last["shipmentId"]}/events", app.Tokens.For("carl", "carrier"),
            """{"status":"delivered","at":"2030-01-01T00:00:00Z"}""");
        var received = await ReceiveAsync(orderId);

        Assert.Equal(HttpStatusCode.OK, report.Status);
        Assert.Equal("Completed", received["status"]);
        Assert.Equal(
            ["PendingPayment", "Paid", "PendingShipment", "Shipped", "Completed"],
            received.Json["timeline"]!.AsArray().Select(entry => entry!["to"]!.GetValue<string>()));
        Assert.Equal(2, received.Json["lines"]![0]!["shippedQuantity"]!.GetValue<int>());
        Assert.Equal("\"" + received.Json["version"] + "\"", received.Header("ETag"));
        var stock = await app.StockOfAsync();
        Assert.Equal((98, 0, 2, 100), (stock.Available, stock.Held, stock.Sold, stock.Stock));
    }

    [Fact]
    public async Task Order_ThatNobodyPays_IsCancelledAndItsStockFreed()
    {
        var orderId = await app.PlacedAsync();

        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));

        Assert.Equal("Cancelled", (await app.ReadAsync(orderId))["status"]);
        Assert.Equal(100, (await app.StockOfAsync()).Available);
    }

    [Fact]
    public async Task Cancelling_TwiceIsASuccess_UnchangedTheSecondTime()
    {
        var orderId = await app.PlacedAsync();

        var first = await CancelAsync(orderId);
        var second = await CancelAsync(orderId);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.Equal(first.Body, second.Body);
    }

    [Fact]
    public async Task Cancelling_WhatIsPaid_IsRefused_AndPointsAtAfterSales()
    {
        var orderId = await app.AcceptedAsync();

        var refused = await CancelAsync(orderId);

        IsProblem(refused, 409, "not-cancellable");
        Assert.Contains("after-sales", refused["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paying_ACancelledOrder_IsRefused()
    {
        var orderId = await app.PlacedAsync();
        await CancelAsync(orderId);

        IsProblem(await app.SendAsync(HttpMethod.Post, $"api/orders/{orderId}/payments", app.Tokens.For("alice", "customer"), key: "p1"), 409, "not-payable");
    }

    [Fact]
    public async Task Shipping_BeforePaymentOrMoreThanIsOpen_IsRefused()
    {
        var unpaid = await app.PlacedAsync("alice", "k1");
        var paid = await app.AcceptedAsync("alice", "k2");

        IsProblem(await ShipAsync(unpaid, "s1"), 409, "illegal-in-state");
        IsProblem(await ShipAsync(paid, "s1", quantity: 3), 409, "illegal-in-state");
        Assert.Empty((await app.ReadAsync(paid)).Json["shipments"]!.AsArray());
    }

    [Fact]
    public async Task Shipping_WithSameKeyAndOtherBody_IsRefused()
    {
        var orderId = await app.AcceptedAsync();
        await ShipAsync(orderId, "s1", quantity: 1);

        IsProblem(await ShipAsync(orderId, "s1"), 422, "idempotency-key-reused");
        Assert.Single((await app.ReadAsync(orderId)).Json["shipments"]!.AsArray());
    }

    [Fact]
    public async Task Receiving_WhatIsNotShipped_IsRefused() => IsProblem(await ReceiveAsync(await app.AcceptedAsync()), 409, "illegal-in-state");

    [Fact]
    public async Task Stock_BelowWhatIsHeld_IsRefused()
    {
        await app.PlacedAsync();

        IsProblem(
            await app.SendAsync(HttpMethod.Post, "api/stock/MUG-WHITE/adjustments", app.Tokens.For("mia", "merchant"), """{"setTo":1,"reason":"Counted"}"""),
            409,
            "stock-below-committed");
    }

    [Fact]
    public async Task List_IsNewestFirst_PageByPage_ByStatus()
    {
        var placed = new List<string>();
        foreach (var key in (string[])["a", "b", "c"])
        {
            placed.Insert(0, await app.PlacedAsync("alice", key));
            await app.Host.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        await CancelAsync(placed[1]);
        var first = await ListAsync("?limit=2");
        var second = await ListAsync($"?limit=2&cursor={Uri.EscapeDataString(first["nextCursor"])}");
        var waiting = await ListAsync("?status=PendingPayment");

        Assert.Equal(placed, [.. Ids(first), .. Ids(second)]);
        Assert.Null(second.Json["nextCursor"]);
        Assert.Equal([placed[0], placed[2]], Ids(waiting));
    }

    private static IEnumerable<string> Ids(Reply page) => page.Json["items"]!.AsArray().Select(order => order!["orderId"]!.GetValue<string>());

    private Task<Reply> ListAsync(string query) => app.SendAsync(HttpMethod.Get, $"api/orders{query}", app.Tokens.For("alice", "customer"));

    private Task<Reply> ShipAsync(string orderId, string key, int? quantity = null) => app.SendAsync(
        HttpMethod.Post, $"api/orders/{orderId}/shipments", app.Tokens.For("mia", "merchant"),
        quantity is { } some
            ? $$"""{"carrier":"Royal Mail","trackingNumber":"{{key}}","lines":[{"sku":"MUG-WHITE","quantity":{{some}}}]}"""
            : $$"""{"carrier":"Royal Mail","trackingNumber":"{{key}}"}""",
        key);

    private Task<Reply> ReceiveAsync(string orderId) => app.SendAsync(HttpMethod.Post, $"api/orders/{orderId}/receipt", app.Tokens.For("alice", "customer"));

    private Task<Reply> CancelAsync(string orderId) => app.SendAsync(
        HttpMethod.Post, $"api/orders/{orderId}/cancel", app.Tokens.For("alice", "customer"), """{"reason":"Changed my mind"}""");
}
