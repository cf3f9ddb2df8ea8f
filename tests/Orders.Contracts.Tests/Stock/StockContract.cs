using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Stock;

/// <summary>What every stock must do.</summary>
public abstract partial class StockContract(Subject subject) : ContractTests(subject)
{
    private IStock Stock => Subject.Port<IStock>();

    [Fact]
    public async Task Reserve_WhatIsThere_HoldsIt()
    {
        await StockUpAsync(mugs: 10, pots: 5);
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(1), Lines((Mug, 3), (Pot, 2)), None));
        await CountersAreAsync(Mug, available: 7, held: 3, sold: 0);
        await CountersAreAsync(Pot, available: 3, held: 2, sold: 0);
    }

    [Fact]
    public async Task Reserve_WhenOneLineIsMissing_HoldsNothing()
    {
        await StockUpAsync(mugs: 10, pots: 1);
        var result = await Stock.ReserveAsync(Hold(1), Lines((Mug, 3), (Pot, 2)), None);
        Assert.Equal(new ReserveResult.OutOfStock(Pot, 1), result);
        await CountersAreAsync(Mug, available: 10, held: 0, sold: 0);
        await CountersAreAsync(Pot, available: 1, held: 0, sold: 0);
        Assert.Equal(HoldOutcome.NothingHeld, await Stock.ReleaseAsync(Hold(1), generation: null, None));
    }

    [Fact]
    public async Task Reserve_OfWhatWasNeverStocked_IsOutOfStock() =>
        Assert.Equal(new ReserveResult.OutOfStock(Mug, 0), await Stock.ReserveAsync(Hold(1), Lines((Mug, 1)), None));

    [Fact]
    public async Task Reserve_TwoLinesOfOneSku_CountTogether()
    {
        await StockUpAsync(mugs: 3);
        Assert.Equal(new ReserveResult.OutOfStock(Mug, 3), await Stock.ReserveAsync(Hold(1), Lines((Mug, 2), (Mug, 2)), None));
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(2), Lines((Mug, 1), (Mug, 2)), None));
        await CountersAreAsync(Mug, available: 0, held: 3, sold: 0);
    }

    [Fact]
    public async Task Reserve_Repeated_HoldsOnce()
    {
        await StockUpAsync(mugs: 10, pots: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3), (Pot, 1)), None);
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(1), Lines((Pot, 1), (Mug, 3)), None));
        await CountersAreAsync(Mug, available: 7, held: 3, sold: 0);
    }

    [Fact]
    public async Task Reserve_OtherLinesUnderTheKey_ChangesNothing()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        Assert.IsType<ReserveResult.HeldForOtherLines>(await Stock.ReserveAsync(Hold(1), Lines((Mug, 4)), None));
        await CountersAreAsync(Mug, available: 7, held: 3, sold: 0);
    }

    [Fact]
    public async Task Reserve_AfterRelease_HoldsAgainPerhapsOtherLines()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        await Stock.ReleaseAsync(Hold(1), generation: null, None);
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(1), Lines((Mug, 4)), None));
        await CountersAreAsync(Mug, available: 6, held: 4, sold: 0);
    }

    [Fact]
    public async Task Reserve_AfterSale_IsAlreadySold()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        await Stock.CommitAsync(Hold(1), Lines((Mug, 3)), None);
        Assert.IsType<ReserveResult.AlreadySold>(await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None));
        await CountersAreAsync(Mug, available: 7, held: 0, sold: 3);
    }

    [Fact]
    public async Task Reserve_ByManyAtOnce_NeverOversells()
    {
        await StockUpAsync(mugs: 50);
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Task.Run(() => Stock.ReserveAsync(Hold(n), Lines((Mug, 1)), None))));
        Assert.Equal(50, results.OfType<ReserveResult.Reserved>().Count());
        await CountersAreAsync(Mug, available: 0, held: 50, sold: 0);
    }

    [Fact]
    public async Task Commit_OfWhatIsHeld_SellsItOnce()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Hold(1), Lines((Mug, 3)), None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Stock.CommitAsync(Hold(1), Lines((Mug, 3)), None));
        await CountersAreAsync(Mug, available: 7, held: 0, sold: 3);
    }

    [Fact]
    public async Task Commit_OfAFreedHold_TakesWhatIsAvailable()
    {
        await StockUpAsync(mugs: 3);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        await Stock.ReleaseAsync(Hold(1), generation: null, None);
        Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Hold(1), Lines((Mug, 3)), None));
        await CountersAreAsync(Mug, available: 0, held: 0, sold: 3);
    }

    [Fact]
    public async Task Commit_OfAFreedHoldWhoseUnitsAreGone_SellsNothing()
    {
        await StockUpAsync(mugs: 3);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        await Stock.ReleaseAsync(Hold(1), generation: null, None);
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None);
        Assert.Equal(HoldOutcome.NothingHeld, await Stock.CommitAsync(Hold(1), Lines((Mug, 3)), None));
        await CountersAreAsync(Mug, available: 2, held: 1, sold: 0);
    }

    [Fact]
    public async Task Commit_OfAHoldForOtherLines_SellsTheOrders()
    {
        await StockUpAsync(mugs: 5, pots: 1);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 4)), None);
        Assert.Equal(HoldOutcome.NothingHeld, await Stock.CommitAsync(Hold(1), Lines((Mug, 2), (Pot, 2)), None));
        await CountersAreAsync(Mug, available: 1, held: 4, sold: 0);
        Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Hold(1), Lines((Mug, 5), (Pot, 1)), None));
        await CountersAreAsync(Mug, available: 0, held: 0, sold: 5);
        await CountersAreAsync(Pot, available: 0, held: 0, sold: 1);
    }

    [Fact]
    public async Task Release_Twice_FreesOnce()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 3)), None);
        Assert.Equal(HoldOutcome.Done, await Stock.ReleaseAsync(Hold(1), generation: null, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Stock.ReleaseAsync(Hold(1), generation: null, None));
        await CountersAreAsync(Mug, available: 7, held: 3, sold: 0);
    }

    [Fact]
    public async Task Purge_ForgetsFreedHolds_OnceTheirTimeIsOver_AndNothingElse()
    {
        await StockUpAsync(mugs: 10);
        for (var order = 1; order <= 4; order++)
            await Stock.ReserveAsync(Hold(order), Lines((Mug, 1)), None);
        await Stock.ReleaseAsync(Hold(1), generation: null, None);
        await Stock.CommitAsync(Hold(2), Lines((Mug, 1)), None);
        Subject.Clock.MoveTo(Subject.Start.AddMinutes(1));
        await Stock.ReleaseAsync(Hold(3), generation: null, None);
        Assert.Equal(0, await Stock.PurgeFreedAsync(Subject.Start, 10, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Stock.ReleaseAsync(Hold(1), generation: null, None));

        // Where they expire by themselves there is nothing to purge.
        Assert.InRange(await Stock.PurgeFreedAsync(Subject.Start.AddSeconds(1), 10, None), 0, 1);
        Assert.Equal(0, await Stock.PurgeFreedAsync(Subject.Start.AddSeconds(1), 10, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Stock.ReleaseAsync(Hold(3), generation: null, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Stock.CommitAsync(Hold(2), Lines((Mug, 1)), None));
        Assert.Equal(HoldOutcome.Done, await Stock.ReleaseAsync(Hold(4), generation: null, None));

        // Its money comes very late: it takes what is free, forgotten or not.
        Assert.Equal(HoldOutcome.Done, await Stock.CommitAsync(Hold(1), Lines((Mug, 1)), None));
        Assert.Equal(2, (await Stock.FindAsync(Mug, None))!.Sold);
    }

    [Fact]
    public async Task Release_OfNothing_IsHarmless() =>
        Assert.Equal(HoldOutcome.NothingHeld, await Stock.ReleaseAsync(Hold(1), generation: null, None));

    [Fact]
    public async Task Release_OfWhatIsSold_IsRefused()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        await Stock.CommitAsync(Hold(1), Lines((Mug, 3)), None);
        Assert.Equal(HoldOutcome.Refused, await Stock.ReleaseAsync(Hold(1), generation: null, None));
        await CountersAreAsync(Mug, available: 7, held: 0, sold: 3);
    }

    [Fact]
    public async Task Release_OfAnOldHold_LeavesTheRevivedOrdersHold()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        await Stock.ReserveAsync(Hold(1, number: 1), Lines((Mug, 3)), None);
        await Stock.ReleaseAsync(Hold(1), generation: null, None);
        await CountersAreAsync(Mug, available: 7, held: 3, sold: 0);
    }

    [Fact]
    public async Task Release_WithAnOldGeneration_IsRefused()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        var found = Assert.Single(await Stock.FindDueAsync(Due(Subject.Start).AddTicks(1), 10, None));
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        Assert.Equal(HoldOutcome.Refused, await Stock.ReleaseAsync(found.Key, found.Generation, None));
        var again = Assert.Single(await Stock.FindDueAsync(Due(Subject.Start).AddTicks(1), 10, None));
        Assert.Equal(HoldOutcome.Done, await Stock.ReleaseAsync(again.Key, again.Generation, None));
        await CountersAreAsync(Mug, available: 10, held: 0, sold: 0);
    }

    [Fact]
    public async Task Adjust_WithOneKey_HappensOnce()
    {
        Assert.Null(await Stock.FindAsync(Mug, None));
        Assert.Equal(new StockLevel(Mug, 5, 0, 0, 5), await Stock.AdjustAsync(Mug, new StockChange.By(5), "delivery", "a", None));
        Assert.Equal(new StockLevel(Mug, 5, 0, 0, 5), await Stock.AdjustAsync(Mug, new StockChange.By(5), "delivery", "a", None));
        Assert.Equal(new StockLevel(Mug, 7, 0, 0, 7), await Stock.AdjustAsync(Mug, new StockChange.To(7), "count", "b", None));
        Assert.Equal(new StockLevel(Mug, 6, 0, 0, 6), await Stock.AdjustAsync(Mug, new StockChange.By(-1), "broken", "c", None));
    }

    [Fact]
    public async Task Adjust_BelowWhatIsHeldAndSold_IsRefusedAndLeavesTheKey()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 2)), None);
        await Stock.CommitAsync(Hold(2), Lines((Mug, 2)), None);
        Assert.Null(await Stock.AdjustAsync(Mug, new StockChange.To(4), "count", "a", None));
        Assert.Null(await Stock.AdjustAsync(Mug, new StockChange.By(-6), "count", "a", None));
        await CountersAreAsync(Mug, available: 5, held: 3, sold: 2);
        Assert.Equal(new StockLevel(Mug, 0, 3, 2, 5), await Stock.AdjustAsync(Mug, new StockChange.To(5), "count", "a", None));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(IStock.MostUnits + 1)]
    public async Task Adjust_OutOfBounds_IsRefused(long units)
    {
        Assert.Null(await Stock.AdjustAsync(Mug, new StockChange.To(units), "count", "a", None));
        Assert.Null(await Stock.AdjustAsync(Mug, new StockChange.By(units), "count", "a", None));
        Assert.Null(await Stock.FindAsync(Mug, None));
    }

    private async Task StockUpAsync(long mugs, long pots = 0)
    {
        await Stock.AdjustAsync(Mug, new StockChange.To(mugs), "opening", "mugs", None);
        await Stock.AdjustAsync(Pot, new StockChange.To(pots), "opening", "pots", None);
    }

    /// <summary>Whatever the rules.</summary>
    private async Task CountersAreAsync(Domain.Sku sku, long available, long held, long sold)
    {
        var level = await Stock.FindAsync(sku, None);
        Assert.Equal((available, held, sold, available + held + sold), (level!.Available, level.Held, level.Sold, level.Stock));
    }
}

public sealed class StockInMemory() : StockContract(Subject.OnMemory());

public sealed class StockInFile() : StockContract(Subject.OnFile());
