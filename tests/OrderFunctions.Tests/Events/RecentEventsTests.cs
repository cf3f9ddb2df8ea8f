using System.Globalization;
using System.Text;
using System.Text.Json;
using OrderFunctions.Events;
using Orders.Application.Events;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace OrderFunctions.Tests.Events;

public sealed class RecentEventsTests
{
    private readonly RecentEvents recent = new();

    [Fact]
    public void TheSameMessage_IsReadOnce() => Assert.Same(recent.Parse("m-1", Body("k-1")), recent.Parse("m-1", Body("k-1")));

    [Fact]
    public void AnotherBodyUnderTheSameId_IsReadForItself()
    {
        Assert.Equal(Id("k-1"), recent.Parse("m-1", Body("k-1")).Id);
        Assert.Equal(Id("k-2"), recent.Parse("m-1", Body("k-2")).Id);
        Assert.Throws<JsonException>(() => recent.Parse("m-1", "{}"u8.ToArray()));
        Assert.Equal(Id("k-2"), recent.Parse(messageId: null, Body("k-2")).Id);
    }

    [Fact]
    public void ManyEvents_AreEachThemselves()
    {
        for (var number = 0; number < 5_000; number++)
        {
            var key = number.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(Id(key), recent.Parse("m-" + key, Body(key)).Id);
        }
    }

    private static string Id(string key) => Item(key).Id;

    private static byte[] Body(string key) => Encoding.UTF8.GetBytes(Item(key).Body);

    private static OutboxItem Item(string key)
    {
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var (user, sku) = (Orders.Domain.Id.Parse<UserId>("ada"), Orders.Domain.Id.Parse<Sku>("MUG"));
        var basket = Pricing.Price(
            [new WantedLine(sku, 2)],
            new Dictionary<Sku, CatalogueItem> { [sku] = new(sku, "Mug", 100, Orders.Domain.Id.Parse<Currency>("EUR")) }, shipping: 0);
        var order = Order.Place(
            new OrderRef(user, OrderId.Derive(user, key)), basket, new Address("Ada", "Long Street 1", null, "Bern", null, "3000", "CH"), null, null, "fingerprint", at, at);
        return OrderEventEnvelope.ItemFor(order, EventTypes.Placed);
    }
}
