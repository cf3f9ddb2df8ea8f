using Orders.Application;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Stock;

/// <summary>The shorter payment window of buyers who let orders expire.</summary>
public abstract partial class StockContract
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(5);

    private static DateTimeOffset LookBack => Subject.Start + new OrderPolicy().UnpaidLookBack;

    [Fact]
    public async Task ShortWindow_ComesAfterUnpaidOrders_OfThatSkuAndBuyer()
    {
        await StockUpAsync(mugs: 20, pots: 20);
        await RulesAsync(Mug, new StockRules(UnpaidBeforeShortWindow: 2, ShortPaymentWindow: Short));
        await UnpaidAsync(1, (Mug, 1));
        await UnpaidAsync(2, (Pot, 1));
        await Stock.ReserveAsync(Hold(3), Lines((Mug, 1)), None);
        await Stock.ReleaseAsync(Hold(3), generation: null, None);
        Assert.Equal(new ReserveResult.Reserved(), await Stock.ReserveAsync(Hold(4), Lines((Mug, 1)), None));
        await UnpaidAsync(5, (Mug, 1));
        Assert.Equal(new ReserveResult.Reserved(Short), await Stock.ReserveAsync(Hold(6), Lines((Pot, 1), (Mug, 1)), None));
        Assert.Equal(new ReserveResult.Reserved(Short), await Stock.ReserveAsync(Hold(6), Lines((Pot, 1), (Mug, 1)), None));
        Assert.Equal(new ReserveResult.Reserved(), await Stock.ReserveAsync(Hold(7), Lines((Pot, 1)), None));
        Assert.Equal(new ReserveResult.Reserved(), await Stock.ReserveAsync(Bobs(1), Lines((Mug, 1)), None));
    }

    [Fact]
    public async Task Expire_FreesAsAReleaseDoes()
    {
        await StockUpAsync(mugs: 10);
        Assert.Equal(HoldOutcome.NothingHeld, await Stock.ExpireAsync(Hold(1), generation: null, Subject.Start, None));
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 3)), None);
        var held = Assert.Single(await Stock.FindDueAsync(Subject.Start.AddDays(1), 10, None));
        Assert.Equal(HoldOutcome.Refused, await Stock.ExpireAsync(Hold(1), held.Generation + 1, Subject.Start, None));
        Assert.Equal(HoldOutcome.Done, await Stock.ExpireAsync(Hold(1), held.Generation, Subject.Start, None));
        Assert.Equal(HoldOutcome.AlreadyDone, await Stock.ExpireAsync(Hold(1), generation: null, Subject.Start, None));
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 3)), None);
        await Stock.CommitAsync(Hold(2), Lines((Mug, 3)), None);
        Assert.Equal(HoldOutcome.Refused, await Stock.ExpireAsync(Hold(2), generation: null, Subject.Start, None));
        await CountersAreAsync(Mug, available: 7, held: 0, sold: 3);
    }

    [Fact]
    public async Task Expire_Repeated_MarksOnce()
    {
        await StockUpAsync(mugs: 20);
        await RulesAsync(Mug, new StockRules(UnpaidBeforeShortWindow: 2, ShortPaymentWindow: Short));
        await UnpaidAsync(1, (Mug, 1));
        for (var times = 0; times < 3; times++)
            await Stock.ExpireAsync(Hold(1), generation: null, Subject.Start.AddSeconds(times), None);
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None);
        await Stock.ReleaseAsync(Hold(2), generation: null, None);
        await Stock.ExpireAsync(Hold(2), generation: null, Subject.Start, None);
        await UnpaidAsync(1, Subject.Start.AddMinutes(1), (Mug, 1));
        Assert.Equal(new ReserveResult.Reserved(), await Stock.ReserveAsync(Hold(3), Lines((Mug, 1)), None));
    }

    [Fact]
    public async Task ShortWindow_EndsWithTheLookBack()
    {
        await StockUpAsync(mugs: 20);
        await RulesAsync(Mug, new StockRules(UnpaidBeforeShortWindow: 1, ShortPaymentWindow: Short));
        await UnpaidAsync(1, (Mug, 1));
        Subject.Clock.MoveTo(LookBack);
        Assert.Equal(new ReserveResult.Reserved(Short), await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None));
        Subject.Clock.MoveTo(LookBack.AddSeconds(1));
        Assert.Equal(new ReserveResult.Reserved(), await Stock.ReserveAsync(Hold(3), Lines((Mug, 1)), None));
    }

    [Fact]
    public async Task ShortWindow_CountsNothingFromBeforeItsRule()
    {
        await StockUpAsync(mugs: 20);
        await UnpaidAsync(1, (Mug, 1));
        await RulesAsync(Mug, new StockRules(UnpaidBeforeShortWindow: 1, ShortPaymentWindow: Short));
        Assert.Equal(new ReserveResult.Reserved(), await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None));
    }

    [Fact]
    public async Task ShortWindow_IsTheShortestOfItsLines()
    {
        await StockUpAsync(mugs: 20, pots: 20);
        await RulesAsync(Mug, new StockRules(UnpaidBeforeShortWindow: 1, ShortPaymentWindow: Short));
        await RulesAsync(Pot, new StockRules(UnpaidBeforeShortWindow: 1, ShortPaymentWindow: Short / 2));
        await UnpaidAsync(1, (Mug, 1));
        Assert.Equal(new ReserveResult.Reserved(Short), await Stock.ReserveAsync(Hold(2), Lines((Mug, 1), (Pot, 1)), None));
        await UnpaidAsync(3, (Mug, 1), (Pot, 1));
        Assert.Equal(new ReserveResult.Reserved(Short / 2), await Stock.ReserveAsync(Hold(4), Lines((Mug, 1), (Pot, 1)), None));
    }

    [Fact]
    public async Task Marks_AreNoMoreThanTheRuleCounts_AndArePurged()
    {
        await StockUpAsync(mugs: 20);
        await RulesAsync(Mug, new StockRules(UnpaidBeforeShortWindow: 2, ShortPaymentWindow: Short));
        for (var order = 1; order <= 4; order++)
            await UnpaidAsync(order, Subject.Start.AddMinutes(order), (Mug, 1));
        Assert.Equal(0, await Stock.PurgeUnpaidAsync(Subject.Start.AddMinutes(3), 10, None));
        Assert.Equal(new ReserveResult.Reserved(Short), await Stock.ReserveAsync(Hold(5), Lines((Mug, 1)), None));

        // Where marks expire by themselves there is nothing to purge.
        Assert.InRange(await Stock.PurgeUnpaidAsync(LookBack, 1, None), 0, 1);
        Assert.InRange(await Stock.PurgeUnpaidAsync(LookBack, 10, None), 0, 1);
        Assert.Equal(0, await Stock.PurgeUnpaidAsync(LookBack, 10, None));
    }

    private Task UnpaidAsync(int order, params (Sku Sku, int Quantity)[] lines) => UnpaidAsync(order, Subject.Start, lines);

    private async Task UnpaidAsync(int order, DateTimeOffset at, params (Sku Sku, int Quantity)[] lines)
    {
        Assert.IsType<ReserveResult.Reserved>(await Stock.ReserveAsync(Hold(order), Lines(lines), None));
        Assert.Equal(HoldOutcome.Done, await Stock.ExpireAsync(Hold(order), generation: null, at, None));
    }
}
