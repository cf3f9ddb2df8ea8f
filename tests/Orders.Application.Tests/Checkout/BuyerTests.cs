using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Tests.Subjects;
using Orders.Domain.Checkout;

namespace Orders.Application.Tests.Checkout;

/// <summary>Where an order goes that doesn't say, and how much its buyer may.</summary>
public sealed class BuyerTests : IDisposable
{
    private static readonly BasketRequest Nowhere = Shop.Basket(("MUG", 1)) with { ShippingAddress = null };
    private static readonly AddressRequest Work = new("Ada", "2 High Street", null, "Bern", null, "3000", "CH");

    private readonly Shop shop = new();

    [Fact]
    public async Task Order_WithoutAnAddress_GoesToTheDefaultOne()
    {
        await PutAsync("home", ("work", Work), ("home", Shop.Address()));

        Assert.Equal("Zürich", await CityAsync(Nowhere, "k1"));
        Assert.Equal("Bern", await CityAsync(Nowhere with { ShippingAddressId = "work" }, "k2"));
        Assert.Equal("Zürich", await CityAsync(Shop.Basket(("MUG", 1)), "k3"));
    }

    [Fact]
    public async Task Order_WithoutAnAddress_OfABuyerWithoutOne_IsInvalid()
    {
        Assert.Equal(["shippingAddress"], await WrongAsync(Nowhere));
        Assert.Equal(["shippingAddressId"], await WrongAsync(Nowhere with { ShippingAddressId = "home" }));
        await PutAsync(null, ("work", Work), ("home", Shop.Address()));
        Assert.Equal(["shippingAddress"], await WrongAsync(Nowhere));
        Assert.Equal(["shippingAddressId"], await WrongAsync(Nowhere with { ShippingAddressId = "cabin" }));
        Assert.Equal(["shippingAddressId"], await WrongAsync(Shop.Basket(("MUG", 1)) with { ShippingAddressId = "home" }));
        Assert.Equal(0, (await shop.StockAsync(Shop.Mug)).Held);
    }

    [Fact]
    public async Task AnothersAddress_IsNobodyElses()
    {
        await PutAsync("home", ("home", Shop.Address()));

        Assert.IsType<Refusal.Invalid>((await shop.PlaceAsync(Nowhere with { ShippingAddressId = "home" }, "k1", Shop.Bob)).Refusal);
    }

    [Fact]
    public async Task Retry_AfterTheAddressBookChanged_IsTheSameRequest_AndTheSameOrder()
    {
        await PutAsync("home", ("home", Shop.Address()));
        var first = await shop.PlaceAsync(Nowhere);
        await PutAsync("work", ("work", Work));

        var again = await shop.PlaceAsync(Nowhere);
        await PutAsync(null);
        var without = await shop.PlaceAsync(Nowhere);

        Assert.Equal((true, false, false), (first.Value!.Created, again.Value!.Created, without.Value!.Created));
        Assert.Equal("Zürich", again.Value.Order.ShippingAddress.City);
        Assert.IsType<Refusal.OtherRequestWithKey>((await shop.PlaceAsync(Shop.Basket(("MUG", 1)))).Refusal);
        Assert.IsType<Refusal.OtherRequestWithKey>((await shop.PlaceAsync(Nowhere with { ShippingAddressId = "home" })).Refusal);
    }

    [Fact]
    public void FingerprintOfARequestWithoutAnAddressId_IsWhatItWas() => Assert.Equal(
        "b05ac743", RequestFingerprint.Of(Shop.Basket(("MUG", 1)))[..8]);

    [Fact]
    public async Task UnitsBeyondTheLimit_AreRefused_OverAllLines()
    {
        await LimitAsync(new UserLimitsRequest(MostUnitsPerOrder: 3));

        Assert.Equal(new Refusal.BuyerLimit("units in one order", 3), (await shop.PlaceAsync(Shop.Basket(("MUG", 2), ("TEA", 2)))).Refusal);
        Assert.Null((await shop.PlaceAsync(Shop.Basket(("MUG", 2), ("TEA", 1)))).Refusal);
        Assert.Null((await shop.PlaceAsync(Shop.Basket(("MUG", 4)), "key-1", Shop.Bob)).Refusal);
    }

    [Fact]
    public async Task UnpaidOrdersBeyondTheLimit_AreRefused_UntilOneIsPaid()
    {
        await LimitAsync(new UserLimitsRequest(MostUnpaidOrders: 1));
        var order = await shop.PaidAsync(("MUG", 1));
        Assert.Null((await shop.PlaceAsync(Shop.Basket(("MUG", 1)), "k2")).Refusal);

        Assert.Equal(new Refusal.BuyerLimit("orders that are not paid yet", 1), (await shop.PlaceAsync(Shop.Basket(("MUG", 1)), "k3")).Refusal);
        Assert.False((await shop.PlaceAsync(Shop.Basket(("MUG", 1)), "k2")).Value!.Created);
        Assert.Equal(1, (await shop.StockAsync(Shop.Mug)).Held - order.Lines[0].Quantity);
    }

    [Fact]
    public void Limit_IsTheTiers_UnlessTheUserHasTheirOwn()
    {
        var policy = new UserPolicy { Tiers = { ["small"] = new UserLimits { MostUnitsPerOrder = 2, MostUnpaidOrders = 7 } } };
        var user = new User { UserId = Shop.Ada.UserId, Tier = "small", Limits = new UserLimits { MostUnitsPerOrder = 9 } };

        Assert.Equal(new UserLimits { MostUnitsPerOrder = 9, MostUnpaidOrders = 7 }, policy.LimitsOf(user));
        Assert.Equal(UserLimits.None, policy.LimitsOf(user: null));
        Assert.Equal(("standard", UserLimits.None), (policy.TierOf(user with { Tier = "gone" }), policy.LimitsOf(new User { UserId = user.UserId, Tier = "gone" })));
    }

    public void Dispose() => shop.Dispose();

    private async Task PutAsync(string? byDefault, params (string Id, AddressRequest Address)[] addresses)
    {
        var put = await shop.Use<PutAddresses>().RunAsync(
            Shop.Ada, new AddressBookRequest([.. addresses.Select(one => new SavedAddressRequest(one.Id, one.Address))], byDefault), expectedVersion: null, default);
        Assert.Null(put.Refusal);
    }

    private async Task LimitAsync(UserLimitsRequest limits) =>
        Assert.Null((await shop.Use<PutUser>().RunAsync(Shop.Ada.UserId.Value, new UserRequest(Limits: limits), expectedVersion: null, default)).Refusal);

    private async Task<string> CityAsync(BasketRequest basket, string key) => (await shop.PlaceAsync(basket, key)).Value!.Order.ShippingAddress.City;

    private async Task<IEnumerable<string>> WrongAsync(BasketRequest basket) => Assert.IsType<Refusal.Invalid>((await shop.PlaceAsync(basket)).Refusal).Errors.Keys;
}
