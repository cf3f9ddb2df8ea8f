using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;
using Orders.Application.Search;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Azure.Cosmos;

/// <summary>
/// The search: per set and order one document, in the order's partition, each written on condition of what was read, so an older version never comes over a newer one. A
/// generation is a set of documents; which one is asked stands in one document, so switching is one write. It is read around every question: nobody gets an
/// answer out of a set that is going.
/// </summary>
public sealed class CosmosOrderSearch : IOrderSearch
{
    private const int MostOfAPage = 100;
    private const int MostLooks = 5;
    private const int MostOfAnOrder = 100;

    /// <summary>For tests, which have fewer.</summary>
    internal int MostCounted { get; init; } = IOrderSearch.MostCounted;

    /// <summary>A filter that lets few through goes over the whole set to find as many as are counted: a page of it costs as one that is full.</summary>
    internal static readonly TimeSpan CountsFor = TimeSpan.FromSeconds(10);

    /// <summary>For tests, whose time doesn't pass by itself.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    private readonly CosmosDocuments documents;
    private readonly SearchSets sets;

    public CosmosOrderSearch(CosmosDatabase database)
    {
        documents = database.ForReports("search");
        sets = new SearchSets(documents);
    }

    /// <summary>
    /// Writes into the sets that were known last, and then reads which there are: what isn't written to yet is, and what went is taken out again. So it needs one
    /// reading, and a set that is begun meanwhile is not passed by.
    /// </summary>
    public async Task<int> IndexAsync(IReadOnlyList<SearchDocument> documents, CancellationToken cancellation)
    {
        if (documents.Count == 0)
            return 0;
        var state = await sets.GuessAsync(cancellation).ConfigureAwait(false);
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var look = 0; look < MostLooks; look++)
        {
            foreach (var set in state.Sets.Where(set => !taken.ContainsKey(set)))
                taken[set] = await PutAllAsync(set, documents, cancellation).ConfigureAwait(false);
            state = await TakeOutOfGoneAsync([.. taken.Keys], documents, cancellation).ConfigureAwait(false);
            if (state.Sets.All(taken.ContainsKey))
                return taken[state.LiveSet];
        }

