using System.Globalization;
using Microsoft.Azure.Cosmos;
using Orders.Application.Search;

namespace Orders.Azure.Cosmos;

/// <summary>The text of a search, made of conditions that are ours, and its parameters, which hold all that somebody typed.</summary>
internal sealed class SearchQueries
{
    private readonly List<string> conditions = [];
    private readonly List<(string Name, object Value)> parameters = [];

    private SearchQueries()
    {
    }

    /// <summary>The documents of a page, from one sort text to another.</summary>
    public static QueryDefinition Page(string set, SearchQuery query, string? last)
    {
        var by = $"c.{SearchedOrder.MemberOf(query.SortBy)}";
        var all = new SearchQueries();
        var (first, end) = ($"{set}{CosmosJson.Separator}", $"{set}{CosmosJson.AfterSeparator}");
        all.Add($"{by} > #", last is not null && !query.Descending ? last : first);
        all.Add($"{by} < #", last is not null && query.Descending ? last : end);
        all.Filter(query, withStatus: true);
        return all.Make($"SELECT {by} AS place, c.document FROM c WHERE {{0}} ORDER BY {by}{(query.Descending ? " DESC" : "")}");
    }

    /// <summary>The status of each, to be counted here: groups would go over all that there is, and these end when there are enough.</summary>
    public static QueryDefinition Statuses(string set, SearchQuery query)
    {
        var all = new SearchQueries();
        all.Add("c.generation = #", set);
        all.Filter(query, withStatus: false);
        return all.Make("SELECT VALUE c.status FROM c WHERE {0}");
    }

    private void Filter(SearchQuery query, bool withStatus)
    {
        for (var term = 0; term < query.Terms.Count; term++)
            AddTerm([.. query.Terms[term].Select(SearchTokens.Fold).Where(word => word.Length > 0)], mayGoOn: term == query.Terms.Count - 1);
        if (withStatus && query.Status is { } status)
            Add("c.status = #", status.ToString());
        if (query.Sku is { } sku)
            Add("ARRAY_CONTAINS(c.skus, #)", sku.Value);
        if (query.UserId is { } user)
            Add("c.userId = #", user.Value);
        if (query.From is { } from)
            Add("c.placed >= #", CosmosJson.Sortable(from));
        if (query.Until is { } until)
            Add("c.placed < #", CosmosJson.Sortable(until));
        if (query.MinTotal is { } least)
            Add("c.total >= #", least);
        if (query.MaxTotal is { } most)
            Add("c.total <= #", most);
        if (query.Currency is { } currency)
            Add("c.currency = #", currency.Value);
    }

    /// <summary>Lists lead to the documents, their text decides what follows one another and how the last word goes on.</summary>
    private void AddTerm(IReadOnlyList<string> words, bool mayGoOn)
    {
        if (words.Count == 0)
            return;
        foreach (var word in mayGoOn ? words.SkipLast(1) : words)
            Add("ARRAY_CONTAINS(c.words, #)", word);
        if (mayGoOn)
            Add("ARRAY_CONTAINS(c.starts, #)", SearchTokens.StartOf(words[^1]));
        if (mayGoOn || words.Count > 1)
            Add("CONTAINS(c.text, #)", SearchTokens.Phrase(words, mayGoOn));
    }

    private void Add(string condition, object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"@p{parameters.Count}");
        parameters.Add((name, value));
        conditions.Add(condition.Replace("#", name, StringComparison.Ordinal));
    }

    private QueryDefinition Make(string text) => parameters.Aggregate(
        new QueryDefinition(text.Replace("{0}", string.Join(" AND ", conditions), StringComparison.Ordinal)), (query, one) => query.WithParameter(one.Name, one.Value));
}
