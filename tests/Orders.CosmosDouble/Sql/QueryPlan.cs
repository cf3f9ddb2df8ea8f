using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orders.CosmosDouble.Sql;

/// <summary>
/// What the gateway tells a client that is about to ask several partitions: what to merge by, and the query that each of them should get. Where the
/// client merges sorted streams, the rewritten query has a place for its own filter.
/// </summary>
internal static class QueryPlan
{
    private const string Filter = "{documentdb-formattableorderbyquery-filter}";

    public static JsonObject Of(Query query, IReadOnlyDictionary<string, JsonElement> parameters)
    {
        if (query.Aggregates.Any(call => call.Name == "AVG"))
            throw Refused.Unsupported("AVG across partitions");
        if (query.OrderBy.Count > 0 && (query.IsGrouped || query.IsDistinct))
            throw Refused.Unsupported("ORDER BY together with GROUP BY or DISTINCT");
        var evaluation = new Evaluation(query.From, parameters);
        var (top, offset, limit) = (NumberOf(query.Top, evaluation), NumberOf(query.Offset, evaluation), NumberOf(query.Limit, evaluation));
        return new JsonObject
        {
            ["partitionedQueryExecutionInfoVersion"] = 2,
            ["queryInfo"] = new JsonObject
            {
                ["distinctType"] = query.IsDistinct ? "Unordered" : "None",
                ["top"] = top,
                ["offset"] = offset,
                ["limit"] = limit,
                ["orderBy"] = new JsonArray([.. query.OrderBy.Select(key => (JsonNode)(key.IsDescending ? "Descending" : "Ascending"))]),
                ["orderByExpressions"] = new JsonArray([.. query.OrderBy.Select(key => (JsonNode)key.By.ToString())]),
                ["groupByExpressions"] = new JsonArray([.. query.GroupBy.Select(by => (JsonNode)by.ToString())]),
                ["groupByAliases"] = new JsonArray([.. AliasesOf(query).Select(alias => (JsonNode)alias.Name)]),
                ["aggregates"] = new JsonArray([.. (query.Value is null ? [] : query.Aggregates).Select(call => (JsonNode)NameOf(call))]),
                ["groupByAliasToAggregateType"] = new JsonObject(AliasesOf(query).Select(alias =>
                    KeyValuePair.Create(alias.Name, alias.Value is Call { IsAggregate: true } call ? (JsonNode)NameOf(call) : null))),
                ["rewrittenQuery"] = Rewritten(query, (long?)offset + limit),
                ["hasSelectValue"] = query.Value is not null,
                ["hasNonStreamingOrderBy"] = false,
            },
            ["queryRanges"] = new JsonArray(new JsonObject { ["min"] = "", ["max"] = "FF", ["isMinInclusive"] = true, ["isMaxInclusive"] = false }),
        };
    }

    /// <summary>The name of a column is that of the answer; it matters to the client where it puts columns together itself.</summary>
    private static List<(string Name, Expr Value)> AliasesOf(Query query)
    {
        if (!query.IsGrouped || query.List is not { } list)
            return [];
        var unnamed = 0;
        return [.. list.Select(item => (item.Name ?? $"${++unnamed}", item.Value))];
    }

    private static string Rewritten(Query query, long? most)
    {
        var limit = most is { } rows ? $" OFFSET 0 LIMIT {rows.ToString(CultureInfo.InvariantCulture)}" : "";
        var top = query.Top is null ? "" : $"TOP {query.Top} ";
        var where = query.Where is null ? "" : $" WHERE {query.Where}";
        if (query.OrderBy.Count > 0)
        {
            var items = string.Join(", ", query.OrderBy.Select(key => $"{{\"item\": {key.By}}}"));
            var condition = query.Where is null ? $"({Filter})" : $"({query.Where} AND ({Filter}))";
            return $"SELECT {top}{query.From}._rid, [{items}] AS orderByItems, {Shown(query)} AS payload FROM {query.From} WHERE {condition} "
                + $"ORDER BY {string.Join(", ", query.OrderBy)}{limit}";
        }

        if (query.GroupBy.Count > 0)
        {
            var items = string.Join(", ", query.GroupBy.Select(by => $"{{\"item\": {by}}}"));
            return $"SELECT [{items}] AS groupByItems, {Shown(query)} AS payload FROM {query.From}{where} GROUP BY {string.Join(", ", query.GroupBy)}";
        }

        if (query.IsGrouped)
            return $"SELECT {(query.Value is null ? $"{Shown(query)} AS payload" : $"VALUE {Shown(query)}")} FROM {query.From}{where}";
        return limit.Length == 0 ? "" : $"SELECT {(query.Value is { } value ? $"VALUE {value}" : query.List is null ? "*" : ListOf(query))} FROM {query.From}{where}{limit}";
    }

    private static string ListOf(Query query) => string.Join(", ", query.List!.Select(item => item.Name is null ? $"{item.Value}" : $"{item.Value} AS {item.Name}"));

    private static string Shown(Query query)
    {
        if (query.Value is { } value)
            return query.IsGrouped ? $"[{Part(value)}]" : value.ToString();
        if (query.List is null)
            return query.From;
        var unnamed = 0;
        return new ObjectOf([.. query.List.Select(item => (item.Name ?? $"${++unnamed}", (Expr)new Raw(query.IsGrouped ? Part(item.Value) : item.Value.ToString())))]).ToString();
    }

    /// <summary>What a partition answers of an aggregate, so that the client can put several together.</summary>
    private static string Part(Expr expr) => expr switch
    {
        Call { Name: "MIN" or "MAX" } call =>
            $"{{\"item\": {call}, \"item2\": {{\"{call.Name.ToLowerInvariant()}\": {call}, \"count\": COUNT({call.Arguments[0]})}}}}",
        Call { IsAggregate: true } call => $"{{\"item\": {call}}}",
        _ => expr.ToString(),
    };

    private static string NameOf(Call call) => call.Name switch { "COUNT" => "Count", "SUM" => "Sum", "MIN" => "Min", _ => "Max" };

    private static int? NumberOf(Expr? expr, Evaluation evaluation) => expr is null ? null
        : evaluation.Of(expr) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number
        : throw Refused.Bad("TOP, OFFSET and LIMIT take whole numbers.");

    private sealed record Raw(string Text) : Expr
    {
        public override string ToString() => Text;
    }
}
