using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Orders.Domain.Tests;

public sealed class IdTests
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    private static readonly Arbitrary<(string User, string Key)> UsersAndKeys =
        (from user in Visible(1, 20) from key in Visible(1, 40) select (user, key)).ToArbitrary();

    [Fact]
    public void OrderId_HasItsForm_AndIsTheSameEachTime() => Holds(UsersAndKeys, pair =>
    {
        var id = OrderId.Derive(User(pair.User), pair.Key);
        return id.Value.Length == 26 && id.Value.All(c => Alphabet.Contains(c, StringComparison.Ordinal))
            && OrderId.TryParse(id.Value, out var parsed) && parsed == id
            && id == OrderId.Derive(User(pair.User), pair.Key);
    });

    [Fact]
    public void OrderId_OfAnotherUserOrKey_IsAnother() => Holds(UsersAndKeys, pair =>
    {
        // The line between user and key counts: "ab" + "c" is not "a" + "bc".
        var id = OrderId.Derive(User(pair.User), pair.Key);
        return id != OrderId.Derive(User(pair.User + "x"), pair.Key)
            && id != OrderId.Derive(User(pair.User), pair.Key + "x")
            && (pair.Key.Length < 2 || id != OrderId.Derive(User(pair.User + pair.Key[..1]), pair.Key[1..]));
    });

    [Fact]
    public void OrderIds_OfManyKeys_AreDistinct_AndUseTheWholeAlphabetEverywhere()
    {
        var ids = Enumerable.Range(0, 20_000).Select(i => OrderId.Derive(User("ada"), $"key-{i}").Value).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        for (var place = 0; place < 26; place++)
            Assert.Equal(32, ids.Select(id => id[place]).Distinct().Count());
    }

    [Fact]
    public void OrderId_IsTheOneOfToday_BecauseItIsStored() =>
        Assert.Equal(Recorded, OrderId.Derive(User("ada"), "key-1").Value);

    [Fact]
    public void IdsBelowAnOrder_NameTheOrderAndTheirKind_AndDiffer()
    {
        var order = Samples.Ref.OrderId;
        var ids = new[] { PaymentId.Derive(order, "k").Value, ShipmentId.Derive(order, "k").Value, CaseId.Derive(order, "k").Value };

        Assert.All(ids, id => Assert.StartsWith(order.Value + "-", id));
        Assert.Equal(["p", "s", "c"], ids.Select(id => id.Split('-')[1]));
        Assert.Equal(3, ids.Select(id => id[^12..]).Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9_-]{1,100}$", id));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("abcdefghijklmnopqrstuvwxy")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    [InlineData("abcdefghijklmnopqrstuvwxy1")]
    [InlineData("abcdefghijklmnopqrstuvwxyzz")]
    public void OrderId_OfAnotherForm_IsRefused(string? text) => Assert.False(OrderId.TryParse(text, out _));

    [Theory]
    [InlineData("TEA", true)]
    [InlineData("a_B-9", true)]
    [InlineData("", false)]
    [InlineData("with space", false)]
    [InlineData("line\n", false)]
    [InlineData("ümlaut", false)]
    public void Sku_HasItsForm(string text, bool valid) => Assert.Equal(valid, Sku.TryParse(text, out _));

    [Fact]
    public void Sku_HasAtMost64Characters()
    {
        Assert.True(Sku.TryParse(new string('a', 64), out _));
        Assert.False(Sku.TryParse(new string('a', 65), out _));
    }

    private const string Recorded = "y3tpuxly6o5atwv6lcjkwvfmqg";

    private static UserId User(string text) => Id.Parse<UserId>(text);

    private static Gen<string> Visible(int least, int most) =>
        from length in Gen.Choose(least, most)
        from characters in Gen.Choose('!', '~').Select(c => (char)c).ArrayOf(length)
        select new string(characters);

    private static void Holds<T>(Arbitrary<T> values, Func<T, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(values, property));
}
