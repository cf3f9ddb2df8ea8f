using Orders.Application.Search;

namespace Orders.Embedded.Search;

/// <summary>
/// The statements of a query on one set of tables. What is there in a query decides from where it starts: words, else the SKU, else the index of status, user
/// or sort key; there are some hundreds of such texts, so they can be kept prepared. In all of them $1 is the last page's key, $2 its order id, $3 words,
/// $4 status, $5 SKU, $6 user, $7 from, $8 until, $9 least, $10 most, $11 currency, $12 limit.
/// </summary>
internal static class SearchSql
{
    /// <summary>The page after a key. Documents are read for it alone.</summary>
    public static string Page(int set, SearchQuery query)
    {
        var (column, after, order) = (ColumnOf(query.SortBy), query.Descending ? "<" : ">", query.Descending ? " DESC" : "");
        return $"""
            WITH page AS MATERIALIZED (
                SELECT o.seq AS seq, o.{column} AS sorted, o.order_id AS order_id FROM {Source(set, query)}
                WHERE (o.{column}, o.order_id) {after} ($1, $2){Filters(set, query, withStatus: true)}
                ORDER BY o.{column}{order}, o.order_id{order} LIMIT $12)
            SELECT t.document, page.sorted, page.order_id FROM page CROSS JOIN search_texts_{set} AS t ON t.seq = page.seq
            ORDER BY page.sorted{order}, page.order_id{order}
            """;
    }

    /// <summary>How many of each status, whatever status is asked for.</summary>
    public static string Count(int set, SearchQuery query) =>
        $"""
        SELECT status, count(*) FROM (
            SELECT o.status AS status FROM {Source(set, query)} WHERE TRUE{Filters(set, query, withStatus: false)} LIMIT {IOrderSearch.MostCounted + 1})
        GROUP BY status
        """;

    /// <summary>Words for FTS5: each term a phrase in quotes, and the last word may go on. Words are letters and digits, so nothing in them is syntax.</summary>
    public static string? Match(SearchQuery query) =>
        query.Terms.Count == 0 ? null : string.Join(" AND ", query.Terms.Select(words => $"\"{string.Join(' ', words)}\"")) + " *";

    private static string Source(int set, SearchQuery query) =>
        query.Terms.Count > 0
            ? $"""
              (SELECT rowid AS seq FROM search_words_{set} WHERE search_words_{set} MATCH $3 ORDER BY rowid DESC LIMIT {IOrderSearch.MostCounted}) AS w
              CROSS JOIN search_orders_{set} AS o ON o.seq = w.seq
              """
            : query.Sku is not null ? $"search_skus_{set} AS k CROSS JOIN search_orders_{set} AS o ON o.seq = k.seq AND k.sku = $5"
            : $"search_orders_{set} AS o";

    private static string Filters(int set, SearchQuery query, bool withStatus) => string.Concat(
        query.Status is not null && withStatus ? " AND o.status = $4" : "",
        query.Sku is not null && query.Terms.Count > 0 ? $" AND EXISTS (SELECT 1 FROM search_skus_{set} AS k WHERE k.sku = $5 AND k.seq = o.seq)" : "",
        query.UserId is not null ? " AND o.user_id = $6" : "",
        HasBounds(query) ? " AND o.placed_at >= $7 AND o.placed_at < $8 AND o.total >= $9 AND o.total <= $10 AND ($11 IS NULL OR o.currency = $11)" : "");

    private static bool HasBounds(SearchQuery query) => (query.From ?? query.Until) is not null || (query.MinTotal ?? query.MaxTotal) is not null || query.Currency is not null;

    private static string ColumnOf(SearchKey key) => key switch
    {
        SearchKey.PlacedAt => "placed_at",
        SearchKey.Total => "total",
        _ => "updated_at",
    };
}
