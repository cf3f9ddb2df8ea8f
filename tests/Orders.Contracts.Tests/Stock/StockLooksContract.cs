using Orders.Application;
using Orders.Application.Stock;
using Orders.Contracts.Tests.Subjects;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Stock;

/// <summary>When the sweep looks at holds.</summary>
public abstract partial class StockContract
{
    [Fact]
    public async Task FindDue_TellsTheLongestDueFirst()
    {
        await StockUpAsync(mugs: 10);
        foreach (var number in new[] { 3, 1, 2 })
        {
            await Stock.ReserveAsync(Hold(number), Lines((Mug, 1)), None);
            Subject.Clock.MoveTo(Subject.Clock.GetUtcNow().AddSeconds(1));
        }

        var before = Due(Subject.Start.AddSeconds(2));
        var found = await Stock.FindDueAsync(before, 10, None);
        Assert.Equal([(Hold(3), Due(Subject.Start)), (Hold(1), Due(Subject.Start.AddSeconds(1)))], found.Select(hold => (hold.Key, hold.DueAt)));
        Assert.Equal(Hold(3), Assert.Single(await Stock.FindDueAsync(before, 1, None)).Key);
    }

    [Fact]
    public async Task FindDue_PassesOverSoldAndReleased_KeptOrNot()
    {
        await StockUpAsync(mugs: 10);
        for (var number = 1; number <= 5; number++)
            await Stock.ReserveAsync(Hold(number), Lines((Mug, 1)), None);
        await Stock.KeepAsync(Hold(1), Subject.Start.AddHours(1), None);
        await Stock.CommitAsync(Hold(1), Lines((Mug, 1)), None);
        await Stock.CommitAsync(Hold(2), Lines((Mug, 1)), None);
        await Stock.KeepAsync(Hold(3), Subject.Start.AddHours(1), None);
        await Stock.ReleaseAsync(Hold(3), generation: null, None);
        await Stock.ExpireAsync(Hold(4), generation: null, Subject.Start, None);
        Assert.True(await Stock.KeepAsync(Hold(2), Subject.Start.AddHours(1), None));
        Assert.Equal(Hold(5), Assert.Single(await Stock.FindDueAsync(Subject.Start.AddDays(1), 10, None)).Key);
    }

    [Fact]
    public async Task Keep_SetsTheNextLook()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 1)), None);
        await Stock.KeepAsync(Hold(1), Subject.Start.AddHours(1), None);
        Assert.Empty(await Stock.FindDueAsync(Subject.Start.AddHours(1), 10, None));
        var due = Assert.Single(await Stock.FindDueAsync(Subject.Start.AddHours(2), 10, None));
        Assert.Equal(new DueHold(Hold(1), due.Generation, Subject.Start.AddHours(1)), due);
        await Stock.KeepAsync(Hold(1), Subject.Start.AddHours(3), None);
        Assert.Empty(await Stock.FindDueAsync(Subject.Start.AddHours(2), 10, None));
        Assert.Equal(Subject.Start.AddHours(3), Assert.Single(await Stock.FindDueAsync(Subject.Start.AddDays(1), 10, None)).DueAt);
    }

    [Fact]
    public async Task Reserve_Repeated_HasItsTimeAnew_ButKeepsALaterLook()
    {
        await StockUpAsync(mugs: 10);
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 1)), None);
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None);
        await Stock.KeepAsync(Hold(2), Subject.Start.AddHours(1), None);
        Subject.Clock.MoveTo(Subject.Start.AddMinutes(5));
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 1)), None);
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None);
        Assert.Empty(await Stock.FindDueAsync(Due(Subject.Start.AddMinutes(5)), 10, None));
        Assert.Equal(Hold(1), Assert.Single(await Stock.FindDueAsync(Due(Subject.Start.AddMinutes(6)), 10, None)).Key);
    }

    [Fact]
    public async Task Keep_TellsWhetherThereIsSomethingToKeep()
    {
        await StockUpAsync(mugs: 10);
        var look = Subject.Start.AddHours(1);
        Assert.False(await Stock.KeepAsync(Hold(1), look, None));
        await Stock.ReserveAsync(Hold(1), Lines((Mug, 1)), None);
        Assert.True(await Stock.KeepAsync(Hold(1), look, None));
        Assert.True(await Stock.KeepAsync(Hold(1), look, None));
        await Stock.CommitAsync(Hold(1), Lines((Mug, 1)), None);
        Assert.True(await Stock.KeepAsync(Hold(1), look, None));
        await Stock.ReserveAsync(Hold(2), Lines((Mug, 1)), None);
        await Stock.ReleaseAsync(Hold(2), generation: null, None);
        Assert.False(await Stock.KeepAsync(Hold(2), look, None));
    }

    /// <summary>When the sweep looks at what was held at that instant and not kept.</summary>
    private static DateTimeOffset Due(DateTimeOffset heldAt) => heldAt + new OrderPolicy().HoldWithoutOrder;
}