        throw new DependencyUnavailableException("The search, built anew again and again,");
    }

    /// <summary>Whatever set it is in, also one that is going.</summary>
    public async Task RemoveAsync(OrderId order, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT VALUE c.id FROM c WHERE c.generation > ''");
        while (await documents.AskAsync(query, order.Value, MostOfAnOrder, cancellation).ConfigureAwait(false) is { Count: > 0 } ids)
        {
            foreach (var id in ids)
                await documents.DeleteAsync(order.Value, id.GetString()!, etag: null, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The sets are read before, not around: one that goes meanwhile has the order in no newer version than the one that takes its place, and what it has no more is indexed again.
    /// </summary>
    public async Task<long> FindVersionAsync(OrderId order, CancellationToken cancellation)
    {
        var version = long.MaxValue;
        foreach (var set in (await sets.ReadAsync(cancellation).ConfigureAwait(false)).Sets)
        {
            var found = await documents.FindAsync(order.Value, SearchedOrder.IdOf(set, order), cancellation).ConfigureAwait(false);
            version = Math.Min(version, found?.Document.GetProperty("version").GetInt64() ?? 0);
        }

        return version;
    }

    /// <summary>One question for all of them, which costs each partition a page, where a reading of each would cost a unit per order.</summary>
    public async Task<IReadOnlyDictionary<OrderId, long>> FindVersionsAsync(IReadOnlyCollection<OrderId> orders, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orders.Count, IOrderSearch.MostVersions);
        if (orders.Count == 0)
            return new Dictionary<OrderId, long>();
        var asked = (await sets.ReadAsync(cancellation).ConfigureAwait(false)).Sets;
        string[] ids = [.. orders.Distinct().SelectMany(order => asked.Select(set => SearchedOrder.IdOf(set, order)))];
        var rows = await documents.AskAsync(CosmosText.Among("SELECT c.orderId, c.version FROM c WHERE c.id IN ({0})", ids), partition: null, ids.Length, cancellation).ConfigureAwait(false);
        return rows.Select(row => (Order: Id.Parse<OrderId>(row.Text("orderId")), Version: row.GetProperty("version").GetInt64()))
            .GroupBy(row => row.Order).Where(one => one.Count() == asked.Count).ToDictionary(one => one.Key, one => one.Min(row => row.Version));
    }

    public async Task<Page<SearchDocument>> QueryAsync(SearchQuery query, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostOfAPage);
        var list = query.Identity;

        // A cursor holds no set: a list goes on in the generation that took the place of the one where it began.
        var last = cursor is null ? null : CosmosCursor.Read(list, cursor);
        return await OnLiveAsync(
            async set =>
            {
                var place = last is null ? null : $"{set}{CosmosJson.Separator}{last}";
                var rows = await documents.AskAsync(SearchQueries.Page(set, query, place), partition: null, limit + 1, cancellation).ConfigureAwait(false);
                return new Page<SearchDocument>(
                    [.. rows.Take(limit).Select(SearchedOrder.Read)],
                    rows.Count > limit ? CosmosCursor.Write(list, rows[limit - 1].Text("place")[(set.Length + CosmosJson.Separator.Length)..]) : null);
            },
            cancellation).ConfigureAwait(false);
    }

    public Task<IReadOnlyDictionary<OrderStatus, long>> CountAsync(SearchQuery query, CancellationToken cancellation) => OnLiveAsync<IReadOnlyDictionary<OrderStatus, long>>(
        async set => (await CountedAsync(SearchQueries.Statuses(set, query), cancellation).ConfigureAwait(false))
            .CountBy(row => row.GetString()!).ToDictionary(one => Enum.Parse<OrderStatus>(one.Key), one => (long)one.Value),
        cancellation);

    public async Task<SearchIndexState> ReadStateAsync(CancellationToken cancellation)
    {
        var state = await sets.ReadAsync(cancellation).ConfigureAwait(false);
        var counted = new QueryDefinition("SELECT VALUE COUNT(1) FROM c WHERE c.generation = @set").WithParameter("@set", state.LiveSet);
        var youngest = new QueryDefinition("SELECT c.document FROM c WHERE c.byUpdated > @first AND c.byUpdated < @end ORDER BY c.byUpdated DESC")
            .WithParameter("@first", $"{state.LiveSet}{CosmosJson.Separator}").WithParameter("@end", $"{state.LiveSet}{CosmosJson.AfterSeparator}");
        var count = await documents.AskWholeAsync(counted, partition: null, cancellation).ConfigureAwait(false);
        var last = await documents.AskAsync(youngest, partition: null, most: 1, cancellation).ConfigureAwait(false);
        return new SearchIndexState(
            state.Live, count.Count == 0 ? 0 : (long)count[0].GetDouble(), last.Count == 0 ? null : SearchedOrder.Read(last[0]).UpdatedAt, state.Building);
    }

    public async Task<long> BeginAsync(string run, CancellationToken cancellation)
    {
        var state = await sets.ChangeAsync(before => before.LiveRun == run || before.BuildingRun == run ? null : before.Begin(run), cancellation).ConfigureAwait(false);
        return state.LiveRun == run ? state.Live : state.Live + 1;
    }

    public async Task<bool> FillAsync(long generation, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation)
    {
        var state = await sets.ReadAsync(cancellation).ConfigureAwait(false);
        if (state.Building != generation)
            return false;
        await PutAllAsync(state.BuildingSet!, documents, cancellation).ConfigureAwait(false);
        await TakeOutOfGoneAsync([state.BuildingSet!], documents, cancellation).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> SwitchAsync(long generation, CancellationToken cancellation)
    {
        var state = await sets.ChangeAsync(before => before.Building == generation ? before.Switch() : null, cancellation).ConfigureAwait(false);
        return state.Live == generation;
    }

    /// <summary>All that goes, goes here: a set has as many documents as there are orders, which neither a beginning nor a switch could take away within a function's time.</summary>
    public Task<int> PurgeAsync(int limit, CancellationToken cancellation) => sets.ForgetAsync(limit, cancellation);

    private Task<List<JsonElement>> CountedAsync(QueryDefinition statuses, CancellationToken cancellation)
    {
        var began = Clock.GetTimestamp();
        return documents.AskAsync(statuses, partition: null, MostCounted + 1, cancellation, () => Clock.GetElapsedTime(began) < CountsFor);
    }

    /// <summary>How many were newer than what was there.</summary>
    private async Task<int> PutAllAsync(string set, IReadOnlyList<SearchDocument> put, CancellationToken cancellation)
    {
        var taken = 0;
        foreach (var document in put)
        {
            if (await PutAsync(set, document, cancellation).ConfigureAwait(false))
                taken++;
        }

        return taken;
    }

    /// <summary>
    /// What was put into a set that went meanwhile is taken out again; by <see cref="PurgeAsync"/> when this process dies before that. Returns which sets there are now.
    /// </summary>
    private async Task<SearchGenerations> TakeOutOfGoneAsync(IReadOnlyList<string> written, IReadOnlyList<SearchDocument> put, CancellationToken cancellation)
    {
        var after = await sets.ReadAsync(cancellation).ConfigureAwait(false);
        foreach (var set in written.Where(set => !after.Has(set)))
        {
            foreach (var document in put)
                await documents.DeleteAsync(document.OrderId.Value, SearchedOrder.IdOf(set, document.OrderId), etag: null, cancellation).ConfigureAwait(false);
        }

        return after;
    }

    /// <summary>Whether it was newer than what is there.</summary>
    private async Task<bool> PutAsync(string set, SearchDocument document, CancellationToken cancellation)
    {
        var (partition, id, body) = (document.OrderId.Value, SearchedOrder.IdOf(set, document.OrderId), SearchedOrder.Write(set, document));
        var isTried = false;
        for (var turns = new Turns("The search's document of an order"); ; isTried = true)
        {
            turns.Next(cancellation);
            var before = await documents.FindAsync(partition, id, cancellation).ConfigureAwait(false);
            // Of the same version after a turn that was refused: that was done, and its answer lost.
            if (before?.Document.GetProperty("version").GetInt64() is { } version && version >= document.Version)
                return isTried && version == document.Version;
            var isDone = before is null
                ? await documents.CreateAsync(partition, body, cancellation).ConfigureAwait(false)
                : await documents.ReplaceAsync(partition, id, body, before.ETag, cancellation).ConfigureAwait(false) == WriteResult.Done;
            if (isDone)
                return true;
        }
    }

    /// <summary>Asks the live set; again when another took its place meanwhile, for it may be half gone.</summary>
    private async Task<T> OnLiveAsync<T>(Func<string, Task<T>> ask, CancellationToken cancellation)
    {
        var live = (await sets.ReadAsync(cancellation).ConfigureAwait(false)).LiveSet;
        for (var look = 0; look < MostLooks; look++)
        {
            var (answer, asked) = (await ask(live).ConfigureAwait(false), live);
            live = (await sets.ReadAsync(cancellation).ConfigureAwait(false)).LiveSet;
            if (live == asked)
                return answer;
        }

        throw new DependencyUnavailableException("The search, built anew again and again,");
    }
}
