using System.Globalization;
using Orders.Application.Events;
using Orders.Application.Stock;
using Orders.Domain;
using Orders.Domain.Checkout;
using Orders.Domain.Lifecycle;

namespace Orders.Contracts.Tests.Subjects;

/// <summary>Orders and parts of them.</summary>
internal static class Sample
{
    public static readonly UserId Alice = Id.Parse<UserId>("alice");
    public static readonly UserId Bob = Id.Parse<UserId>("bob");
    public static readonly Sku Mug = Id.Parse<Sku>("MUG");
    public static readonly Sku Pot = Id.Parse<Sku>("POT");
    public static readonly Currency Euro = Id.Parse<Currency>("EUR");

    public static OrderRef Ref(UserId user, string key) => new(user, OrderId.Derive(user, key));

    public static OrderRef Ref(int number) => Ref(Alice, number.ToString(CultureInfo.InvariantCulture));

    public static Order Order(UserId user, string key, DateTimeOffset? at = null, int lines = 2, string? note = null)
    {
        var placed = at ?? Subject.Start;
        var items = Enumerable.Range(1, lines).ToDictionary(
            n => Id.Parse<Sku>($"SKU-{n}"), n => new CatalogueItem(Id.Parse<Sku>($"SKU-{n}"), $"Thing number {n}", 100 + n, Euro));
        var basket = Pricing.Price([.. items.Keys.Select(sku => new WantedLine(sku, 2))], items, shipping: 0);
        var address = new Address("Ada", "Long Street 1", null, "Bern", null, "3000", "CH");
        return Domain.Lifecycle.Order.Place(Ref(user, key), basket, address, note, null, $"fingerprint of {key}", placed, placed.AddMinutes(30));
    }

    public static Order Cancelled(Order order, DateTimeOffset at)
    {
        var (transition, next) = order.Apply(new OrderEvent.CancelRequested(at, CancelCause.Buyer), Actor.Customer, "changed my mind");
        Assert.IsType<Transition.Moved>(transition);
        return next with { ClosedAt = at };
    }

    public static OutboxItem Event(Order order, string type = EventTypes.Placed) => OrderEventEnvelope.ItemFor(order, type);

    public static HoldKey Hold(int order, int number = 0) => new(Ref(order), number);

    /// <summary>Ten per cent off, for everybody and for ever.</summary>
    public static Coupon Coupon(string code) => new(
        Id.Parse<CouponCode>(code), new CouponDiscount.Percent(10), Currency: null, MinimumBasket: 0, Limit: null, LimitPerBuyer: null, From: null, Until: null);

    public static IReadOnlyList<StockLine> Lines(params ReadOnlySpan<(Sku Sku, int Quantity)> lines)
    {
        var result = new List<StockLine>();
        foreach (var (sku, quantity) in lines)
            result.Add(new StockLine(sku, quantity));
        return result;
    }
}
