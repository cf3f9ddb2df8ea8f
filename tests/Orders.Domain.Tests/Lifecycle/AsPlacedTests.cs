using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Domain.Shipping;
using Xunit;
using static Orders.Domain.Tests.Samples;

namespace Orders.Domain.Tests.Lifecycle;

/// <summary>An order can always say what it was: the answer to its placing is given again by it, byte by byte.</summary>
public sealed class AsPlacedTests
{
    [Fact]
    public void AnOrder_WhateverBecameOfIt_KnowsHowItWasPlaced()
    {
        Order[] later =
        [
            Placed(), After(BuyerCancels), After(TimeIsUp, Revives), After(Pays, Accepts, ShipsA, ShipsB, Confirms, OpensCase1),
            Full(After(Pays, Accepts, ShipsA)),
        ];
        Assert.All(later, order => Assert.Equal(OrderJson.Write(Placed()), OrderJson.Write(order.AsPlaced())));
    }

    /// <summary>Whoever adds a field of an order says here that <see cref="Order.AsPlaced"/> was thought of: either it never changes, or it is put back.</summary>
    [Fact]
    public void EveryFieldOfAnOrder_IsThoughtOf()
    {
        string[] neverChanges = ["OrderId", "UserId", "Currency", "CouponCode", "ShippingAddress", "Note", "Fingerprint", "PlacedAt", "PayBy", "SaleId"];
        string[] isPutBack = ["Version", "Lines", "Totals", "State", "Timeline", "Shipments", "Payments", "Cases", "Replacements", "Hold", "UpdatedAt", "ClosedAt"];
        var stored = typeof(Order).GetProperties().Where(property => property.CanWrite).Select(property => property.Name);
        Assert.Equal([.. neverChanges.Concat(isPutBack).Order(StringComparer.Ordinal)], stored.Order(StringComparer.Ordinal));
    }

    /// <summary>An order of which everything that can change has changed.</summary>
    private static Order Full(Order order) => order with
    {
        Lines = [.. order.Lines.Select(line => line with { ReturnedQuantity = 1, Refunded = 5 })],
        Totals = order.Totals with { Paid = 10, Refunded = 5 },
        Shipments = [new Shipment(ParcelA, "post", "T-1", InParcelA, Start, "fingerprint", [])],
        Payments = [new OrderPayment(Payment, order.Total, "provider", PaymentStatus.Open, Start)],
        Hold = 2,
        Version = 9,
        ClosedAt = Start.AddDays(9),
    };
}
