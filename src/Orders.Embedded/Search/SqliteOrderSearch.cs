using LocalFunctions.Storage;
using Orders.Application;
using Orders.Application.Search;
using Orders.Domain;
using Orders.Domain.Lifecycle;
using Orders.Embedded.Storage;

namespace Orders.Embedded.Search;

/// <summary>
/// The search in SQLite's FTS5. Of two sets of tables one is the live generation; the other is empty, or the one that is being built. Which is which stands in
/// a row that is read with every write and around every read, so nobody writes into, or reads out of, a set that has just been cleared.
/// </summary>
public sealed class SqliteOrderSearch(EmbeddedTables tables) : IOrderSearch
{
    private const int MostLooks = 5;

    /// <summary>Greater than every order number.</summary>
    private const string AfterAll = "~";

    public Task<int> IndexAsync(IReadOnlyList<SearchDocument> documents, CancellationToken cancellation) => documents.Count == 0
        ? Task.FromResult(0)
        : tables.WriteAsync(
            transaction =>
            {
                var generations = Generations.Read(transaction);
                var building = generations.Building is { } number ? SearchSet.Of(number) : null;
                var taken = 0;
                foreach (var document in documents)
                {
                    if (SearchSet.Of(generations.Live).Put(transaction, document))
                        taken++;
                    building?.Put(transaction, document);
                }

                return taken;
            },
            cancellation);

    public Task RemoveAsync(OrderId order, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            SearchSet.Of(0).Remove(transaction, order);
            SearchSet.Of(1).Remove(transaction, order);
        },
        cancellation);

    public async Task<long> FindVersionAsync(OrderId order, CancellationToken cancellation) =>
        (await FindVersionsAsync([order], cancellation).ConfigureAwait(false)).GetValueOrDefault(order);

    public Task<IReadOnlyDictionary<OrderId, long>> FindVersionsAsync(IReadOnlyCollection<OrderId> orders, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orders.Count, IOrderSearch.MostVersions);
        return OnLiveAsync<IReadOnlyDictionary<OrderId, long>>(
            (session, live) =>
            {
                var building = Generations.Read(session).Building is { } number ? SearchSet.Of(number) : live;
                return orders.Distinct().Select(order => (Order: order, Version: Math.Min(live.VersionOf(session, order), building.VersionOf(session, order))))
                    .Where(one => one.Version > 0).ToDictionary(one => one.Order, one => one.Version);
            },
            cancellation);
    }

    public Task<Page<SearchDocument>> QueryAsync(SearchQuery query, int limit, string? cursor, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 100);
        var list = query.Identity;
        var (key, order) = cursor is not null ? Cursor.Read(list, cursor) : query.Descending ? (long.MaxValue, AfterAll) : (long.MinValue, "");
        return OnLiveAsync(
            (session, set) =>
            {
                var rows = session.Query(SearchSql.Page(set.Number, query), Read, Arguments(query, key, order, limit + 1));
                if (rows.Count <= limit)
                    return new Page<SearchDocument>([.. rows.Select(row => row.Document)], NextCursor: null);
                var last = rows[limit - 1];
                return new Page<SearchDocument>([.. rows.Take(limit).Select(row => row.Document)], Cursor.Write(list, last.Key, last.Document.OrderId.Value));
            },
            cancellation);
    }

    public Task<IReadOnlyDictionary<OrderStatus, long>> CountAsync(SearchQuery query, CancellationToken cancellation) =>
        OnLiveAsync<IReadOnlyDictionary<OrderStatus, long>>(
            (session, set) => session.Query(
                SearchSql.Count(set.Number, query), row => KeyValuePair.Create(Enum.Parse<OrderStatus>(row.GetString(0)), row.GetInt64(1)),
                Arguments(query, 0, "", 0)).ToDictionary(),
            cancellation);

    public Task<SearchIndexState> ReadStateAsync(CancellationToken cancellation) => tables.ReadAsync(
        session =>
        {
            var generations = Generations.Read(session);
            var set = SearchSet.Of(generations.Live).Number;
            return new SearchIndexState(
                generations.Live, session.Scalar($"SELECT count(*) FROM search_orders_{set}"),
                session.First<DateTimeOffset?>($"SELECT max(updated_at) FROM search_orders_{set}", row => row.GetInstantOrNull(0)), generations.Building);
        },
        cancellation);

    public Task<long> BeginAsync(string run, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var generations = Generations.Read(transaction);
            if (generations.LiveRun == run)
                return generations.Live;
            var next = generations.Live + 1;
            if (generations.BuildingRun == run)
                return next;
            SearchSet.Of(next).Clear(transaction);
            transaction.Execute("UPDATE search_state SET building = $1, building_run = $2", next, run);
            return next;
        },
        cancellation);

    public Task<bool> FillAsync(long generation, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            if (Generations.Read(transaction).Building != generation)
                return false;
            foreach (var document in documents)
                SearchSet.Of(generation).Put(transaction, document);
            return true;
        },
        cancellation);

    public Task<bool> SwitchAsync(long generation, CancellationToken cancellation) => tables.WriteAsync(
        transaction =>
        {
            var generations = Generations.Read(transaction);
            if (generations.Building != generation)
                return generations.Live == generation;
            transaction.Execute("UPDATE search_state SET live = building, live_run = building_run, building = NULL, building_run = NULL");
            SearchSet.Of(generations.Live).Clear(transaction);
            return true;
        },
        cancellation);

    /// <summary>There is nothing: which set is written to is read in the write.</summary>
    public Task<int> PurgeAsync(int limit, CancellationToken cancellation) => Task.FromResult(0);

    /// <summary>Asks the live set; again when another took its place meanwhile, for it may have been cleared.</summary>
    private Task<T> OnLiveAsync<T>(Func<SqlSession, SearchSet, T> query, CancellationToken cancellation) => tables.ReadAsync(
        session =>
        {
            var live = Generations.Read(session).Live;
            for (var look = 0; look < MostLooks; look++)
            {
                var (answer, asked) = (query(session, SearchSet.Of(live)), live);
                live = Generations.Read(session).Live;
                if (live == asked)
                    return answer;
            }

            throw new DependencyUnavailableException("The search, built anew again and again,");
        },
        cancellation);

    private static object?[] Arguments(SearchQuery query, long key, string order, int limit) =>
    [
        key, order, SearchSql.Match(query), query.Status, query.Sku?.Value, query.UserId?.Value, query.From ?? DateTimeOffset.MinValue,
        query.Until ?? DateTimeOffset.MaxValue, query.MinTotal ?? long.MinValue, query.MaxTotal ?? long.MaxValue, query.Currency?.Value, limit,
    ];

    private static (SearchDocument Document, long Key) Read(SqlRow row) => (SearchJson.Read(row.GetBytes(0)), row.GetInt64(1));

    /// <summary>Which generations there are.</summary>
    private sealed record Generations(long Live, string LiveRun, long? Building, string? BuildingRun)
    {
        public static Generations Read(SqlSession session) => session.First(
            "SELECT live, live_run, building, building_run FROM search_state",
            row => new Generations(row.GetInt64(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetInt64(2), row.GetStringOrNull(3)))!;
    }
}
