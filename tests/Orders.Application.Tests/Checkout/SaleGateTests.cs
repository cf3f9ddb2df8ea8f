using System.Reflection;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using static Orders.Application.Tests.Subjects.SaleStand;
using static Orders.Application.Tests.Subjects.Shop;

namespace Orders.Application.Tests.Checkout;

/// <summary>What a process answers of a sale out of its memory, and when it asks.</summary>
public sealed class SaleGateTests : IDisposable
{
    private readonly SaleStand stand = new();
    private readonly ISaleUnits counted;
    private readonly SaleGate gate;

    public SaleGateTests()
    {
        counted = Counting.Wrap(stand.Shop.Use<ISaleUnits>());
        gate = new SaleGate(stand.Shop.Use<ISales>(), counted, new FlashSalePolicy(), stand.Shop.Clock);
    }

    private int Calls => ((Counting)(object)counted).Calls;

    public void Dispose() => stand.Dispose();

    [Fact]
    public async Task Sale_ThatSoldOut_IsAnsweredWithoutAsking()
    {
        await SellAllAsync();
        Assert.False(await gate.IsSoldOutAsync(Friday, order: null, default));
        await gate.CloseAsync(Friday, default);
        var before = Calls;

        for (var i = 0; i < 100; i++)
            Assert.True(await gate.IsSoldOutAsync(Friday, stand.Request(Carrier, $"key-{i}").Order, default));

        Assert.Equal(before, Calls);
    }

    [Fact]
    public async Task WhoHasAPlace_PassesBy()
    {
        var request = await SellAllAsync();
        await gate.CloseAsync(Friday, default);

        Assert.False(await gate.IsSoldOutAsync(Friday, request.Order, default));
        Assert.True(await gate.IsSoldOutAsync(Friday, stand.Request(Ada, "another key").Order, default));
    }

    [Fact]
    public async Task AfterAWhile_OneRequestAsks_AndTheSaleMayBeOpenAgain()
    {
        var request = await SellAllAsync();
        await gate.CloseAsync(Friday, default);
        var before = Calls;
        stand.Move(TimeSpan.FromSeconds(1));
        Assert.True(await gate.IsSoldOutAsync(Friday, order: null, default));
        Assert.True(await gate.IsSoldOutAsync(Friday, order: null, default));
        Assert.Equal(before + 1, Calls);

        await stand.Shop.Use<ISaleUnits>().ReleaseAsync(Friday, new HoldKey(request.Order, 0), generation: null, SaleEnd.Cancelled, reason: null, default);
        Assert.True(await gate.IsSoldOutAsync(Friday, order: null, default));
        stand.Move(TimeSpan.FromSeconds(1));
        Assert.False(await gate.IsSoldOutAsync(Friday, order: null, default));
    }

    [Fact]
    public async Task Forget_OpensAtOnce()
    {
        await SellAllAsync();
        await gate.CloseAsync(Friday, default);
        gate.Forget(Friday);
        Assert.False(await gate.IsSoldOutAsync(Friday, order: null, default));
    }

    [Fact]
    public async Task Close_OfASaleThatHasUnitsAgain_ClosesNothing()
    {
        await gate.CloseAsync(Friday, default);
        Assert.False(await gate.IsSoldOutAsync(Friday, order: null, default));
    }

    [Fact]
    public async Task Terms_AreReadAgainAfterAWhile()
    {
        var first = await gate.FindAsync(Friday, default);
        await stand.Shop.Use<PutFlashSale>().RunAsync(
            "friday", new FlashSaleRequest(["MUG"], Quantity: 7, "2026-03-01T11:00:00Z", "2026-03-09T12:00:00Z", PerUser: 2), default);
        Assert.Same(first, await gate.FindAsync(Friday, default));
        stand.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(7, (await gate.FindAsync(Friday, default))!.Quantity);
    }

    private async Task<SaleOrderCommand> SellAllAsync()
    {
        var first = stand.Request(Ada, quantity: 2);
        foreach (var request in new[] { first, stand.Request(Bob, quantity: 2), stand.Request(Merchant) })
            Assert.Null((await stand.OrderAsync(request)).Refusal);
        return first;
    }

    /// <summary>Counts the calls.</summary>
    public class Counting : DispatchProxy
    {
        private ISaleUnits inner = null!;

        public int Calls { get; private set; }

        public static ISaleUnits Wrap(ISaleUnits units)
        {
            var proxy = Create<ISaleUnits, Counting>();
            ((Counting)(object)proxy).inner = units;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Calls++;
            return targetMethod!.Invoke(inner, args);
        }
    }
}
