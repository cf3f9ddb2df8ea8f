using Orders.Domain.Lifecycle;
using Orders.Domain.Payments;
using Orders.Domain.Shipping;
using Xunit;
using static Orders.Domain.Tests.Samples;

namespace Orders.Domain.Tests.Lifecycle;

public sealed class ErasureTests
{
    private static readonly DateTimeOffset Later = Start.AddYears(1);

    /// <summary>Whoever adds a field of an order says here whether it is of the person or of the books.</summary>
    [Fact]
    public void EveryFieldOfAnOrder_IsThoughtOf()
    {
        string[] ofThePerson = ["ShippingAddress", "Note", "Timeline", "Shipments", "Payments", "Cases"];
        string[] changesWithEverySave = ["Version", "UpdatedAt"];
        string[] ofTheBooks =
            ["OrderId", "UserId", "Currency", "Lines", "Totals", "State", "CouponCode", "SaleId", "Replacements", "Fingerprint", "Hold", "PlacedAt", "PayBy", "ClosedAt"];
        var stored = typeof(Order).GetProperties().Where(property => property.CanWrite).Select(property => property.Name);
        Assert.Equal([.. ofThePerson.Concat(changesWithEverySave).Concat(ofTheBooks).Order(StringComparer.Ordinal)], stored.Order(StringComparer.Ordinal));

        var order = Full();
        var erased = order.Erased(Later);
        Assert.All(ofTheBooks, name => Assert.Equal(ValueOf(order, name), ValueOf(erased, name)));
        Assert.All(ofThePerson.Except(["Cases"]), name => Assert.NotEqual(ValueOf(order, name), ValueOf(erased, name)));

        static object? ValueOf(Order of, string name) => typeof(Order).GetProperty(name)!.GetValue(of);
    }

    [Fact]
    public void WhatIsErased_HasNoWordOfThePerson_AndKeepsTheMoney()
    {
        var erased = Full().Erased(Later);
        var text = System.Text.Encoding.UTF8.GetString(OrderJson.Write(erased));

        foreach (var word in new[] { "Ada", "Main Street", "rich", "8001", "leave it", "changed my mind", "pay.example", "porch", "a colleague" })
            Assert.DoesNotContain(word, text, StringComparison.Ordinal);
        Assert.Equal("CH", erased.ShippingAddress.Country);
        Assert.Equal(5, Assert.Single(Assert.Single(erased.Payments).Refunds).Amount);
        Assert.True(erased.IsErased());
        Assert.False(Full().IsErased());
    }

    [Fact]
    public void Reasons_InOurOwnWords_Stay() =>
        Assert.Equal("Order placed", After(BuyerCancels).Erased(Later).Timeline[0].Reason);

    [Fact]
    public void AnOrder_CanBeErased_OnceNothingCanHappenToItAnyMore()
    {
        Assert.False(Placed().CanBeErasedAt(Start));
        Assert.False(After(Pays, Accepts, ShipsA, ShipsB, Confirms).CanBeErasedAt(AfterSaleUntil.AddTicks(-1)));
        Assert.True(After(Pays, Accepts, ShipsA, ShipsB, Confirms).CanBeErasedAt(AfterSaleUntil));
        Assert.True(After(BuyerCancels).CanBeErasedAt(Start.AddMinutes(7)));
        Assert.False(After(TimeIsUp).CanBeErasedAt(RevivableUntil));
        Assert.True(After(TimeIsUp).CanBeErasedAt(RevivableUntil.AddTicks(1)));
    }

    /// <summary>A cancelled order in which people have written wherever they can.</summary>
    private static Order Full()
    {
        var order = Placed().Apply(BuyerCancels, Actor.Customer, "changed my mind").Order;
        return order with
        {
            Shipments = [new Shipment(ParcelA, "post", "T-1", InParcelA, Start, "fingerprint", [new ParcelEvent("delivered", Start, "on Ada's porch")])],
            Payments =
            [
                new OrderPayment(Payment, order.Total, "provider", PaymentStatus.Settled, Start)
                {
                    PayUrl = "https://pay.example/1",
                    Captured = order.Total,
                    Refunds = [new OrderRefund($"{Payment}-r1", 5, RefundReason.Over, RefundStatus.Succeeded, Start) { Note = "a colleague called Ada" }],
                },
            ],
        };
    }
}
