using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Stock;

/// <summary>The rules per SKU: backorder, the cap on what one buyer holds.</summary>
public abstract partial class StockContract
{
    [Fact]
    public async Task Rules_AreKept_AndReplacedAsAWhole()
    {
        await StockUpAsync(mugs: 10);
        Assert.Equal(StockRules.None, (await Stock.FindAsync(Mug, None))!.Rules);
        var all = new StockRules(Backorder: 4, HoldCapPerUser: 3, UnpaidBeforeShortWindow: 2, Short);
        Assert.Equal(new StockLevel(Mug, 10, 0, 0, 10) { Rules = all }, await Stock.PutRulesAsync(Mug, all, None));
        Assert.Equal(all, (await Stock.PutRulesAsync(Mug, all, None))!.Rules);
        Assert.Equal(all, (await Stock.AdjustAsync(Mug, new StockChange.By(1), "delivery", "a", None))!.Rules);
        Assert.Equal(all, (await Stock.FindAsync(Mug, None))!.Rules);
        await Stock.PutRulesAsync(Mug, new StockRules(HoldCapPerUser: 1), None);
        Assert.Equal(new StockRules(HoldCapPerUser: 1), (await Stock.FindAsync(Mug, None))!.Rules);
        Assert.Equal(StockRules.None, (await Stock.FindAsync(Pot, None))!.Rules);
    }

