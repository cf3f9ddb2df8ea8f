using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Tests.Subjects;

namespace Orders.Application.Tests.Users;

/// <summary>Address books and accounts: what is refused, and who loses nothing to whom.</summary>
public sealed class UserTests : IDisposable
{
    private readonly Shop shop = new();

    [Fact]
    public async Task OnlyAddress_IsTheDefaultOne()
    {
        Assert.Equal("home", (await PutAsync(Book("home"))).Value!.DefaultAddressId);
        Assert.Null((await PutAsync(Book("home", "work"))).Value!.DefaultAddressId);
        Assert.Equal("work", (await PutAsync(Book("home", "work") with { DefaultAddressId = "work" })).Value!.DefaultAddressId);
        Assert.Empty((await PutAsync(Book())).Value!.Addresses);
    }

    [Fact]
    public async Task Book_OfAnotherForm_IsRefused()
    {
        Assert.Equal(["addresses"], await WrongAsync(new AddressBookRequest(Addresses: null)));
        Assert.Equal(["addresses"], await WrongAsync(Book([.. Enumerable.Range(0, User.MostAddresses + 1).Select(n => $"a{n}")])));
        Assert.Equal(["defaultAddressId"], await WrongAsync(Book("home") with { DefaultAddressId = "cabin" }));
        Assert.Equal(["addresses/1/addressId"], await WrongAsync(Book("home", "home")));
        Assert.Equal(["addresses/0/addressId"], await WrongAsync(Book("a b")));
        Assert.Equal(["addresses/0/addressId"], await WrongAsync(Book(new string('a', 33))));
        Assert.Equal(["addresses/0/address"], await WrongAsync(new AddressBookRequest([new SavedAddressRequest("home", Address: null)])));
        Assert.Equal(["addresses/0/address/country"], await WrongAsync(new AddressBookRequest([new SavedAddressRequest("home", Shop.Address() with { Country = "QQ" })])));
        Assert.Null((await PutAsync(Book([.. Enumerable.Range(0, User.MostAddresses).Select(n => $"a{n}")]))).Refusal);
    }

    [Fact]
    public async Task Version_ThatIsOld_IsRefused()
    {
        Assert.Equal(1, (await PutAsync(Book("home"), version: 0)).Value!.Version);
        Assert.Equal(new Refusal.VersionMismatch(1), (await PutAsync(Book(), version: 0)).Refusal);
        Assert.Equal(2, (await PutAsync(Book("work"), version: 1)).Value!.Version);
    }

    [Fact]
    public async Task BuyerAndSupport_LoseNothingOfEachOthers()
    {
        await PutAsync(Book("home"));
        await shop.Use<PutUser>().RunAsync("ada", new UserRequest("gold", new UserLimitsRequest(MostUnpaidOrders: 3)), expectedVersion: null, default);
        await PutAsync(Book("work"));

        var user = await shop.Use<ReadAddresses>().RunAsync(Shop.Ada, default);
        Assert.Equal(("gold", 3, "work", 3L), (user.Tier, user.Limits.MostUnpaidOrders, user.Addresses[0].AddressId, user.Version));
    }

    [Fact]
    public async Task Write_ThatCameBetween_IsNotLost()
    {
        var users = new InterruptedUsers(shop.Use<IUsers>());
        users.Before = async () => await shop.Use<PutUser>().RunAsync("ada", new UserRequest("gold"), expectedVersion: null, default);

        var put = await new PutAddresses(new UserChanges(users, shop.Use<LimitsOfUsers>())).RunAsync(Shop.Ada, Book("home"), expectedVersion: null, default);

        Assert.Equal(("gold", "home", 2L), (put.Value!.Tier, put.Value.DefaultAddressId, put.Value.Version));
    }

    [Fact]
    public async Task Account_OfAnotherForm_IsRefused()
    {
        Assert.Equal(["tier"], await WrongAsync(new UserRequest("platinum")));
        Assert.Equal(["limits/rateFactor"], await WrongAsync(new UserRequest(Limits: new UserLimitsRequest(RateFactor: 0))));
        Assert.Equal(["limits/mostUnpaidOrders"], await WrongAsync(new UserRequest(Limits: new UserLimitsRequest(MostUnpaidOrders: 101))));
        Assert.Equal(["limits/mostUnitsPerOrder"], await WrongAsync(new UserRequest(Limits: new UserLimitsRequest(MostUnitsPerOrder: 0))));
        Assert.IsType<Refusal.NotFound>((await shop.Use<ReadUser>().RunAsync(new string('x', 101), default)).Refusal);
        Assert.Equal((0L, "standard"), (await shop.Use<ReadUser>().RunAsync("nobody", default)).Value is { } nobody ? (nobody.Version, nobody.Tier) : default);
    }

    [Theory]
    [InlineData("", "standard", 1.0, "DefaultTier is none of the tiers")]
    [InlineData("standard", "odd", 0.0, "Tiers:odd is not")]
    public void Settings_ThatMakeNoSense_AreNamed(string byDefault, string tier, double factor, string complaint) => Assert.StartsWith(
        complaint, new UserPolicy { DefaultTier = byDefault, Tiers = { [tier] = new UserLimits { RateFactor = factor } } }.Complaint(), StringComparison.Ordinal);

    [Fact]
    public void Settings_AsTheyStand_MakeSense() => Assert.Null(new UserPolicy().Complaint());

    public void Dispose() => shop.Dispose();

    private static AddressBookRequest Book(params string[] ids) => new([.. ids.Select(id => new SavedAddressRequest(id, Shop.Address()))]);

    private Task<Result<User>> PutAsync(AddressBookRequest book, long? version = null) => shop.Use<PutAddresses>().RunAsync(Shop.Ada, book, version, default);

    private async Task<IEnumerable<string>> WrongAsync(AddressBookRequest book) => Assert.IsType<Refusal.Invalid>((await PutAsync(book)).Refusal).Errors.Keys;

    private async Task<IEnumerable<string>> WrongAsync(UserRequest user) =>
        Assert.IsType<Refusal.Invalid>((await shop.Use<PutUser>().RunAsync("ada", user, expectedVersion: null, default)).Refusal).Errors.Keys;

    /// <summary>Somebody writes right before the first save.</summary>
    private sealed class InterruptedUsers(IUsers inner) : IUsers
    {
        public Func<Task>? Before { get; set; }

        public Task<User?> FindAsync(Domain.UserId user, CancellationToken cancellation) => inner.FindAsync(user, cancellation);

        public async Task<bool> SaveAsync(User user, CancellationToken cancellation)
        {
            if (Before is { } before)
            {
                Before = null;
                await before();
            }

            return await inner.SaveAsync(user, cancellation);
        }
    }
}
