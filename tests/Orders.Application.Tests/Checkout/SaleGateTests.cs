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

    [Fact]
    public async Task Readers_HoweverMany_CostTheUnitsOneQuestionPerWhile()
    {
        var before = Calls;
        await ReadAsync(SaleStatus.Running, times: 100);
        Assert.Equal(before + 1, Calls);

        await SellAllAsync();
        await ReadAsync(SaleStatus.Running, times: 100);
        stand.Move(TimeSpan.FromSeconds(1));
        await ReadAsync(SaleStatus.SoldOut, times: 100);
        Assert.Equal(before + 2, Calls);

        await stand.Shop.Use<ISaleUnits>().PutAsync(Friday, quantity: 6, perBuyer: 2, fence: 1, default);
        gate.Forget(Friday);
        await ReadAsync(SaleStatus.Running);
    }

    [Fact]
    public async Task Readers_SeeAtOnce_WhatTheGateKnows()
    {
        await ReadAsync(SaleStatus.Running);
        await SellAllAsync();
        await gate.CloseAsync(Friday, default);
        var before = Calls;
        await ReadAsync(SaleStatus.SoldOut);
        Assert.Equal(before, Calls);
    }

    [Fact]
    public async Task Readers_WhoComeWhileTheUnitsAreAsked_WaitForTheSameAnswer_AndOnlyAFailedOneIsAskedAgain()
    {
        var sale = (await gate.FindAsync(Friday, default))!;
        var (before, asked) = (Calls, new TaskCompletionSource<SaleCount?>());
        ((Counting)(object)counted).Instead = asked.Task;
        var readers = Enumerable.Range(0, 10).Select(_ => gate.LooksSoldOutAsync(sale, default)).ToList();
        Assert.Equal(before + 1, Calls);

        asked.SetException(new DependencyUnavailableException("The units"));
        foreach (var reader in readers)
            await Assert.ThrowsAsync<DependencyUnavailableException>(() => reader);
        ((Counting)(object)counted).Instead = null;
        Assert.False(await gate.LooksSoldOutAsync(sale, default));
        Assert.False(await gate.LooksSoldOutAsync(sale, default));
        Assert.Equal(before + 2, Calls);
    }

    [Fact]
    public async Task Sale_WhoseStockIsGone_TakesNoMoreRequests_ForAWhile()
    {
        await stand.Shop.PlacedAsync(("MUG", 10));
        var first = stand.Request(Bob);
        await stand.OrderAsync(first);
        await stand.WorkOffAsync(first);
        Assert.Equal(TicketStatus.SoldOut, await stand.StatusAsync(first));

        var late = stand.Request(Merchant);
        Assert.Equal(new Refusal.SoldOut(0), (await stand.OrderAsync(late)).Refusal);
        Assert.Null(await stand.HoldAsync(late));
        Assert.Equal(first.Ticket, (await stand.OrderAsync(first)).Value);
        Assert.IsType<Refusal.SoldOut>((await stand.Shop.Use<AdmitToSale>().RunAsync(Merchant.UserId, "friday", default)).Refusal);
        Assert.Equal(SaleStatus.SoldOut, (await stand.Shop.Use<ReadFlashSale>().RunAsync("friday", default)).Value!.Status);

        stand.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(SaleStatus.Running, (await stand.Shop.Use<ReadFlashSale>().RunAsync("friday", default)).Value!.Status);
        Assert.Null((await stand.Shop.Use<AdmitToSale>().RunAsync(Merchant.UserId, "friday", default)).Refusal);
        Assert.Null((await stand.OrderAsync(late)).Refusal);
        await stand.UnitsAreAsync(left: 4, held: 1, sold: 0);
    }

    [Fact]
    public async Task Sale_WhoseStockIsNearlyGone_TakesRequestsForWhatThereIs()
    {
        await stand.Shop.PlacedAsync(("MUG", 9));
        var first = stand.Request(Bob, quantity: 2);
        await stand.OrderAsync(first);
        await stand.WorkOffAsync(first);

        Assert.Equal(new Refusal.SoldOut(1), (await stand.OrderAsync(stand.Request(Merchant, quantity: 2))).Refusal);
        Assert.Null((await stand.Shop.Use<AdmitToSale>().RunAsync(Merchant.UserId, "friday", default)).Refusal);
        var one = stand.Request(Merchant, "another key");
        Assert.Null((await stand.OrderAsync(one)).Refusal);
        await stand.WorkOffAsync(one);
        Assert.Equal(TicketStatus.Ordered, await stand.StatusAsync(one));
    }

    private async Task ReadAsync(SaleStatus expected, int times = 1)
    {
        var read = new ReadFlashSale(gate, stand.Shop.Clock);
        for (var i = 0; i < times; i++)
            Assert.Equal(expected, (await read.RunAsync("friday", default)).Value!.Status);
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

        /// <summary>Not null: what it answers.</summary>
        public object? Instead { get; set; }

        public static ISaleUnits Wrap(ISaleUnits units)
        {
            var proxy = Create<ISaleUnits, Counting>();
            ((Counting)(object)proxy).inner = units;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Calls++;
            return Instead ?? targetMethod!.Invoke(inner, args);
        }
    }
}
