using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Checkout;

public sealed class PlaceOrderTests : IDisposable
{
    private readonly Shop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task Order_IsPriced_Held_Written_AndStarted()
    {
        var placed = await shop.PlaceAsync(Basket(("MUG", 2), ("TEA", 3)) with { Note = "  at the door  " });

        var order = Assert.IsType<PlacedOrder>(placed.Value).Order;
        Assert.True(placed.Value!.Created);
        Assert.Equal((2 * 1_250) + (3 * 499), order.Totals.Total);
        Assert.Equal("at the door", order.Note);
        Assert.Equal(Start.AddMinutes(30), order.PayBy);
        Assert.Equal(OrderJson.Write(order), OrderJson.Write(await shop.ReadAsync(order.Ref)));
        Assert.Equal(new StockLevel(Mug, Available: 8, Held: 2, Sold: 0, Stock: 10), await shop.StockAsync(Mug));
        Assert.True(await shop.Process.IsAliveAsync(order.Ref, default));
        var item = Assert.Single(await shop.Use<IOutbox>().FindOlderThanAsync(Start.AddMinutes(1), limit: 10, default));
        Assert.Equal(EventTypes.Placed, item.Type);
    }

    [Fact]
    public async Task Order_CostsThreeWrites_OfWhichTwoShareTheirWait()
    {
        var commits = shop.Store.Commits;

        await shop.PlacedAsync(("MUG", 1));

        // Hold; order and event in one; start. In a file store the last two wait for one commit.
        Assert.Equal(3, shop.Store.Commits - commits);
    }

    [Fact]
    public async Task Checkout_WithSameKeyAndBody_AnswersTheOrderAsItIsNow_EvenAtAnotherPriceAndSoldOut()
    {
        var first = await shop.PlacedAsync(("MUG", 10));
        await shop.Use<PutCatalogueItem>().RunAsync("MUG", new CatalogueItemRequest("Mug", 9_999, "EUR"), default);
        await shop.Use<CancelOrder>().RunAsync(Ada, first.OrderId, new CancelRequest("too many"), expectedVersion: null, default);

        var again = await shop.PlaceAsync(Basket(("MUG", 10)));

        Assert.False(again.Value!.Created);
        Assert.Equal(OrderStatus.Cancelled, again.Value.Order.Status);
        Assert.Equal(first.Totals.Total, again.Value.Order.Totals.Total);
        Assert.Equal(10, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task FindEarlier_IsTheOrderOfTheSameBody_AndNoOther()
    {
        var order = await shop.PlacedAsync(("MUG", 1));

        Assert.Equal(order.OrderId, (await EarlierAsync(Basket(("MUG", 1)), "key-1"))!.Order.OrderId);
        Assert.Null(await EarlierAsync(Basket(("MUG", 2)), "key-1"));
        Assert.Null(await EarlierAsync(Basket(("MUG", 1)), "key-2"));

        Task<PlacedOrder?> EarlierAsync(BasketRequest basket, string key) =>
            shop.Use<PlaceOrder>().FindEarlierAsync(new PlaceOrderCommand(Ada.UserId, key, basket), default);
    }

    [Fact]
    public async Task Checkout_WithSameKeyAndOtherBody_IsRefused()
    {
        await shop.PlacedAsync(("MUG", 1));

        var other = await shop.PlaceAsync(Basket(("MUG", 2)));

        Assert.IsType<Refusal.OtherRequestWithKey>(other.Refusal);
        Assert.Equal(1, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task Checkout_WithSameKeyOfAnotherBuyer_IsAnotherOrder()
    {
        var ada = await shop.PlacedAsync(("MUG", 1));

        var bob = await shop.PlaceAsync(Basket(("MUG", 1)), buyer: Bob);

        Assert.NotEqual(ada.OrderId, bob.Value!.Order.OrderId);
        Assert.Equal(2, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task OutOfStock_LeavesNoTrace_NotEvenOfTheLinesThatWereThere()
    {
        var commits = await CountEventsAsync();

        var refused = await shop.PlaceAsync(Basket(("TEA", 1), ("MUG", 11)));

        Assert.Equal(new Refusal.OutOfStock(Mug, Available: 10), refused.Refusal);
        Assert.Equal(0, (await shop.StockAsync(Tea)).Held);
        Assert.Equal(0, (await shop.StockAsync(Mug)).Held);
        Assert.Empty((await shop.Use<IOrderStore>().ListAsync(Ada.UserId, status: null, 10, cursor: null, default)).Items);
        Assert.Equal(commits, await CountEventsAsync());
        Assert.True((await shop.PlaceAsync(Basket(("TEA", 1), ("MUG", 10)))).Succeeded);
    }

    [Fact]
    public async Task TwoLinesOfOneSku_CountTogether()
    {
        var refused = await shop.PlaceAsync(Basket(("MUG", 6), ("MUG", 5)));
        Assert.IsType<Refusal.OutOfStock>(refused.Refusal);

        var order = await shop.PlacedAsync(("MUG", 6), ("MUG", 4));

        Assert.Equal(10 * 1_250, order.Totals.Total);
        Assert.Equal(new StockLevel(Mug, Available: 0, Held: 10, Sold: 0, Stock: 10), await shop.StockAsync(Mug));
    }

    [Fact]
    public async Task UnknownSku_MixedCurrencies_AndCoupon_AreRefused_AndHoldNothing()
    {
        Assert.Equal(new Refusal.UnknownSku(Id.Parse<Sku>("NOPE")), (await shop.PlaceAsync(Basket(("MUG", 1), ("NOPE", 1)))).Refusal);
        Assert.IsType<Refusal.MixedCurrencies>((await shop.PlaceAsync(Basket(("MUG", 1), ("BOOK", 1)))).Refusal);
        Assert.Equal(new Refusal.CouponNotApplicable("SPRING", CouponProblem.Unknown), (await shop.PlaceAsync(Basket(("MUG", 1)) with { CouponCode = "SPRING" })).Refusal);
        Assert.Equal(0, (await shop.StockAsync(Mug)).Held);
    }

    [Fact]
    public async Task Start_ThatIsLost_CostsNobodyTheOrder()
    {
        var command = new PlaceOrderCommand(Ada.UserId, "key-1", Basket(("MUG", 1)));

        var placed = await shop.Use<PlaceOrder>().RunAsync(command, new StoredProcess(shop.Store) { IsAway = true }, default);

        Assert.True(placed.Value!.Created);
        Assert.NotNull(await shop.ReadAsync(command.Order));
    }

    [Fact]
    public async Task Fingerprint_IsOfWhatWasUnderstood()
    {
        var basket = Basket(("MUG", 1));

        Assert.Equal(RequestFingerprint.Of(basket), RequestFingerprint.Of(Basket(("MUG", 1))));
        Assert.NotEqual(RequestFingerprint.Of(basket), RequestFingerprint.Of(basket with { Note = "x" }));
        Assert.NotEqual(RequestFingerprint.Of(basket), RequestFingerprint.Of(basket with { ShippingAddress = Address() with { City = "Bern" } }));
        Assert.Equal(RequestFingerprint.Of(basket), (await shop.PlaceAsync(basket)).Value!.Order.Fingerprint);
    }

    private async Task<int> CountEventsAsync() => (await shop.Use<IOutbox>().FindOlderThanAsync(Start.AddDays(1), limit: 10, default)).Count;
}
