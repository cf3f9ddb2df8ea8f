using Orders.Application;
using Orders.Application.Search;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Contracts.Tests.Search;

/// <summary>What a search can get wrong.</summary>
public enum SearchBug
{
    OlderOverwrites,
    KeepsOldWords,
    FindsAnyWord,
    LosesEqualKeys,
    CountsTheStatusAlone,
    RemovesHalf,
    FillsTheLiveOne,
    ForgetsTheBuilding,
    OlderFillOverwrites,
    BeginsAgain,
    TakesAnyCursor,
    IgnoresTheSku,
    PurgesTheBuilding,
    KnowsWhatTheBuildingLacks,
}

/// <summary>Each bug is found by the test that guards against it.</summary>
public sealed class OrderSearchNegativeControls
{
    public static TheoryData<SearchBug, string> Guards => new()
    {
        { SearchBug.OlderOverwrites, nameof(OrderSearchContract.Index_OfAnOlderVersion_ChangesNothing) },
        { SearchBug.KeepsOldWords, nameof(OrderSearchContract.Index_OfANewerVersion_TakesThePlaceOfAllThatWas) },
        { SearchBug.LosesEqualKeys, nameof(OrderSearchContract.Pages_GiveEachOnceInOrder_WhateverTheyAreSortedBy) },
        { SearchBug.CountsTheStatusAlone, nameof(OrderSearchContract.Counts_LeaveTheStatusAside_AndNothingElse) },
        { SearchBug.RemovesHalf, nameof(OrderSearchContract.Remove_LeavesNothing_AndMayBeRepeated) },
        { SearchBug.FillsTheLiveOne, nameof(OrderSearchContract.Rebuild_IsSeenAfterTheSwitchAlone_AndHoldsWhatItWasFilledWith) },
        { SearchBug.ForgetsTheBuilding, nameof(OrderSearchContract.Rebuild_IsToldOfChangesToo_AndAnOlderFillDoesNotTakeThemBack) },
        { SearchBug.OlderFillOverwrites, nameof(OrderSearchContract.Rebuild_IsToldOfChangesToo_AndAnOlderFillDoesNotTakeThemBack) },
        { SearchBug.BeginsAgain, nameof(OrderSearchContract.Steps_OfARebuild_MayBeRepeated) },
        { SearchBug.TakesAnyCursor, nameof(OrderSearchContract.ACursor_OfAnotherQuery_IsRefused) },
        { SearchBug.IgnoresTheSku, nameof(OrderSearchContract.Filters_AreAllKept) },
        { SearchBug.KnowsWhatTheBuildingLacks, nameof(OrderSearchContract.Versions_AreThoseThatTheLiveGenerationAndTheOneThatIsBuiltHave) },
        { SearchBug.PurgesTheBuilding, nameof(OrderSearchContract.Purge_LeavesTheLiveGenerationAndTheOneThatIsBuilt) },
    };

    [Theory]
    [MemberData(nameof(Guards))]
    public Task Bug_IsFound(SearchBug bug, string guard) => NegativeControl.IsFoundByAsync(async () =>
    {
        using var suite = new Suite(Subject.OnMemory().With<IOrderSearch>((inner, _) => new BuggySearch(inner, bug)));
        await (Task)typeof(OrderSearchContract).GetMethod(guard)!.Invoke(suite, parameters: null)!;
    });

    [Fact]
    public Task AnyWordInsteadOfAll_IsFound() => NegativeControl.IsFoundByAsync(async () =>
    {
        using var suite = new Suite(Subject.OnMemory().With<IOrderSearch>((inner, _) => new BuggySearch(inner, SearchBug.FindsAnyWord)));
        await suite.Words_AreFoundAllOfThem_TheLastOneByItsBeginning("ada bern", "1");
    });

    private sealed class Suite(Subject subject) : OrderSearchContract(subject);

