using System.Globalization;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Search;

/// <summary>By what found orders are sorted.</summary>
public enum SearchKey
{
    PlacedAt,
    Total,
    UpdatedAt,
}

/// <summary>What is looked for. Null, or none, where it does not matter.</summary>
public sealed record SearchQuery
{
    /// <summary>Terms that must all be there, each the words that follow one another (<see cref="SearchWords.Terms"/>). The very last word may go on.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Terms { get; init; } = [];

    public OrderStatus? Status { get; init; }

    public Sku? Sku { get; init; }

    public UserId? UserId { get; init; }

    /// <summary>Placed then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Placed before that.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>In minor units of whatever currency.</summary>
    public long? MinTotal { get; init; }

    /// <summary>That too.</summary>
    public long? MaxTotal { get; init; }

    public Currency? Currency { get; init; }

    public SearchKey SortBy { get; init; } = SearchKey.PlacedAt;

    public bool Descending { get; init; } = true;

    /// <summary>Tells one query from another: a cursor of one is none of another.</summary>
    public string Identity => string.Create(
        CultureInfo.InvariantCulture,
        $"search {string.Join(',', Terms.Select(words => string.Join(' ', words)))} {Status} {Sku} {From?.UtcTicks} {Until?.UtcTicks} {MinTotal} {MaxTotal} {Currency} {SortBy} {Descending} {UserId}");
}

/// <summary>How the index is.</summary>
/// <param name="Generation">Grows by one with each rebuild that was switched to; 1 at first.</param>
/// <param name="Documents">Orders in it.</param>
/// <param name="LastChangeAt">When the youngest change that is in it was made; null while it is empty.</param>
/// <param name="Building">The generation that is being built beside it; null when none is.</param>
public sealed record SearchIndexState(long Generation, long Documents, DateTimeOffset? LastChangeAt, long? Building);

/// <summary>
/// The index of orders for staff: one document per order, of the newest version that it was told of. It can be built anew beside the live one, which goes
/// on being asked and told meanwhile. What it says may be some seconds old. Everything may be repeated. A <see cref="DependencyUnavailableException"/> means:
/// unknown whether it happened.
/// </summary>
public interface IOrderSearch
{
    /// <summary>Documents counted at most for one query, one more where there are more; a text's matches are looked through from the youngest up to as many.</summary>
    const int MostCounted = 100_000;

    /// <summary>Orders whose versions are asked for at once.</summary>
    const int MostVersions = 100;

    /// <summary>
    /// Puts each document in the place of an older version of its order, or none, in the live generation and in one that is being built; an older one never
    /// takes a newer one's place. Each by itself: of a call that failed some may be in.
    /// </summary>
    /// <returns>How many the live generation took.</returns>
    Task<int> IndexAsync(IReadOnlyList<SearchDocument> documents, CancellationToken cancellation);

    /// <summary>Takes an order out of all generations; one that isn't there is success.</summary>
    Task RemoveAsync(OrderId order, CancellationToken cancellation);

    /// <summary>
    /// The version of the order up to which there is nothing left to index: that of the live generation, or an older one of a generation that is being built; 0 when one has none.
    /// </summary>
    Task<long> FindVersionAsync(OrderId order, CancellationToken cancellation);

    /// <summary>The same of many; who has none is left out.</summary>
    /// <param name="orders">At most <see cref="MostVersions"/>.</param>
    Task<IReadOnlyDictionary<OrderId, long>> FindVersionsAsync(IReadOnlyCollection<OrderId> orders, CancellationToken cancellation);

    /// <summary>A page of what is found, sorted, with the order's number deciding among equals.</summary>
    /// <param name="limit">1 to 100.</param>
    /// <exception cref="FormatException">The cursor is not one of this query.</exception>
    Task<Page<SearchDocument>> QueryAsync(SearchQuery query, int limit, string? cursor, CancellationToken cancellation);

    /// <summary>
    /// How many orders of each status are found when the query's own status is left aside; statuses without one are left out. Counting ends after
    /// <see cref="MostCounted"/> and one, or when it has taken too long: then there are at least as many.
    /// </summary>
    Task<IReadOnlyDictionary<OrderStatus, long>> CountAsync(SearchQuery query, CancellationToken cancellation);

    Task<SearchIndexState> ReadStateAsync(CancellationToken cancellation);

    /// <summary>
    /// Begins an empty generation beside the live one, in the place of an unfinished one of another run. Of a run that has begun its own it is that, as it
    /// stands, also when it is live already.
    /// </summary>
    /// <param name="run">Whose it is; 1 to 100 characters.</param>
    /// <returns>Its number.</returns>
    Task<long> BeginAsync(string run, CancellationToken cancellation);

    /// <summary>As <see cref="IndexAsync"/>, into a generation that is being built alone.</summary>
    /// <returns>False when it isn't being built (any more).</returns>
    Task<bool> FillAsync(long generation, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation);

    /// <summary>Makes the generation the live one. What was in the one before is found by nobody any more, and goes at the latest with <see cref="PurgeAsync"/>.</summary>
    /// <returns>Whether it is live now.</returns>
    Task<bool> SwitchAsync(long generation, CancellationToken cancellation);

    /// <summary>
    /// Takes away what is in no generation: one that went, whole, and what calls left that died while theirs went. It is found by nobody, and holds names and addresses
    /// all the same.
    /// </summary>
    /// <param name="limit">So many documents at most.</param>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(int limit, CancellationToken cancellation);
}
