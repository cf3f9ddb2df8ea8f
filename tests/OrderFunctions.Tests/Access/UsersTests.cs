using System.Net;
using OrderFunctions.LocalHost.Faults;
using static OrderFunctions.Tests.ProblemAssert;

namespace OrderFunctions.Tests.Access;

/// <summary>Address books and accounts over HTTP, and the checkout that uses them.</summary>
public sealed class UsersTests : IAsyncLifetime
{
    private const string Home = $$"""{"addressId":"home","address":{{Baskets.Address}}}""";

    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Order_GoesToTheDefaultAddress_AndIsReplayedAfterTheBookChanged()
    {
        var basket = $$"""{"lines":[{"sku":"{{OrderApp.Mug}}","quantity":1}]}""";
        IsProblem(await app.PlaceAsync("alice", "k1", basket), 400, "invalid-request");
        await PutBookAsync("alice", $$"""{"addresses":[{{Home}}]}""");

        var order = await app.PlaceAsync("alice", "k1", basket);
        Assert.Equal("London", order.Json["shippingAddress"]!["city"]!.GetValue<string>());
        await PutBookAsync("alice", """{"addresses":[]}""");

        Assert.Equal(order.Body, (await app.PlaceAsync("alice", "k1", basket)).Body);
        await app.Host.AdvanceAsync(TimeSpan.FromHours(30));
        var later = await app.PlaceAsync("alice", "k1", basket);
        Assert.Equal((HttpStatusCode.OK, order["orderId"]), (later.Status, later["orderId"]));
        IsProblem(await app.PlaceAsync("alice", "k1"), 422, "idempotency-key-reused");
    }

    [Fact]
    public async Task Book_IsItsOwnersAlone()
    {
        await PutBookAsync("alice", $$"""{"addresses":[{{Home}}]}""");

        Assert.Empty((await BookAsync("bob")).Json["addresses"]!.AsArray());
        IsProblem(await app.PlaceAsync("bob", "k1", $$"""{"lines":[{"sku":"{{OrderApp.Mug}}","quantity":1}],"shippingAddressId":"home"}"""), 400, "invalid-request");
        var account = await app.SendAsync(HttpMethod.Get, "api/users/alice", app.Tokens.For("sam", "support"));
        Assert.DoesNotContain("London", account.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_AreNotLogged()
    {
        await PutBookAsync("alice", $$"""{"addresses":[{{Home}}]}""");
        await app.PlacedAsync("alice", "k1", $$"""{"lines":[{"sku":"{{OrderApp.Mug}}","quantity":1}]}""");
        await app.Host.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.DoesNotContain("Lovelace", app.Host.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_ThatChangedMeanwhile_IsNotOverwritten()
    {
        var seen = (await BookAsync("alice")).Header("ETag");
        await PutBookAsync("alice", $$"""{"addresses":[{{Home}}]}""");

        IsProblem(await app.SendAsync(HttpMethod.Put, "api/me/addresses", app.Tokens.For("alice", "customer"), """{"addresses":[]}""", ifMatch: seen), 412, "version-mismatch");
    }

    [Fact]
    public async Task Limit_RefusesWithItsOwnProblem_UntilSupportLiftsIt()
    {
        await PutUserAsync("""{"limits":{"mostUnpaidOrders":1,"mostUnitsPerOrder":5}}""");
        IsProblem(await app.PlaceAsync("alice", "k0", Baskets.Of(OrderApp.Mug, 6)), 409, "buyer-limit");
        await app.PlacedAsync("alice", "k1");

        IsProblem(await app.PlaceAsync("alice", "k2"), 409, "buyer-limit");
        await PutUserAsync("""{"tier":"gold"}""");

        await app.PlacedAsync("alice", "k3");
        IsProblem(await app.PlaceAsync("alice", "k2"), 409, "buyer-limit");
    }

    [Fact]
    public async Task UsersThatAreAway_AreA503_AndNothingIsHeld()
    {
        app.Get<FaultPlan>().Replace([new Fault("users", Operation: null, FaultMode.Fail)]);

        IsProblem(await app.PlaceAsync("alice", "k1"), 503, "unavailable");

        app.Get<FaultPlan>().Replace([]);
        Assert.Equal(0, (await app.StockOfAsync()).Held);
        await app.PlacedAsync("alice", "k1");
    }

    private Task<Reply> BookAsync(string user) => app.SendAsync(HttpMethod.Get, "api/me/addresses", app.Tokens.For(user, "customer"));

    private async Task PutBookAsync(string user, string book)
    {
        var put = await app.SendAsync(HttpMethod.Put, "api/me/addresses", app.Tokens.For(user, "customer"), book);
        Assert.True(put.Status is HttpStatusCode.OK, put.ToString() + app.Host.Log);
    }

    private async Task PutUserAsync(string account)
    {
        var put = await app.SendAsync(HttpMethod.Put, "api/users/alice", app.Tokens.For("sam", "support"), account);
        Assert.True(put.Status is HttpStatusCode.OK, put.ToString() + app.Host.Log);
    }
}