    private sealed class BuggySearch(IOrderSearch inner, SearchBug bug) : IOrderSearch
    {
        private static readonly Dictionary<OrderId, string> OldWords = [];

        public async Task<int> IndexAsync(IReadOnlyList<SearchDocument> documents, CancellationToken cancellation)
        {
            if (bug == SearchBug.ForgetsTheBuilding && (await inner.ReadStateAsync(cancellation)).Building is not null)
                return 0;
            return await inner.IndexAsync([.. documents.Select(Spoilt)], cancellation);
        }

        private SearchDocument Spoilt(SearchDocument document)
        {
            if (bug == SearchBug.OlderOverwrites)
                return document with { Version = inner.FindVersionAsync(document.OrderId, default).Result + 1 };
            if (bug != SearchBug.KeepsOldWords)
                return document;
            var spoilt = document with { Words = $"{OldWords.GetValueOrDefault(document.OrderId)} {document.Words}" };
            OldWords[document.OrderId] = spoilt.Words;
            return spoilt;
        }

        public async Task RemoveAsync(OrderId order, CancellationToken cancellation)
        {
            if (bug != SearchBug.RemovesHalf)
                await inner.RemoveAsync(order, cancellation);
        }

        public Task<long> FindVersionAsync(OrderId order, CancellationToken cancellation) => inner.FindVersionAsync(order, cancellation);

        public async Task<IReadOnlyDictionary<OrderId, long>> FindVersionsAsync(IReadOnlyCollection<OrderId> orders, CancellationToken cancellation) =>
            bug != SearchBug.KnowsWhatTheBuildingLacks ? await inner.FindVersionsAsync(orders, cancellation)
            : (await inner.QueryAsync(new SearchQuery(), 100, cursor: null, cancellation)).Items.ToDictionary(one => one.OrderId, one => one.Version);

        public async Task<Page<SearchDocument>> QueryAsync(SearchQuery query, int limit, string? cursor, CancellationToken cancellation)
        {
            var asked = bug switch
            {
                SearchBug.FindsAnyWord => query with { Terms = [.. query.Terms.Take(1)] },
                SearchBug.IgnoresTheSku => query with { Sku = null },
                SearchBug.TakesAnyCursor => new SearchQuery(),
                _ => query,
            };
            var page = await inner.QueryAsync(asked, limit, cursor, cancellation);
            return bug == SearchBug.LosesEqualKeys && cursor is not null ? page with { Items = [.. page.Items.Skip(1)] } : page;
        }

        public Task<IReadOnlyDictionary<OrderStatus, long>> CountAsync(SearchQuery query, CancellationToken cancellation) =>
            inner.CountAsync(bug == SearchBug.CountsTheStatusAlone ? new SearchQuery { Status = query.Status } : query, cancellation);

        public Task<SearchIndexState> ReadStateAsync(CancellationToken cancellation) => inner.ReadStateAsync(cancellation);

        public Task<long> BeginAsync(string run, CancellationToken cancellation) =>
            inner.BeginAsync(bug == SearchBug.BeginsAgain ? $"{run} {Interlocked.Increment(ref runs)}" : run, cancellation);

        private int runs;

        public async Task<bool> FillAsync(long generation, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation)
        {
            if (bug == SearchBug.FillsTheLiveOne)
                await inner.IndexAsync(documents, cancellation);
            return await inner.FillAsync(
                generation, [.. documents.Select(one => bug == SearchBug.OlderFillOverwrites ? one with { Version = 100 } : one)], cancellation);
        }

        public Task<bool> SwitchAsync(long generation, CancellationToken cancellation) => inner.SwitchAsync(generation, cancellation);

        public async Task<int> PurgeAsync(int limit, CancellationToken cancellation)
        {
            if (bug != SearchBug.PurgesTheBuilding || (await inner.ReadStateAsync(cancellation)).Building is null)
                return await inner.PurgeAsync(limit, cancellation);
            await inner.BeginAsync("another", cancellation);
            return 0;
        }
    }
}
