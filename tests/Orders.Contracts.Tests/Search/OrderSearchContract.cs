using Orders.Application;
using Orders.Application.Search;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Search;

/// <summary>What every search must find, keep and forget.</summary>
public abstract partial class OrderSearchContract(Subject subject) : ContractTests(subject)
{
    private static readonly SearchQuery Everything = new();

    private IOrderSearch Search => Subject.Port<IOrderSearch>();

    [Fact]
    public async Task Index_IsFoundWholeAndKept()
    {
        var document = Document(1) with { TrackingNumbers = ["RM 1"], Paid = 7, Refunded = 3 };
        Assert.Equal(1, await Search.IndexAsync([document], None));
        await Subject.RestartAsync();
        Assert.Equal(Shown(document), Shown(Assert.Single((await Search.QueryAsync(Everything, 10, null, None)).Items)));
        Assert.Equal(1, await Search.FindVersionAsync(document.OrderId, None));
        Assert.Equal(0, await Search.FindVersionAsync(Document(2).OrderId, None));
    }

    [Fact]
    public async Task Index_OfAnOlderVersion_ChangesNothing()
    {
        var newer = Document(1) with { Version = 5, Status = OrderStatus.Shipped, Words = "new" };
        await Search.IndexAsync([newer], None);
        Assert.Equal(0, await Search.IndexAsync([Document(1) with { Version = 4, Words = "old" }, newer], None));
        Assert.Equal(["1"], await FoundAsync(With("new")));
        Assert.Empty(await FoundAsync(With("old")));
        Assert.Equal(5, await Search.FindVersionAsync(newer.OrderId, None));
    }

    [Fact]
    public async Task Index_OfANewerVersion_TakesThePlaceOfAllThatWas()
    {
        await Search.IndexAsync([Document(1) with { Words = "ada london", Skus = [Mug] }], None);
        await Search.IndexAsync([Document(1) with { Version = 2, Words = "bern", Skus = [Pot], Status = OrderStatus.Paid, Total = 9_999 }], None);
        Assert.Empty(await FoundAsync(With("ada")));
        Assert.Empty(await FoundAsync(Everything with { Sku = Mug }));
        Assert.Equal(["1"], await FoundAsync(With("bern") with { Sku = Pot, Status = OrderStatus.Paid, MinTotal = 9_999 }));
        Assert.Equal(1, (await Search.ReadStateAsync(None)).Documents);
    }

    [Fact]
    public async Task Index_ByManyAtOnce_LeavesTheLatest()
    {
        await Task.WhenAll(Enumerable.Range(1, 32).Select(n => Task.Run(() => Search.IndexAsync([Document(1) with { Version = n, Words = $"word{n}" }], None))));
        Assert.Equal(32, await Search.FindVersionAsync(Document(1).OrderId, None));
        Assert.Equal(["1"], await FoundAsync(With("word32")));
        Assert.Empty(await FoundAsync(With("word31")));
    }

    [Theory]
    [InlineData("ada", "1 2")]
    [InlineData("ADA", "1 2")]
    [InlineData("ada bern", "1")]
    [InlineData("bern ada", "1")]
    [InlineData("zuri", "2")]
    [InlineData("zür", "2")]
    [InlineData("zur ada", "")]
    [InlineData("mug-white", "1")]
    [InlineData("white-mug", "")]
    [InlineData("ada-lovelace", "1 2")]
    [InlineData("lovelace-long", "")]
    [InlineData("東京", "3")]
    [InlineData("京都", "3")]
    [InlineData("東都", "")]
    [InlineData("near", "")]
    public async Task Words_AreFoundAllOfThem_TheLastOneByItsBeginning(string typed, string expected)
    {
        await Search.IndexAsync(
            [
                Document(1) with { Words = Words("Ada Lovelace", "Long Street 1", "Bern", "MUG-WHITE") },
                Document(2) with { Words = Words("Ada Lovelace", "Zürich") },
                Document(3) with { Words = Words("東京都千代田区") },
            ],
            None);
        Assert.Equal(expected, string.Join(' ', (await FoundAsync(With(typed))).Order()));
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("ada\"")]
    [InlineData("*")]
    [InlineData("ada*")]
    [InlineData("NEAR(ada bern)")]
    [InlineData("ada AND OR NOT")]
    [InlineData("words:ada")]
    [InlineData("-ada ^x {a} (")]
    [InlineData("'; DROP TABLE orders; --")]
    [InlineData("\0\uFFFF\uD800")]
    public async Task Nonsense_IsNoError(string typed)
    {
        await Search.IndexAsync([Document(1)], None);
        await Search.QueryAsync(With(typed), 10, null, None);
        await Search.CountAsync(With(typed), None);
        await Search.QueryAsync(With(string.Concat(Enumerable.Repeat(typed + " ", 1_000))), 10, null, None);
    }