    [Fact]
    public async Task Rules_OfWhatWasNeverStocked_BeginWithNoStock()
    {
        Assert.Equal(new StockLevel(Mug, 0, 0, 0, 0) { Rules = new(Backorder: 2) }, await Stock.PutRulesAsync(Mug, new StockRules(Backorder: 2), None));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(1), Lines((Mug, 2)), None));
        await CountersAreAsync(Mug, available: -2, held: 2, sold: 0);
    }

    [Fact]
    public async Task Backorder_IsPromisedBeyondTheStock_AndNotMore()
    {
        await StockUpAsync(mugs: 3, pots: 1);
        await RulesAsync(Mug, new StockRules(Backorder: 2));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(1), Lines((Mug, 4)), None));
        await CountersAreAsync(Mug, available: -1, held: 4, sold: 0);
        Assert.Equal(new ReserveResult.OutOfStock(Mug, 1), await Stock.ReserveAsync(Hold(2), Lines((Mug, 2)), None));
        Assert.Equal(new ReserveResult.OutOfStock(Pot, 1), await Stock.ReserveAsync(Hold(2), Lines((Mug, 1), (Pot, 2)), None));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None));
        Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Hold(1), Lines((Mug, 4)), None));
        await CountersAreAsync(Mug, available: -2, held: 1, sold: 4);
        await Stock.ReleaseAsync(Hold(2), generation: null, None);
        Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Hold(2), Lines((Mug, 1)), None));
        Assert.Equal(HoldOutcome.NothingHeld, await Stock.CommitAsync(Hold(3), Lines((Mug, 1)), None));
        await CountersAreAsync(Mug, available: -2, held: 0, sold: 5);
    }

    [Fact]
    public async Task Backorder_ByManyAtOnce_IsNeverExceeded()
    {
        await StockUpAsync(mugs: 30);
        await RulesAsync(Mug, new StockRules(Backorder: 20));
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Task.Run(() => Stock.ReserveAsync(Hold(n), Lines((Mug, 1)), None))));
        Assert.Equal(50, results.OfType<ReserveResult.Reserved>().Count());
        await CountersAreAsync(Mug, available: -20, held: 50, sold: 0);
    }

    [Fact]
    public async Task Backorder_LoweredBelowWhatIsPromised_IsRefused()
    {
        await StockUpAsync(mugs: 3);
        await RulesAsync(Mug, new StockRules(Backorder: 2));
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 2)), None);
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 2)), None);
        await Stock.CommitAsync(Hold(2), Lines((Mug, 2)), None);
        Assert.Null(await Stock.PutRulesAsync(Mug, new StockRules(HoldCapPerUser: 1), None));
        Assert.Equal(new StockRules(Backorder: 2), (await Stock.FindAsync(Mug, None))!.Rules);
        Assert.Null(await Stock.AdjustAsync(Mug, new StockChange.To(1), "count", "a", None));
        Assert.NotNull(await Stock.AdjustAsync(Mug, new StockChange.To(2), "count", "a", None));
        Assert.Null(await Stock.PutRulesAsync(Mug, new StockRules(Backorder: 1), None));
        Assert.NotNull(await Stock.AdjustAsync(Mug, new StockChange.By(2), "delivery", "b", None));
        Assert.NotNull(await Stock.PutRulesAsync(Mug, StockRules.None, None));
        await CountersAreAsync(Mug, available: 0, held: 2, sold: 2);
    }

    [Fact]
    public async Task Cap_CountsWhatABuyerHolds_OverAllOrders()
    {
        await StockUpAsync(mugs: 20, pots: 20);
        await RulesAsync(Mug, new StockRules(HoldCapPerUser: 3));
        Assert.Equal(new ReserveResult.HoldCapReached(Mug, 3), await Stock.ReserveAsync(Hold(1), Lines((Mug, 2), (Mug, 2)), None));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(1), Lines((Mug, 2), (Pot, 9)), None));
        Assert.Equal(new ReserveResult.HoldCapReached(Mug, 3), await Stock.ReserveAsync(Hold(2), Lines((Mug, 2)), None));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None));
        Assert.Equal(new ReserveResult.HoldCapReached(Mug, 3), await Stock.ReserveAsync(Hold(3), Lines((Mug, 1)), None));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Bobs(1), Lines((Mug, 3)), None));
        await CountersAreAsync(Mug, available: 14, held: 6, sold: 0);
        await CountersAreAsync(Pot, available: 11, held: 9, sold: 0);
    }

    [Fact]
    public async Task Cap_Reached_HoldsNothingOfOtherLines()
    {
        await StockUpAsync(mugs: 10, pots: 10);
        await RulesAsync(Pot, new StockRules(HoldCapPerUser: 1));
        Assert.Equal(new ReserveResult.HoldCapReached(Pot, 1), await Stock.ReserveAsync(Hold(1), Lines((Mug, 2), (Pot, 2)), None));
        await CountersAreAsync(Mug, available: 10, held: 0, sold: 0);
        await CountersAreAsync(Pot, available: 10, held: 0, sold: 0);
        await RulesAsync(Mug, new StockRules(HoldCapPerUser: 2));
        Assert.Equal(new ReserveResult.HoldCapReached(Pot, 1), await Stock.ReserveAsync(Hold(1), Lines((Mug, 2), (Pot, 2)), None));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(1), Lines((Mug, 2), (Pot, 1)), None));
    }

    [Fact]
    public async Task Cap_OfWhatIsOutOfStock_IsNotAsked()
    {
        await StockUpAsync(mugs: 1);
        await RulesAsync(Mug, new StockRules(HoldCapPerUser: 1));
        Assert.Equal(new ReserveResult.OutOfStock(Mug, 1), await Stock.ReserveAsync(Hold(1), Lines((Mug, 2)), None));
    }

    [Fact]
    public async Task Cap_GivesRoomBack_ByReleaseAndBySale()
    {
        await StockUpAsync(mugs: 20);
        await RulesAsync(Mug, new StockRules(HoldCapPerUser: 2));
        for (var round = 0; round < 3; round++)
        {
            Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(round * 3), Lines((Mug, 2)), None));
            await Stock.ReleaseAsync(Hold(round * 3), generation: null, None);
            await Stock.ReleaseAsync(Hold(round * 3), generation: null, None);
            Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(round * 3 + 1), Lines((Mug, 2)), None));
            await Stock.ExpireAsync(Hold(round * 3 + 1), generation: null, Subject.Start, None);
            Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(round * 3 + 2), Lines((Mug, 2)), None));
            Assert.IsType<ReserveResult.HoldCapReached>(await Stock.ReserveAsync(Hold(99), Lines((Mug, 1)), None));
            await Stock.CommitAsync(Hold(round * 3 + 2), Lines((Mug, 2)), None);
            await Stock.CommitAsync(Hold(round * 3 + 2), Lines((Mug, 2)), None);
        }

        await CountersAreAsync(Mug, available: 14, held: 0, sold: 6);
    }

    [Fact]
    public async Task Cap_OfARepetition_CountsNothingTwice()
    {
        await StockUpAsync(mugs: 20);
        await RulesAsync(Mug, new StockRules(HoldCapPerUser: 3));
        for (var times = 0; times < 3; times++)
            Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(1), Lines((Mug, 2)), None));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None));
        await CountersAreAsync(Mug, available: 17, held: 3, sold: 0);
    }

    [Fact]
    public async Task Cap_IsNotAskedOfARevival_NorOfASale()
    {
        await StockUpAsync(mugs: 20);
        await RulesAsync(Mug, new StockRules(HoldCapPerUser: 2));
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 2)), None);
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(2, number: 1), Lines((Mug, 2)), None));
        Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Hold(2, number: 1), Lines((Mug, 2)), None));
        Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Hold(3), Lines((Mug, 5)), None));
        Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Hold(1), Lines((Mug, 7)), None));
        await CountersAreAsync(Mug, available: 6, held: 0, sold: 14);
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(4), Lines((Mug, 2)), None));
    }

    [Fact]
    public async Task Cap_SetLater_CountsWhatIsHeldAlready()
    {
        await StockUpAsync(mugs: 20, pots: 20);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 2), (Pot, 3)), None);
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None);
        await Stock.KeepAsync(Hold(2), Subject.Start.AddHours(1), None);
        await Stock.ReserveAsync(Hold(3), Lines((Mug, 4)), None);
        await Stock.CommitAsync(Hold(3), Lines((Mug, 4)), None);
        Subject.Clock.MoveTo(Subject.Start.AddMinutes(1));
        await RulesAsync(Mug, new StockRules(HoldCapPerUser: 3));
        Assert.IsType<ReserveResult.HoldCapReached>(await Stock.ReserveAsync(Hold(4), Lines((Mug, 1)), None));
        await Stock.ReleaseAsync(Hold(1), generation: null, None);
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(4), Lines((Mug, 2)), None));
        await RulesAsync(Mug, StockRules.None);
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(5), Lines((Mug, 5)), None));
        await Stock.ReleaseAsync(Hold(4), generation: null, None);
        await RulesAsync(Mug, new StockRules(HoldCapPerUser: 7));
        Assert.IsType<ReserveResult.HoldCapReached>(await Stock.ReserveAsync(Hold(6), Lines((Mug, 2)), None));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(6), Lines((Mug, 1)), None));
    }

    [Fact]
    public async Task Cap_AskedByManyAtOnce_IsNeverExceeded()
    {
        await StockUpAsync(mugs: 100);
        await RulesAsync(Mug, new StockRules(HoldCapPerUser: 10));
        var results = await Task.WhenAll(Enumerable.Range(0, 128).Select(n => Task.Run(() => Stock.ReserveAsync(Hold(n / 2), Lines((Mug, 1)), None))));
        Assert.Equal(20, results.OfType<ReserveResult.Reserved>().Count());
        await CountersAreAsync(Mug, available: 90, held: 10, sold: 0);
    }

    private static HoldKey Bobs(int order) => new(Ref(Bob, $"{order}"), 0);

    private async Task RulesAsync(Sku sku, StockRules rules) => Assert.Equal(rules, (await Stock.PutRulesAsync(sku, rules, None))?.Rules);
}
