using Orders.Application.Checkout;
using Orders.Application.Tests.Subjects;
using Orders.Domain.Checkout;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Checkout;

/// <summary>Bad baskets are refused by field, before anything is asked or held; what lies just within the bounds is not.</summary>
public sealed class BasketFormTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    public static TheoryData<string, BasketRequest> Bad => new()
    {
        { "lines", Basket() },
        { "lines", Basket() with { Lines = null } },
        { "lines", Basket([.. Enumerable.Repeat(("MUG", 1), 101)]) },
        { "lines/1/quantity", Basket(("MUG", 1), ("MUG", 0)) },
        { "lines/0/quantity", Basket(("MUG", -1)) },
        { "lines/0/quantity", Basket(("MUG", 10_001)) },
        { "lines/0/quantity", Basket() with { Lines = [new LineRequest("MUG", Quantity: null)] } },
        { "lines/0/sku", Basket(("", 1)) },
        { "lines/0/sku", Basket(("a b", 1)) },
        { "lines/0/sku", Basket((new string('a', 65), 1)) },
        { "shippingAddress", Basket(("MUG", 1)) with { ShippingAddress = null } },
        { "shippingAddress/name", To(Address() with { Name = "   " }) },
        { "shippingAddress/name", To(Address() with { Name = new string('n', 201) }) },
        { "shippingAddress/line1", To(Address() with { Line1 = null }) },
        { "shippingAddress/line2", To(Address() with { Line2 = new string('n', 201) }) },
        { "shippingAddress/city", To(Address() with { City = "two\nlines" }) },
        { "shippingAddress/region", To(Address() with { Region = new string('n', 101) }) },
        { "shippingAddress/postalCode", To(Address() with { PostalCode = new string('9', 21) }) },
        { "shippingAddress/country", To(Address() with { Country = "XX" }) },
        { "shippingAddress/country", To(Address() with { Country = "ch" }) },
        { "shippingAddress/country", To(Address() with { Country = "CHE" }) },
        { "shippingAddress/country", To(Address() with { Country = null }) },
        { "note", Basket(("MUG", 1)) with { Note = new string('n', 1_001) } },
        { "note", Basket(("MUG", 1)) with { Note = "bell\a" } },
        { "couponCode", Basket(("MUG", 1)) with { CouponCode = new string('C', 65) } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Basket_ThatBreaksARule_IsRefusedByField(string field, BasketRequest basket)
    {
        var refused = await shop.PlaceAsync(basket);

        Assert.Equal([field], Assert.IsType<Refusal.Invalid>(refused.Refusal).Errors.Keys);
        Assert.Equal(0, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task Basket_AtItsBounds_IsTaken()
    {
        var refused = await shop.PlaceAsync(Basket([.. Enumerable.Repeat(("MUG", 10_000), 100)]) with
        {
            Note = new string('n', OrderLimits.MostNoteCharacters),
            ShippingAddress = new AddressRequest(
                new string('n', 200), new string('n', 200), new string('n', 200), new string('n', 100), new string('n', 100), new string('9', 20), "CH"),
        });

        // It is out of stock, and nothing else.
        Assert.IsType<Refusal.OutOfStock>(refused.Refusal);
    }

    [Fact]
    public async Task Basket_WithManyFaults_NamesThemAll()
    {
        var empty = await shop.PlaceAsync(Basket() with { Lines = [null] });
        Assert.Equal(["lines/0/quantity", "lines/0/sku"], Assert.IsType<Refusal.Invalid>(empty.Refusal).Errors.Keys.Order());

        var refused = await shop.PlaceAsync(Basket(("a b", 0)) with { ShippingAddress = Address() with { City = null } });

        Assert.Equal(["lines/0/quantity", "lines/0/sku", "shippingAddress/city"], Assert.IsType<Refusal.Invalid>(refused.Refusal).Errors.Keys.Order());
    }

    [Fact]
    public async Task Quote_SaysWhatAnOrderWouldCost_ReservesNothing_AndNeedsNoAddress()
    {
        var quote = await shop.Use<QuoteOrder>().RunAsync(Basket(("MUG", 2), ("TEA", 1)) with { ShippingAddress = null }, default);

        Assert.Equal(2_999, quote.Value!.Totals.Total);
        Assert.Equal(0, (await shop.StockAsync(Mug)).Held);
        Assert.IsType<Refusal.Invalid>((await shop.Use<QuoteOrder>().RunAsync(To(Address() with { Country = "XX" }), default)).Refusal);
        Assert.IsType<Refusal.UnknownSku>((await shop.Use<QuoteOrder>().RunAsync(Basket(("NOPE", 1)), default)).Refusal);
    }

    private static BasketRequest To(AddressRequest address) => Basket(("MUG", 1)) with { ShippingAddress = address };
}
