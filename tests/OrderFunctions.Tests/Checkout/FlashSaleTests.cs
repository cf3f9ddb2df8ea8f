using System.Net;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;
using static OrderFunctions.Tests.ProblemAssert;
using static OrderFunctions.Tests.Sales;

namespace OrderFunctions.Tests.Checkout;

/// <summary>A buyer's way through a flash sale over HTTP, through the whole app: queue, bus, subscription and all.</summary>
public sealed class FlashSaleTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Buyer_IsAdmitted_GetsATicket_AndAnOrderOfTheirOwn()
    {
        await app.PutSaleAsync(quantity: 10, perUser: 2);

        var given = await app.OrderInSaleAsync("alice", quantity: 2);
        Assert.Equal(HttpStatusCode.Accepted, given.Status);
        Assert.Equal($"/api/flash-sales/friday/tickets/{given["ticketId"]}", given.Header("Location"));
        Assert.Equal((8, 2, 0), await app.UnitsAsync());
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        var ticket = await app.TicketAsync("alice", given["ticketId"]);
        Assert.Equal(("ordered", null), (ticket["status"], ticket.Header("Retry-After")));
        var order = await app.ReadAsync(ticket["orderId"]);
        Assert.Equal("PendingPayment", order["status"]);
        Assert.Equal(2500, (long)order.Json["totals"]!["total"]!);
        Assert.Equal(new StockLevel(Id.Parse<Sku>(OrderApp.Mug), 98, 2, 0, 100), await app.StockOfAsync());

        await app.SettleAsync(await app.PayingAsync(ticket["orderId"]));
        Assert.Equal((8, 0, 2), await app.UnitsAsync());
        Assert.Equal(SaleHoldState.Sold, (await HoldAsync("alice", given["ticketId"]))!.State);
    }

    [Fact]
    public async Task Order_OfASale_GivesItsUnitsBack_WhenItIsCancelledOrNotPaidInTime()
    {
        await app.PutSaleAsync(quantity: 2);
        var cancelled = await app.OrderedAsync("alice");
        await app.OrderedAsync("bob");
        IsProblem(await app.OrderInSaleAsync("carol"), 409, "sold-out");

        await app.SendAsync(HttpMethod.Post, $"api/orders/{cancelled}/cancel", app.Tokens.For("alice", "customer"), """{"reason":"Too dear"}""");
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal((1, 1, 0), await app.UnitsAsync());
        await app.OrderedAsync("carol");
        IsProblem(await app.OrderInSaleAsync("dave"), 409, "sold-out");

        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));
        Assert.Equal((2, 0, 0), await app.UnitsAsync());
        Assert.Equal(100, (await app.StockOfAsync()).Available);
        await app.OrderedAsync("dave");
    }

    [Fact]
    public async Task Order_OfACancelledTicket_StaysOrdered()
    {
        await app.PutSaleAsync(quantity: 2);
        var given = await app.OrderInSaleAsync("alice");
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));

        var ticket = await app.TicketAsync("alice", given["ticketId"]);
        Assert.Equal("ordered", ticket["status"]);
        Assert.Equal("Cancelled", (await app.ReadAsync(ticket["orderId"]))["status"]);
    }

    [Fact]
    public async Task LateMoney_RevivesAnOrderOfASale_IfUnitsAreLeft()
    {
        await app.PutSaleAsync(quantity: 1, lasts: TimeSpan.FromMinutes(20));
        var orderId = await app.OrderedAsync("alice");
        var payment = await app.PayingAsync(orderId);
        await app.SendAsync(HttpMethod.Post, $"local/payments/{payment}/settle", body: """{"webhook":"late"}""");
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(45));

        Assert.Equal("PendingShipment", (await app.ReadAsync(orderId))["status"]);
        Assert.Equal((0, 0, 1), await app.UnitsAsync());
    }

    [Fact]
    public async Task LateMoney_GoesBack_WhenTheUnitsAreAnothers()
    {
        await app.PutSaleAsync(quantity: 1);
        var orderId = await app.OrderedAsync("alice");
        var payment = await app.PayingAsync(orderId);
        await app.SendAsync(HttpMethod.Post, $"local/payments/{payment}/settle", body: """{"webhook":"late"}""");
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));
        var second = await app.OrderedAsync("bob");
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(15));

        var order = await app.ReadAsync(orderId);
        Assert.Equal(("Cancelled", 1250, 1250), (order["status"], (long)order.Json["totals"]!["paid"]!, (long)order.Json["totals"]!["refunded"]!));
        Assert.Equal("PendingPayment", (await app.ReadAsync(second, "bob"))["status"]);
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal((0, 1, 0), await app.UnitsAsync());
        Assert.Equal(new StockLevel(Id.Parse<Sku>(OrderApp.Mug), 99, 1, 0, 100), await app.StockOfAsync());
    }

    [Fact]
    public async Task Ticket_WhoseStockIsGone_IsSoldOut_AndItsUnitsGoBack()
    {
        await app.PutSaleAsync(quantity: 10, perUser: 5);
        await app.StockAsync(OrderApp.Mug, "White mug", unitPrice: 1250, units: 1);

        var given = await app.OrderInSaleAsync("alice", quantity: 2);
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        var ticket = await app.TicketAsync("alice", given["ticketId"]);
        Assert.Equal(("soldOut", null), (ticket["status"], (string?)ticket.Json["orderId"]));
        Assert.Equal((10, 0, 0), await app.UnitsAsync());
        Assert.Equal(1, (await app.StockOfAsync()).Available);
    }

    [Fact]
    public async Task Ticket_OfAnother_IsNotFound()
    {
        await app.PutSaleAsync(quantity: 10);
        await app.PutSaleAsync(quantity: 10, saleId: "monday");
        var given = await app.OrderInSaleAsync("alice");

        IsProblem(await app.TicketAsync("bob", given["ticketId"]), 404, "not-found");
        IsProblem(await app.TicketAsync("alice", given["ticketId"], "monday"), 404, "not-found");
        IsProblem(await app.TicketAsync("alice", "kq3x7m2vhd5tqzj6yw4bnf2caa"), 404, "not-found");
        IsProblem(await app.TicketAsync("alice", "no-ticket"), 404, "not-found");
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        IsProblem(await app.TicketAsync("alice", given["ticketId"], "monday"), 404, "not-found");
    }

    [Fact]
    public async Task Request_Repeated_IsTheSameTicket_AlsoWhenTheSaleIsSoldOutOrOver()
    {
        await app.PutSaleAsync(quantity: 1, lasts: TimeSpan.FromMinutes(20));
        var body = Order(await app.AdmittedAsync("alice"));
        var first = await app.PlaceInSaleAsync("alice", body);
        IsProblem(await app.OrderInSaleAsync("bob"), 409, "sold-out");

        // The records of keys are lost with the memory that has not been written yet; the places are not.
        foreach (var pass in new[] { "sold out", "over, and the admission has expired" })
        {
            await ForgetAnswersAsync();
            var again = await app.PlaceInSaleAsync("alice", body);
            Assert.True(again.Status is HttpStatusCode.Accepted, $"{pass}: {again}");
            Assert.Equal(first["ticketId"], again["ticketId"]);
            await app.Host.AdvanceAsync(TimeSpan.FromMinutes(25));
        }

        await ForgetAnswersAsync();
        IsProblem(await app.PlaceInSaleAsync("alice", body.Replace("\"quantity\":1", "\"quantity\":1,\"proof\":\"x\"", StringComparison.Ordinal)), 422, "idempotency-key-reused");
        IsProblem(await app.PlaceInSaleAsync("alice", body, "k2"), 409, "sale-ended");
        Assert.Equal(100, (await app.StockOfAsync()).Available + (await app.StockOfAsync()).Held);
    }

    [Fact]
    public async Task Buyer_GetsNoMoreThanTheSaleGivesOne()
    {
        await app.PutSaleAsync(quantity: 10, perUser: 2);
        await app.OrderedAsync("alice", "k1", quantity: 2);
        app.Host.Clock.MoveTo(app.Host.Clock.GetUtcNow().AddSeconds(1));

        IsProblem(await app.OrderInSaleAsync("alice", "k2"), 409, "sale-limit-reached");
        IsProblem(await app.OrderInSaleAsync("bob", quantity: 3), 400, "invalid-request");
        Assert.Equal((8, 2, 0), await app.UnitsAsync());
    }

    [Fact]
    public async Task LastUnits_FewerThanWanted_AreSoldOutForThatRequestAlone()
    {
        await app.PutSaleAsync(quantity: 3, perUser: 2);
        await app.OrderedAsync("alice", quantity: 2);

        IsProblem(await app.OrderInSaleAsync("bob", quantity: 2), 409, "sold-out");
        await app.OrderedAsync("bob", "k2", quantity: 1);
        Assert.Equal((0, 3, 0), await app.UnitsAsync());
    }

    [Fact]
    public async Task Refused_Request_TouchesNeitherBusNorEngine()
    {
        await app.PutSaleAsync(quantity: 1);
        await app.OrderedAsync("alice");
        var before = await OutcomeAsync();

        IsProblem(await app.OrderInSaleAsync("bob"), 409, "sold-out");
        IsProblem(await app.PlaceInSaleAsync("bob", Order("made-up")), 409, "sold-out");
        IsProblem(await app.PlaceInSaleAsync("carol", "not even JSON"), 409, "sold-out");
        await app.Host.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(before, await OutcomeAsync());
    }

    private async Task<string> OutcomeAsync()
    {
        var health = await app.SendAsync(HttpMethod.Get, "local/health");
        return $"{health.Body} {await app.UnitsAsync()} {await app.StockOfAsync()}";
    }

    /// <summary>Moves past the time for which answers are replayed, as far as the store of keys is concerned.</summary>
    private async Task ForgetAnswersAsync() =>
        await app.Get<IIdempotencyStore>().PurgeAsync(app.Host.Clock.GetUtcNow().AddDays(2), 1_000, CancellationToken.None);

    private Task<SaleHold?> HoldAsync(string user, string ticketId)
    {
        var order = Id.Parse<TicketId>(ticketId).OrderOf(Id.Parse<UserId>(user));
        return app.Get<ISaleUnits>().FindHoldAsync(FridayId, new HoldKey(order, 0), CancellationToken.None);
    }
}