    [Fact]
    public async Task Filters_AreAllKept()
    {
        await Search.IndexAsync(Enumerable.Range(0, 8).Select(n => Document(n) with
        {
            Status = n % 2 == 0 ? OrderStatus.Paid : OrderStatus.Shipped,
            UserId = n < 4 ? Alice : Bob,
            Skus = n % 4 == 0 ? [Mug, Pot] : [Pot],
            Total = 100 * n,
            Currency = n == 7 ? Id.Parse<Currency>("USD") : Euro,
        }).ToList(), None);
        await FindsAsync(Everything with { Status = OrderStatus.Paid }, 0, 2, 4, 6);
        await FindsAsync(Everything with { UserId = Alice, Status = OrderStatus.Shipped }, 1, 3);
        await FindsAsync(Everything with { Sku = Mug }, 0, 4);
        await FindsAsync(With("common") with { Sku = Mug, UserId = Bob }, 4);
        await FindsAsync(Everything with { MinTotal = 200, MaxTotal = 400 }, 2, 3, 4);
        await FindsAsync(Everything with { From = Subject.Start.AddHours(2), Until = Subject.Start.AddHours(5) }, 2, 3, 4);
        await FindsAsync(Everything with { Currency = Id.Parse<Currency>("USD") }, 7);
        await FindsAsync(With("common") with { Status = OrderStatus.Shipped, Until = Subject.Start.AddHours(2) }, 1);
    }

    [Fact]
    public async Task Pages_GiveEachOnceInOrder_WhateverTheyAreSortedBy()
    {
        // Many with the same key: the order number decides.
        var documents = Enumerable.Range(0, 23).Select(n => Document(n) with
        {
            PlacedAt = Subject.Start.AddHours(n / 5),
            UpdatedAt = Subject.Start.AddHours(50 - n / 4),
            Total = n % 3,
        }).ToList();
        await Search.IndexAsync(documents, None);
        foreach (var by in Enum.GetValues<SearchKey>())
        {
            foreach (var descending in new[] { true, false })
            {
                var query = Everything with { SortBy = by, Descending = descending };
                var ascending = documents.OrderBy(one => KeyOf(one, by)).ThenBy(one => one.OrderId.Value, StringComparer.Ordinal).Select(one => one.OrderId);
                var expected = descending ? ascending.Reverse() : ascending;
                foreach (var asked in new[] { query, query with { Terms = SearchWords.Terms("common") }, query with { Sku = Mug } })
                    Assert.Equal(expected, (await ReadAllAsync(cursor => Search.QueryAsync(asked, 4, cursor, None))).Select(one => one.OrderId));
            }
        }
    }

