using Orders.Application.AfterSales;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Stock;
using Orders.Application.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.AfterSales;

namespace Orders.Application.Tests.Stock;

/// <summary>
/// A replacement's units are held for as long as its case needs them, then sold or freed, by the events or by the sweep; what came back whole is on sale
/// again, once. The order is a mug, in tens.
/// </summary>
public sealed class StockOfCasesTests : IDisposable
{
    private readonly Shop shop = new();

    [Fact]
    public async Task Approved_KeepsTheHoldUntilTheCasesDeadline()
    {
        await ApprovedAsync();
        await ConsumeAsync();
        Assert.Equal((8L, 10L, 1L, 1L), await LevelAsync());

        Assert.Equal(0, await SweepAtAsync(TimeSpan.FromDays(14)));
        Assert.Equal((8L, 10L, 1L, 1L), await LevelAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReplacementSent_SellsTheHold(bool bySweep)
    {
        var received = await ReceivedAsync(await ApprovedAsync());
        await ConsumeAsync();
        await SendReplacementAsync(received);

        await (bySweep ? SweepAtAsync(TimeSpan.FromDays(15)) : ConsumeAsync());

        Assert.Equal((bySweep ? 8L : 9L, bySweep ? 10L : 11L, 0L, 2L), await LevelAsync());
    }

    /// <summary>Only one of two came back in an acceptable state: one replacement leaves, and the other unit is free.</summary>
    [Fact]
    public async Task ReplacementOfAPart_SellsThat_AndFreesTheRest()
    {
        var opened = await shop.OpenedAsync(await SoldAsync(quantity: 2), "exchange");
        var approved = (await shop.ApproveAsync(opened)).Value!;
        var received = await ReceivedAsync(approved, ("1", 1));
        await SendReplacementAsync(received);

        await ConsumeAsync();

        Assert.Equal((8L, 11L, 0L, 3L), await LevelAsync());
    }

    [Theory]
    [InlineData("rejected", false)]
    [InlineData("rejected", true)]
    [InlineData("withdrawn", false)]
    [InlineData("withdrawn", true)]
    [InlineData("lapsed", false)]
    [InlineData("lapsed", true)]
    [InlineData("fell back", false)]
    [InlineData("fell back", true)]
    public async Task CaseWithoutAReplacement_FreesTheHold(string end, bool bySweep)
    {
        var approved = await ApprovedAsync();
        await ConsumeAsync();
        if (end == "rejected")
            await shop.RejectAsync(approved);
        else if (end == "withdrawn")
            await shop.WithdrawAsync(approved);
        else if (end == "lapsed")
            await PassAsync(TimeSpan.FromDays(14), approved, async of => Assert.Null((await shop.Use<LapseGoods>().RunAsync(of, default)).Refusal));
        else
            await PassAsync(TimeSpan.FromDays(14), await ReceivedAsync(approved), async of => Assert.Null((await shop.Use<FallBack>().RunAsync(of, default)).Refusal));

        await (bySweep ? SweepAtAsync(TimeSpan.FromDays(15)) : ConsumeAsync());

        Assert.Equal((9L, 10L, 0L, 1L), await LevelAsync());
    }

    /// <summary>The process died between the reservation and its approval: the case is still in review, so nobody stands on the hold.</summary>
    [Fact]
    public async Task ReservedAndNotApproved_IsFreedByTheSweep()
    {
        var opened = await shop.OpenedAsync(await SoldAsync(), "exchange");
        await shop.RunAndDieAsync(1, () => shop.ApproveAsync(opened));
        Assert.Equal((8L, 10L, 1L, 1L), await LevelAsync());

        Assert.Equal(1, await SweepAtAsync(TimeSpan.FromMinutes(3)));

        Assert.Equal((9L, 10L, 0L, 1L), await LevelAsync());
    }

    [Theory]
    [InlineData(0, 10L, 11L)]
    [InlineData(1, 9L, 10L)]
    public async Task Returned_IsOnSaleAgainOnce_UnlessWrittenOff(int writtenOff, long available, long stock)
    {
        var opened = await shop.OpenedAsync(await SoldAsync(), "return");
        var received = await ReceivedAsync((await shop.ApproveAsync(opened)).Value!, writtenOff: writtenOff);
        await shop.Use<RefundCase>().RunAsync(Of(received), default);

        await ConsumeAsync();
        await shop.Use<IInbox>().PurgeAsync(DateTimeOffset.MaxValue, 100, default);
        await ConsumeAsync();

        Assert.Equal((available, stock, 0L, 1L), await LevelAsync());
    }

    [Fact]
    public async Task RefundedBeforeItWasShipped_IsOnSaleAgain()
    {
        var order = await shop.PaidAsync(("MUG", 1));
        await ConsumeAsync();
        await shop.Use<RefundCase>().RunAsync(Of(await shop.OpenedAsync(order, "refund")), default);

        await ConsumeAsync();

        Assert.Equal((10L, 11L, 0L, 1L), await LevelAsync());
    }

    [Fact]
    public async Task BeyondTheBoundOfAStock_IsADeadLetterForPeople()
    {
        var order = await shop.PaidAsync(("MUG", 1));
        await ConsumeAsync();
        await shop.Use<RefundCase>().RunAsync(Of(await shop.OpenedAsync(order, "refund")), default);
        await shop.Use<IStock>().AdjustAsync(Shop.Mug, new StockChange.To(IStock.MostUnits), "many", "many", default);

        var completed = (await EventsAsync()).Single(envelope => envelope.Type == EventTypes.CaseCompleted);

        Assert.Equal("StockBound", (await shop.Use<InventoryConsumer>().RunAsync(completed, default))?.Reason);
    }

    [Fact]
    public async Task RebuildOfTheCounters_KnowsTheHoldsOfCases()
    {
        var approved = await ApprovedAsync();
        Assert.Equal([(0, "MUG:1"), (1_000, "MUG:1")], await RebuiltAsync());

        var received = await ReceivedAsync(approved);
        await SendReplacementAsync(received);
        Assert.Equal([(0, "MUG:1"), (1_000, "MUG:1")], await RebuiltAsync());
    }

    [Fact]
    public async Task RebuildOfTheCounters_KnowsNothingOfCasesThatNeedNoHold()
    {
        await shop.WithdrawAsync(await ApprovedAsync());

        Assert.Equal([(0, "MUG:1")], await RebuiltAsync());
    }

    public void Dispose() => shop.Dispose();

    private DateTimeOffset Now => shop.Clock.GetUtcNow();

    private static CaseRef Of(CaseInOrder of) => new(of.Order.Ref, of.Case.CaseId);

    private async Task<Orders.Domain.Lifecycle.Order> SoldAsync(int quantity = 1)
    {
        var order = await shop.ShippedAsync(("MUG", quantity));
        await ConsumeAsync();
        return order;
    }

    private async Task<CaseInOrder> ApprovedAsync() => (await shop.ApproveAsync(await shop.OpenedAsync(await SoldAsync(), "exchange"))).Value!;

    private async Task<CaseInOrder> ReceivedAsync(CaseInOrder approved, (string Line, int Accepted)? part = null, int writtenOff = 0) => await shop.ApplyAsync(
        approved,
        new CaseEvent.GoodsReceived(
            Now, part is { } some ? new Dictionary<string, int> { [some.Line] = some.Accepted } : new Dictionary<string, int>(), Units.Of(("1", writtenOff)),
            Now.AddDays(3), Now.AddDays(14), ByDeadline: false));

    private Task SendReplacementAsync(CaseInOrder of) => shop.Use<OrderChanges>().ChangeAsync(
        of.Order.Ref,
        order => order.ApplyToCase(of.Case.CaseId, new CaseEvent.ReplacementSent(Now, new CaseParcel("DHL", "2", Now)), "merchant", note: null, Now) is
            (CaseTransition.Moved, var sent)
            ? new Decision<bool>(true, sent, EventTypes.CaseCompleted, of.Case.CaseId)
            : throw new InvalidOperationException("It was not sent."),
        default);

    private async Task PassAsync(TimeSpan time, CaseInOrder of, Func<CaseRef, Task> pass)
    {
        shop.Clock.MoveTo(Now + time);
        await pass(Of(of));
    }

    private async Task ConsumeAsync()
    {
        foreach (var envelope in await EventsAsync())
            Assert.Null(await shop.Use<InventoryConsumer>().RunAsync(envelope, default));
    }

    private async Task<int> SweepAtAsync(TimeSpan later)
    {
        shop.Clock.MoveTo(Now + later);
        return await shop.Use<SweepHolds>().RunAsync(default);
    }

    private async Task<IReadOnlyList<OrderEventEnvelope>> EventsAsync() =>
        [.. (await shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default)).Select(item => OrderEventEnvelope.Parse(item.Body))];

    /// <summary>Available, stock, held, sold.</summary>
    private async Task<(long, long, long, long)> LevelAsync() =>
        await shop.StockAsync(Shop.Mug) is var level ? (level.Available, level.Stock, level.Held, level.Sold) : default;

    /// <summary>The holds that a rebuild is told of.</summary>
    private async Task<IReadOnlyList<(int Number, string Units)>> RebuiltAsync()
    {
        var books = new LostBooks();
        await new SyncStock(
            books, shop.Use<Orders.Application.Access.ILeases>(), shop.Use<IOrderStore>(), new OrderPolicy(), shop.Clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SyncStock>.Instance).RunAsync(default);
        return books.Found;
    }

    /// <summary>Counters that are lost, and only note what they are to be built from.</summary>
    private sealed class LostBooks : IStockBooks
    {
        public List<(int Number, string Units)> Found { get; } = [];

        public Task<bool> AreLostAsync(CancellationToken cancellation) => Task.FromResult(true);

        public async Task<bool> RebuildAsync(
            Func<IAsyncEnumerable<IReadOnlyList<HoldInFlight>>> inFlight, Func<Task<bool>> goesOn, CancellationToken cancellation)
        {
            await foreach (var batch in inFlight())
                Found.AddRange(batch.Select(hold => (hold.Key.Number, hold.Units.Text)));
            return true;
        }

        public Task<int> BookAsync(int limit, CancellationToken cancellation) => Task.FromResult(0);

        public Task<Page<StockProof>> ProveAsync(int limit, string? cursor, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<bool> RepairAsync(StockProof proof, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
