using Orders.Application.Access;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain.Checkout;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Access;

/// <summary>What every keeper of users must do.</summary>
public abstract class UserContract(Subject subject) : ContractTests(subject)
{
    private IUsers Users => Subject.Port<IUsers>();

    [Fact]
    public async Task Save_IsFound_WholeAndKept()
    {
        Assert.Null(await Users.FindAsync(Alice, None));
        var whole = First() with { Tier = "gold", Limits = new UserLimits { RateFactor = 2.5, MostUnpaidOrders = 3, MostUnitsPerOrder = 40 } };
        Assert.True(await Users.SaveAsync(whole, None));
        await IsAsync(whole);
        await Subject.RestartAsync();
        await IsAsync(whole);
    }

    [Fact]
    public async Task Save_OnAnotherVersion_IsRefused()
    {
        Assert.True(await Users.SaveAsync(First(), None));
        Assert.False(await Users.SaveAsync(First() with { Tier = "gold" }, None));
        Assert.False(await Users.SaveAsync(First() with { Version = 3, Tier = "gold" }, None));
        await IsAsync(First());
        Assert.True(await Users.SaveAsync(First() with { Version = 2, Tier = "silver" }, None));
        Assert.False(await Users.SaveAsync(First() with { Version = 2, Tier = "gold" }, None));
        await IsAsync(First() with { Version = 2, Tier = "silver" });
    }

    [Fact]
    public async Task Save_OfALaterVersionOfNobody_IsRefused()
    {
        Assert.False(await Users.SaveAsync(First() with { Version = 2 }, None));
        Assert.Null(await Users.FindAsync(Alice, None));
    }

    [Fact]
    public async Task Users_HaveADocumentEach()
    {
        await Users.SaveAsync(First(), None);
        await Users.SaveAsync(new User { UserId = Bob, Version = 1, Tier = "silver" }, None);
        await IsAsync(First());
        Assert.Equal("silver", (await Users.FindAsync(Bob, None))!.Tier);
    }

    [Fact]
    public async Task Addresses_CanBeForgotten()
    {
        await Users.SaveAsync(First(), None);
        await Users.SaveAsync(new User { UserId = Alice, Version = 2 }, None);
        var user = await Users.FindAsync(Alice, None);
        Assert.Empty(user!.Addresses);
        Assert.Null(user.DefaultAddressId);
    }

    [Fact]
    public async Task Saves_OfOneVersionByManyAtOnce_OneWins()
    {
        await Users.SaveAsync(First(), None);
        var saves = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => Task.Run(() => Users.SaveAsync(First() with { Version = 2, Tier = $"tier-{n}" }, None))));
        var winner = Assert.Single(Enumerable.Range(0, 32), n => saves[n]);
        Assert.Equal($"tier-{winner}", (await Users.FindAsync(Alice, None))!.Tier);
    }

    private static User First() => new()
    {
        UserId = Alice,
        Version = 1,
        Addresses =
        [
            new SavedAddress("home", new Address("Ada", "Long Street 1", null, "Bern", null, "3000", "CH")),
            new SavedAddress("work", new Address("Ada", "High Street 2", "2nd floor", "Zürich", "ZH", "8001", "CH")),
        ],
        DefaultAddressId = "work",
    };

    private async Task IsAsync(User expected)
    {
        var found = await Users.FindAsync(Alice, None);
        Assert.NotNull(found);
        Assert.Equal(expected with { Addresses = [] }, found with { Addresses = [] });
        Assert.Equal(expected.Addresses, found.Addresses);
    }
}

public sealed class UsersInMemory() : UserContract(Subject.OnMemory());

public sealed class UsersInFile() : UserContract(Subject.OnFile());
