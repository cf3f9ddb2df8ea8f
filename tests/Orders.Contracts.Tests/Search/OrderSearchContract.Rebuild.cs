using Orders.Application.Search;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Search;

/// <summary>A generation that is built beside the live one.</summary>
public abstract partial class OrderSearchContract
{
    [Fact]
    public async Task Rebuild_IsSeenAfterTheSwitchAlone_AndHoldsWhatItWasFilledWith()
    {
        await Search.IndexAsync([Document(1), Document(2)], None);
        var generation = await Search.BeginAsync("a", None);
        Assert.True(await Search.FillAsync(generation, [Document(2), Document(3)], None));
        Assert.Equal(["1", "2"], await FoundAsync(Everything));
        Assert.Equal(new SearchIndexState(1, 2, Document(2).UpdatedAt, generation), await Search.ReadStateAsync(None));
        Assert.True(await Search.SwitchAsync(generation, None));
        await Subject.RestartAsync();
        Assert.Equal(["2", "3"], await FoundAsync(Everything));
        Assert.Equal(["2", "3"], await FoundAsync(With("common")));
        Assert.Equal(new SearchIndexState(2, 2, Document(3).UpdatedAt, null), await Search.ReadStateAsync(None));
    }

    [Fact]
    public async Task Rebuild_IsToldOfChangesToo_AndAnOlderFillDoesNotTakeThemBack()
    {
        var generation = await Search.BeginAsync("a", None);
        await Search.IndexAsync([Document(1) with { Version = 2, Words = "newer" }], None);
        await Search.FillAsync(generation, [Document(1) with { Words = "older" }], None);
        await Search.IndexAsync([Document(2)], None);
        await Search.RemoveAsync(Document(2).OrderId, None);
        await Search.SwitchAsync(generation, None);
        Assert.Equal(["1"], await FoundAsync(With("newer")));
        Assert.Equal(["1"], await FoundAsync(Everything));
    }

    [Fact]
    public async Task Steps_OfARebuild_MayBeRepeated()
    {
        var generation = await Search.BeginAsync("a", None);
        await Search.FillAsync(generation, [Document(1)], None);
        Assert.Equal(generation, await Search.BeginAsync("a", None));
        await Search.FillAsync(generation, [Document(1)], None);
        Assert.True(await Search.SwitchAsync(generation, None));
        Assert.True(await Search.SwitchAsync(generation, None));
        Assert.Equal(generation, await Search.BeginAsync("a", None));
        Assert.False(await Search.FillAsync(generation, [Document(2)], None));
        Assert.Equal(["1"], await FoundAsync(Everything));
    }

    [Fact]
    public async Task Purge_LeavesTheLiveGenerationAndTheOneThatIsBuilt()
    {
        await Search.IndexAsync([Document(1)], None);
        Assert.Equal(0, await Search.PurgeAsync(100, None));
        var generation = await Search.BeginAsync("a", None);
        await Search.FillAsync(generation, [Document(2)], None);
        Assert.Equal(0, await Search.PurgeAsync(100, None));
        Assert.Equal(["1"], await FoundAsync(Everything));
        await Search.SwitchAsync(generation, None);
        Assert.InRange(await Search.PurgeAsync(100, None), 0, 1);
        Assert.Equal(0, await Search.PurgeAsync(100, None));
        Assert.Equal(["2"], await FoundAsync(Everything));
    }

    /// <summary>Who is told that there is nothing left to index leaves it, also what only a generation lacks that is live soon.</summary>
    [Fact]
    public async Task Versions_AreThoseThatTheLiveGenerationAndTheOneThatIsBuiltHave()
    {
        await Search.IndexAsync([Document(1), Document(2) with { Version = 2 }, Document(3)], None);
        var generation = await Search.BeginAsync("a", None);
        await Search.FillAsync(generation, [Document(1), Document(2), Document(4)], None);
        OrderId[] orders = [.. Enumerable.Range(1, 5).Select(n => Document(n).OrderId)];
        Assert.Equal([1, 1, 0, 0, 0], await VersionsAsync(orders));
        await Search.SwitchAsync(generation, None);
        Assert.Equal([1, 1, 0, 1, 0], await VersionsAsync(orders));
        Assert.Empty(await Search.FindVersionsAsync([], None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Search.FindVersionsAsync([.. Enumerable.Range(0, 101).Select(n => Document(n).OrderId)], None));
    }

    /// <summary>Of each, asked for alone and with the others.</summary>
    private async Task<IReadOnlyList<long>> VersionsAsync(OrderId[] orders)
    {
        var together = await Search.FindVersionsAsync(orders, None);
        var alone = new List<long>();
        foreach (var order in orders)
            alone.Add(await Search.FindVersionAsync(order, None));
        Assert.Equal(alone, orders.Select(order => together.GetValueOrDefault(order)));
        return alone;
    }

    [Fact]
    public async Task AnotherRun_TakesThePlaceOfAnUnfinishedOne()
    {
        var first = await Search.BeginAsync("a", None);
        await Search.FillAsync(first, [Document(1)], None);
        var second = await Search.BeginAsync("b", None);
        await Search.FillAsync(second, [Document(2)], None);
        await Search.SwitchAsync(second, None);
        Assert.Equal(["2"], await FoundAsync(Everything));
        Assert.Equal(["2"], await FoundAsync(With("common")));
        var third = await Search.BeginAsync("c", None);
        Assert.Equal(second + 1, third);
        Assert.False(await Search.SwitchAsync(second + 2, None));
        Assert.True(await Search.SwitchAsync(third, None));
        Assert.Empty(await FoundAsync(Everything));
    }
}
