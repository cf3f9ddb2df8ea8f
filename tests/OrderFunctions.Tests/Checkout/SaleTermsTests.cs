using System.Net;
using static OrderFunctions.Tests.ProblemAssert;
using static OrderFunctions.Tests.Sales;

namespace OrderFunctions.Tests.Checkout;

/// <summary>Setting up a sale and changing it.</summary>
public sealed class SaleTermsTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    private DateTimeOffset Now => app.Host.Clock.GetUtcNow();

    [Fact]
    public async Task Sale_IsSetUp_ReadByAnybody_AndCountedForStaff()
    {
        var start = Now.AddHours(1);
        var put = await app.PutSaleAsync(Terms(start, start.AddHours(2), 10, perUser: 2, difficulty: 4));
        var read = await app.SendAsync(HttpMethod.Get, "api/flash-sales/friday");

        Assert.Equal(HttpStatusCode.OK, put.Status);
        Assert.Equal(put.Body, read.Body);
        Assert.Equal(("upcoming", 10, 2, 4), (read["status"], (int)read.Json["quantity"]!, (int)read.Json["perUser"]!, (int)read.Json["difficulty"]!));
        var units = await app.SendAsync(HttpMethod.Get, "api/flash-sales/friday/units", app.Tokens.For("sam", "support"));
        Assert.Equal("""{"saleId":"friday","quantity":10,"left":10,"held":0,"sold":0}""", units.Body);
        IsProblem(await app.SendAsync(HttpMethod.Get, "api/flash-sales/monday"), 404, "not-found");
        IsProblem(await app.SendAsync(HttpMethod.Get, "api/flash-sales/monday/units", app.Tokens.For("sam", "support")), 404, "not-found");
    }

    [Fact]
    public async Task Sales_AreListedWithTheirUnits_ForStaff()
    {
        await app.PutSaleAsync(quantity: 1, startsIn: TimeSpan.FromMinutes(-1));
        await app.OrderedAsync("alice");

        var first = await app.SendAsync(HttpMethod.Get, "api/flash-sales?limit=1", app.Tokens.For("sam", "support"));

        var sale = Assert.Single(first.Json["items"]!.AsArray())!;
        Assert.Equal(("friday", "soldOut", 1, 0, 1, 0), ((string)sale["saleId"]!, (string)sale["status"]!, (int)sale["quantity"]!, (int)sale["left"]!, (int)sale["held"]!, (int)sale["sold"]!));
        Assert.Null(first.Json["nextCursor"]);
        IsProblem(await app.SendAsync(HttpMethod.Get, "api/flash-sales", app.Tokens.For("alice", "customer")), 403, "forbidden");
    }

    [Fact]
    public async Task Status_FollowsTheTimeAndTheUnits()
    {
        await app.PutSaleAsync(quantity: 1, startsIn: TimeSpan.FromMinutes(1), lasts: TimeSpan.FromMinutes(50));
        Assert.Equal("upcoming", await StatusAsync());
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("running", await StatusAsync());
        await app.OrderedAsync("alice");
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("soldOut", await StatusAsync());
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(31));
        Assert.Equal("running", await StatusAsync());
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(20));
        Assert.Equal("ended", await StatusAsync());
    }

    [Fact]
    public async Task RunningSale_CanGrowAndShrink_ButNotBelowWhatIsTaken()
    {
        var (start, end) = (Now.AddMinutes(-1), Now.AddHours(1));
        await app.PutSaleAsync(Terms(start, end, 10, perUser: 3));
        await app.OrderedAsync("alice", quantity: 3);

        IsProblem(await app.PutSaleAsync(Terms(start, end, 2, perUser: 3)), 409, "sale-below-taken");
        Assert.Equal(HttpStatusCode.OK, (await app.PutSaleAsync(Terms(start, end, 3, perUser: 3))).Status);
        IsProblem(await app.OrderInSaleAsync("bob"), 409, "sold-out");
        Assert.Equal(HttpStatusCode.OK, (await app.PutSaleAsync(Terms(start, end.AddHours(1), 4, perUser: 1))).Status);
        await app.OrderedAsync("bob", "k2");
        Assert.Equal((0, 4, 0), await app.UnitsAsync());
    }

    [Fact]
    public async Task RunningSale_KeepsWhatBuyersCameFor_AndOneThatIsOverKeepsAll()
    {
        await app.StockAsync("TEA", "Tea", 499, 10);
        var (start, end) = (Now.AddMinutes(-1), Now.AddHours(1));
        await app.PutSaleAsync(Terms(start, end, 10));

        IsProblem(await app.PutSaleAsync(Terms(start.AddMinutes(-1), end, 10)), 409, "sale-not-changeable");
        IsProblem(await app.PutSaleAsync(Terms(start, end, 10, skus: "\"MUG-WHITE\",\"TEA\"")), 409, "sale-not-changeable");
        await app.Host.AdvanceAsync(TimeSpan.FromHours(1));
        IsProblem(await app.PutSaleAsync(Terms(start, end.AddHours(1), 10)), 409, "sale-not-changeable");
        Assert.Equal(HttpStatusCode.OK, (await app.PutSaleAsync(Terms(start, end, 10))).Status);
    }

    [Fact]
    public async Task UpcomingSale_CanChangeEntirely()
    {
        await app.StockAsync("TEA", "Tea", 499, 10);
        await app.PutSaleAsync(Terms(Now.AddHours(1), Now.AddHours(2), 10));

        Assert.Equal(HttpStatusCode.OK, (await app.PutSaleAsync(Terms(Now, Now.AddHours(3), 5, skus: "\"TEA\""))).Status);
        IsProblem(await app.OrderInSaleAsync("alice"), 400, "invalid-request");
        Assert.Equal(HttpStatusCode.Accepted, (await app.PlaceInSaleAsync("alice", Order(await app.AdmittedAsync("alice"), sku: "TEA"), "k2")).Status);
    }

    [Theory]
    [InlineData("""{}""", "skus", "quantity", "startsAt", "endsAt")]
    [InlineData("""{"skus":[],"quantity":0,"startsAt":"soon","endsAt":"2030-01-01","perUser":0,"difficulty":25}""", "skus", "quantity", "startsAt", "endsAt", "perUser", "difficulty")]
    [InlineData("""{"skus":["A","A",null],"quantity":1000001,"startsAt":"2030-01-01T00:00:00Z","endsAt":"2030-01-02T00:00:00Z"}""", "skus/1", "skus/2", "quantity")]
    [InlineData("""{"skus":["A"],"quantity":1,"startsAt":"2030-01-02T00:00:00Z","endsAt":"2030-01-02T00:00:00Z"}""", "endsAt")]
    public async Task Terms_ThatBreakARule_AreRefusedWithEveryField(string terms, params string[] fields)
    {
        var reply = await app.PutSaleAsync(terms);

        IsProblem(reply, 400, "invalid-request");
        Assert.Equal(fields.Order(), reply.Json["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    [Fact]
    public async Task LocalControl_SetsASaleToo()
    {
        var put = await app.SendAsync(HttpMethod.Put, "local/flash-sales/friday", body: Terms(Now.AddMinutes(-1), Now.AddHours(1), 5));

        Assert.True(put.Status is HttpStatusCode.OK, put.ToString());
        await app.OrderedAsync("alice");
        IsProblem(await app.SendAsync(HttpMethod.Put, "local/flash-sales/friday", body: "{}"), 400, "invalid-request");
    }

    private async Task<string> StatusAsync() => (await app.SendAsync(HttpMethod.Get, "api/flash-sales/friday"))["status"];
}
