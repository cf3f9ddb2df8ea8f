using System.Net;
using System.Text.Json;
using LocalFunctions.Time;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging.Abstractions;
using Orders.Application;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Search;
using Orders.Azure.Cosmos;
using Orders.Contracts.Tests.Search;
using Orders.Contracts.Tests.Subjects;
using Orders.CosmosDouble;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class SearchInCosmos() : OrderSearchContract(CosmosSubject.Create());

/// <summary>What only this search can get wrong: what stays of sets that are gone, and how words are kept.</summary>
public sealed partial class CosmosSearchTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject subject;
    private readonly CosmosServer server;

    public CosmosSearchTests() => subject = CosmosSubject.Create(out server);

    private IOrderSearch Search => subject.Port<IOrderSearch>();

    public void Dispose() => subject.Dispose();

    /// <summary>Names and addresses of a forgotten generation, of an abandoned one and of an order that was taken out are in no document.</summary>
    [Fact]
    public async Task WhatWasForgotten_IsInNoDocument()
    {
        await Search.IndexAsync([OrderSearchContract.Document(1) with { Words = "xanthippe" }], None);
        await Search.FillAsync(await Search.BeginAsync("abandoned", None), [OrderSearchContract.Document(2) with { Words = "xanthippe" }], None);
        await Search.SwitchAsync(await Search.BeginAsync("b", None), None);
        await Search.IndexAsync([OrderSearchContract.Document(3) with { Words = "xanthippe" }], None);
        await Search.RemoveAsync(OrderSearchContract.Document(3).OrderId, None);
        Assert.Equal(2, await Search.PurgeAsync(100, None));
        Assert.Empty(await WithAsync("xanthippe"));
    }

    /// <summary>An event that is indexed while its set goes leaves nothing there.</summary>
    [Fact]
    public async Task Index_IntoASetThatWentMeanwhile_LeavesNothing()
    {
        var generation = await Search.BeginAsync("a", None);
        var isSwitched = false;
        server.Faults = request =>
        {
            if (request.What != "create" || isSwitched)
                return null;
            isSwitched = true;
            Task.Run(() => Search.SwitchAsync(generation, None)).GetAwaiter().GetResult();
            return null;
        };
        await Search.IndexAsync([OrderSearchContract.Document(1) with { Words = "xanthippe" }], None);
        server.Faults = _ => null;
        Assert.Single(await WithAsync("xanthippe"));
        Assert.Single((await Search.QueryAsync(new SearchQuery(), 10, null, None)).Items);
    }

    /// <summary>Another process has begun to build: who doesn't know it yet writes there all the same.</summary>
    [Fact]
    public async Task Index_ByWhoHasNotSeenTheRebuild_IsInIt()
    {
        await Search.IndexAsync([OrderSearchContract.Document(1)], None);
        var other = new CosmosOrderSearch(subject.Port<CosmosDatabase>());
        var generation = await other.BeginAsync("a", None);
        await Search.IndexAsync([OrderSearchContract.Document(2)], None);
        Assert.True(await other.SwitchAsync(generation, None));
        await Search.IndexAsync([OrderSearchContract.Document(3)], None);
        var found = (await Search.QueryAsync(new SearchQuery(), 10, null, None)).Items.Select(one => one.OrderId).ToHashSet();
        Assert.Equal(new[] { OrderSearchContract.Document(2).OrderId, OrderSearchContract.Document(3).OrderId }.ToHashSet(), found);
    }

    /// <summary>It dies before it hears of the rebuild: the event that comes again must not be told that all is done.</summary>
    [Fact]
    public async Task Index_ByWhoHasNotSeenTheRebuild_ThatDies_IsToldToIndexAgain()
    {
        await Search.IndexAsync([OrderSearchContract.Document(1)], None);
        var other = new CosmosOrderSearch(subject.Port<CosmosDatabase>());
        await other.BeginAsync("a", None);
        var isWritten = false;
        server.Faults = request =>
        {
            if (isWritten && request.What == "read")
                return new Fault(HttpStatusCode.ServiceUnavailable);
            isWritten |= request.What == "create";
            return null;
        };
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Search.IndexAsync([OrderSearchContract.Document(2)], None));
        server.Faults = _ => null;
        Assert.Equal(0, await Search.FindVersionAsync(OrderSearchContract.Document(2).OrderId, None));
        Assert.Empty(await Search.FindVersionsAsync([OrderSearchContract.Document(2).OrderId], None));
    }

    /// <summary>Who dies before it has taken out again what it put into a set that went leaves that to the sweep: what was erased meanwhile is in no document then.</summary>
    [Fact]
    public async Task Index_IntoASetThatWentMeanwhile_ThatDies_IsSweptAway()
    {
        var generation = await Search.BeginAsync("a", None);
        var isSwitched = false;
        server.Faults = request =>
        {
            if (isSwitched && request.What == "delete")
                return new Fault(HttpStatusCode.ServiceUnavailable);
            if (request.What != "create" || isSwitched)
                return null;
            Task.Run(() => Search.SwitchAsync(generation, None)).GetAwaiter().GetResult();
            isSwitched = true;
            return null;
        };
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => Search.IndexAsync([OrderSearchContract.Document(1) with { Words = "xanthippe" }], None));
        server.Faults = _ => null;
        await Search.IndexAsync([OrderSearchContract.Document(1) with { Version = 2, Words = "erased" }], None);
        Assert.Single(await WithAsync("xanthippe"));

        await SweepAsync();

        Assert.Empty(await WithAsync("xanthippe"));
        Assert.Single(await WithAsync("erased"));
    }

    /// <summary>What is counted for a page of twenty must not be all orders that there ever were.</summary>
    [Fact]
    public async Task Counting_EndsWhenThereAreMoreThanAreCounted()
    {
        await Search.IndexAsync([.. Enumerable.Range(0, 30).Select(OrderSearchContract.Document)], None);
        server.MostInAPage = 2;
        server.Forget();
        var few = new CosmosOrderSearch(subject.Port<CosmosDatabase>()) { MostCounted = 5 };
        Assert.Equal(6, (await few.CountAsync(new SearchQuery(), None)).Values.Sum());
        Assert.InRange(server.Answered.Count(answered => answered.Request.What == "query"), 3, 7);
        Assert.Equal(30, (await Search.CountAsync(new SearchQuery(), None)).Values.Sum());
    }

    /// <summary>A search of staff must not go on, page by page, for as long as the index is large.</summary>
    [Fact]
    public async Task Counting_EndsWhenItHasTakenTooLong()
    {
        await Search.IndexAsync([.. Enumerable.Range(0, 30).Select(OrderSearchContract.Document)], None);
        server.MostInAPage = 2;
        var clock = new LocalClock(subject.Clock.GetUtcNow(), frozen: true);
        server.Faults = request =>
        {
            if (request.What == "query")
                clock.MoveTo(clock.GetUtcNow() + (CosmosOrderSearch.CountsFor / 4));
            return null;
        };
        var slow = new CosmosOrderSearch(subject.Port<CosmosDatabase>()) { Clock = clock };
        Assert.InRange((await slow.CountAsync(new SearchQuery(), None)).Values.Sum(), 4, 8);
        Assert.Equal(30, (await Search.CountAsync(new SearchQuery(), None)).Values.Sum());
    }

    /// <summary>A set that is begun while the others are looked for is none of them.</summary>
    [Fact]
    public async Task Purge_WhileAGenerationIsBegun_LeavesIt()
    {
        await Search.IndexAsync([OrderSearchContract.Document(1)], None);
        var generation = 0L;
        server.Faults = request =>
        {
            if (request.What != "query" || generation > 0)
                return null;
            generation = 1;
            Task.Run(async () =>
            {
                generation = await Search.BeginAsync("a", None);
                await Search.FillAsync(generation, [OrderSearchContract.Document(2) with { Words = "xanthippe" }], None);
            }).GetAwaiter().GetResult();
            return null;
        };
        Assert.Equal(0, await Search.PurgeAsync(100, None));
        server.Faults = _ => null;
        Assert.Equal(2, generation);
        Assert.Single(await WithAsync("xanthippe"));
    }

    /// <summary>What its first beginning left is none of the second's, and goes.</summary>
    [Fact]
    public async Task ARun_ThatLostItsTurnAndBeginsAnew_BeginsEmpty()
    {
        await Search.FillAsync(await Search.BeginAsync("a", None), [OrderSearchContract.Document(1)], None);
        await Search.BeginAsync("b", None);
        await Search.BeginAsync("a", None);
        await Search.FillAsync(2, [OrderSearchContract.Document(2)], None);
        Assert.Equal(1, await Search.PurgeAsync(100, None));
        Assert.True(await Search.SwitchAsync(2, None));
        Assert.Equal(OrderSearchContract.Document(2).OrderId, Assert.Single((await Search.QueryAsync(new SearchQuery(), 10, null, None)).Items).OrderId);
    }

    [Theory]
    [InlineData("zürich", "zurich")]
    [InlineData("ångström e\u0301 việt", "angstrom e viet")]
    [InlineData("が 東京", "が 東京")]
    [InlineData("मी", "मी")]
    public void Fold_TakesAccentsAlone(string text, string folded) => Assert.Equal(folded, SearchTokens.Fold(text));

    [Theory]
    [InlineData("ab", "a ab", "ab")]
    [InlineData("lovelace", "l lo lov lovel lovelace", "lovelace")]
    [InlineData("lovelaces", "l lo lov lovel lovelace", "lovelace")]
    [InlineData("lovelac", "l lo lov lovel", "lovel")]
    [InlineData("\U00020000", "\U00020000", "\U00020000")]
    public void Word_IsKeptByItsBeginnings_AndNeverByHalfACharacter(string word, string starts, string longest)
    {
        Assert.Equal(starts, string.Join(' ', SearchTokens.StartsOf([word])));
        Assert.Equal(longest, SearchTokens.StartOf(word));
    }

    /// <summary>A mark without a letter is a word, and nothing when it is folded.</summary>
    [Fact]
    public async Task AMarkAlone_IsNoWord()
    {
        await Search.IndexAsync([OrderSearchContract.Document(1) with { Words = "ada \u0301 lovelace" }], None);
        foreach (var typed in new[] { "\u0301", "ada \u0301", "ada-\u0301-lovelace", "\u0301 lov" })
            Assert.Single((await Search.QueryAsync(new SearchQuery { Terms = SearchWords.Terms(typed) }, 10, null, None)).Items);
    }

    [Fact]
    public void Numbers_SortAsTexts()
    {
        long[] numbers = [long.MinValue, -5, 0, 7, 123, long.MaxValue];
        Assert.Equal(numbers, numbers.Reverse().OrderBy(SearchTokens.Sortable, StringComparer.Ordinal));
    }

    private Task SweepAsync()
    {
        var (orders, watermarks) = (subject.Port<IOrderStore>(), subject.Port<IWatermarks>());
        var rebuild = new SearchRebuild(orders, Search, watermarks, subject.Clock, NullLogger<SearchRebuild>.Instance);
        return new SweepSearch(orders, Search, rebuild, watermarks, subject.Clock, NullLogger<SweepSearch>.Instance).RunAsync(None);
    }

    private static SearchDocument[] Xanthippes(int count) => [.. Enumerable.Range(0, count).Select(n => OrderSearchContract.Document(n) with { Words = "xanthippe" })];

    private async Task<List<string>> WithAsync(string text)
    {
        var found = new List<string>();
        using var client = server.CreateClient();
        using var pages = client.GetContainer("orders", "search").GetItemQueryStreamIterator(new QueryDefinition("SELECT * FROM c"));
        while (pages.HasMoreResults)
        {
            using var page = await pages.ReadNextAsync();
            using var content = JsonDocument.Parse(page.EnsureSuccessStatusCode().Content);
            found.AddRange(content.RootElement.GetProperty("Documents").EnumerateArray().Select(document => document.GetRawText())
                .Where(document => document.Contains(text, StringComparison.Ordinal)));
        }

        return found;
    }
}
