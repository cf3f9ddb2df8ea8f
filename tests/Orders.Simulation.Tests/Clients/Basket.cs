using System.Text.Json;
using Orders.Application.Stock;

namespace Orders.Simulation.Tests.Clients;

/// <summary>What the shop of the simulation sells: things that run out, and things that don't.</summary>
internal static class Assortment
{
    /// <summary>A word in every address and note. It must be found nowhere but in the orders.</summary>
    public const string Marker = "Quillfeather";

    /// <summary>SKU, unit price in minor units, units in stock per order of the run, how often it is asked for, and its rules.</summary>
    public static readonly IReadOnlyList<(string Sku, long UnitPrice, double PerOrder, int Weight, StockRules Rules)> Items =
    [
        ("hot-lamp", 1999, 0.2, 1, StockRules.None),
        ("hot-globe", 333, 0.25, 1, new StockRules(Backorder: 5)),
        ("pot", 5901, 0.5, 1, new StockRules(Backorder: 2, HoldCapPerUser: 4)),
        ("tea", 690, 20, 3, new StockRules(HoldCapPerUser: 5)),
        ("cup", 1250, 20, 3, new StockRules(UnpaidBeforeShortWindow: 1, ShortPaymentWindow: TimeSpan.FromMinutes(10))),
    ];

    /// <summary>Every SKU as often as its weight says.</summary>
    public static readonly IReadOnlyList<string> Wishes = [.. Items.SelectMany(item => Enumerable.Repeat(item.Sku, item.Weight))];
}

/// <summary>A basket, and how it is written.</summary>
internal sealed record Basket(IReadOnlyList<(string Sku, int Quantity)> Lines, string Name, string? Note)
{
    /// <summary>A few per cent that no price can be divided by.</summary>
    public const string Coupon = "SEVEN";

    public string? CouponCode { get; init; }

    public static Basket Draw(Random chance, int number) => new(
        [.. Enumerable.Range(0, 1 + chance.Next(3)).Select(_ => (Assortment.Wishes[chance.Next(Assortment.Wishes.Count)], 1 + chance.Next(3)))],
        $"{Assortment.Marker} {number}",
        chance.Next(3) == 0 ? $"Ring twice at {Assortment.Marker}'s" : null)
    {
        CouponCode = chance.Next(2) == 0 ? Coupon : null,
    };

    public string ToJson() => JsonSerializer.Serialize(new
    {
        lines = Lines.Select(line => new { sku = line.Sku, quantity = line.Quantity }),
        shippingAddress = new { name = Name, line1 = "1 Example Street", city = "Berlin", postalCode = "10115", country = "DE" },
        note = Note,
        couponCode = CouponCode,
    });

    /// <summary>Another basket, for the same key.</summary>
    public Basket Other() => this with { Lines = [.. Lines, ("tea", 1)] };
}