    [Fact]
    public async Task ACursor_OfAnotherQuery_IsRefused()
    {
        await Search.IndexAsync([Document(1), Document(2)], None);
        var cursor = (await Search.QueryAsync(Everything, 1, null, None)).NextCursor;
        Assert.NotNull(cursor);
        await Assert.ThrowsAsync<FormatException>(() => Search.QueryAsync(With("common"), 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Search.QueryAsync(Everything with { Descending = false }, 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Search.QueryAsync(Everything with { UserId = Alice }, 1, cursor, None));
        await Assert.ThrowsAsync<FormatException>(() => Search.QueryAsync(Everything, 1, "nonsense", None));
    }

    [Fact]
    public async Task Counts_LeaveTheStatusAside_AndNothingElse()
    {
        await Search.IndexAsync(
            Enumerable.Range(0, 6).Select(n => Document(n) with { Status = n < 4 ? OrderStatus.Paid : OrderStatus.Shipped, Skus = n % 2 == 0 ? [Mug] : [] }).ToList(),
            None);
        Assert.Equal("Paid 4, Shipped 2", await CountedAsync(Everything));
        Assert.Equal("Paid 4, Shipped 2", await CountedAsync(Everything with { Status = OrderStatus.Paid }));
        Assert.Equal("Paid 2, Shipped 1", await CountedAsync(Everything with { Sku = Mug, Status = OrderStatus.Cancelled }));
        Assert.Equal("Paid 1", await CountedAsync(With("common") with { Until = Subject.Start.AddHours(1) }));
        Assert.Equal("", await CountedAsync(With("nowhere")));
    }

    [Fact]
    public async Task Remove_LeavesNothing_AndMayBeRepeated()
    {
        await Search.IndexAsync([Document(1), Document(2)], None);
        await Search.RemoveAsync(Document(1).OrderId, None);
        await Search.RemoveAsync(Document(1).OrderId, None);
        Assert.Equal(["2"], await FoundAsync(Everything));
        Assert.Equal(["2"], await FoundAsync(With("common")));
        Assert.Equal(["2"], await FoundAsync(Everything with { Sku = Mug }));
        Assert.Equal(0, await Search.FindVersionAsync(Document(1).OrderId, None));
    }

    [Fact]
    public async Task State_TellsOfTheLiveGeneration()
    {
        Assert.Equal(new SearchIndexState(1, 0, null, null), await Search.ReadStateAsync(None));
        await Search.IndexAsync([Document(3), Document(1)], None);
        Assert.Equal(new SearchIndexState(1, 2, Document(3).UpdatedAt, null), await Search.ReadStateAsync(None));
    }

    internal static SearchDocument Document(int number) => new(
        Ref(number).OrderId, Alice, 1, OrderStatus.PendingPayment, Euro, 100, 0, 0, Subject.Start.AddHours(number), Subject.Start.AddHours(number + 1), "Ada", "Bern",
        "CH", [Mug], [])
    {
        Words = $"common {Ref(number).OrderId}",
    };

    private static string Words(params string[] texts) => string.Join($" {SearchDocument.Gap} ", texts.Select(text => string.Join(' ', SearchWords.In(text))));

    private static SearchQuery With(string typed) => Everything with { Terms = SearchWords.Terms(typed) };

    private static string Shown(SearchDocument document) => System.Text.Encoding.UTF8.GetString(SearchJson.Write(document));

    private static long KeyOf(SearchDocument document, SearchKey key) => key switch
    {
        SearchKey.PlacedAt => document.PlacedAt.UtcTicks,
        SearchKey.UpdatedAt => document.UpdatedAt.UtcTicks,
        _ => document.Total,
    };

    private async Task FindsAsync(SearchQuery query, params int[] numbers) =>
        Assert.Equal(numbers.Select(number => $"{number}"), (await FoundAsync(query)).Order());

    /// <summary>The numbers of the samples that are found, by number.</summary>
    private async Task<IReadOnlyList<string>> FoundAsync(SearchQuery query)
    {
        var page = await Search.QueryAsync(query, 100, null, None);
        return [.. page.Items.Select(found => Enumerable.Range(0, 40).Single(n => Ref(n).OrderId == found.OrderId).ToString(System.Globalization.CultureInfo.InvariantCulture)).Order()];
    }

    private async Task<string> CountedAsync(SearchQuery query) =>
        string.Join(", ", (await Search.CountAsync(query, None)).OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}"));
}

public sealed class OrderSearchInMemory() : OrderSearchContract(Subject.OnMemory());

public sealed class OrderSearchInFile() : OrderSearchContract(Subject.OnFile());
