using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders.CosmosDouble.Sql;

/// <summary>Where a page ended: the last row's sort values and its number, and what OFFSET, LIMIT and TOP have left.</summary>
internal sealed record Continuation(IReadOnlyList<JsonElement> Keys, [property: JsonRequired] long Number, int? Left)
{
    public string Write() => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(this));

    public static Continuation Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Continuation>(Convert.FromBase64String(text))!;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            throw Refused.Bad("Invalid continuation token.");
        }
    }
}

/// <summary>Where a client that merges ranges goes on: from these sort values, and within them from the row of that number.</summary>
/// <param name="Number">Null for all rows of these values.</param>
/// <param name="IsExclusive">Whether what has just these values is left out.</param>
internal sealed record Resume(IReadOnlyList<JsonElement> Keys, long? Number, bool IsExclusive)
{
    public static Resume Read(JsonElement filter)
    {
        var keys = filter.GetProperty("value").EnumerateArray().ToList();
        if (keys.Exists(key => key.Rank() is 0 or > 5))
            throw Refused.Unsupported("a resume filter over arrays, objects or what is undefined");
        var rid = filter.TryGetProperty("rid", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        return new Resume(keys, rid is null ? null : Rids.NumberOf(rid), filter.TryGetProperty("exclude", out var exclude) && exclude.IsTrue());
    }
}

/// <param name="Loaded">The documents that an index led to: what the charge goes by.</param>
internal sealed record QueryPage(IReadOnlyList<JsonElement> Rows, string? Continuation, IReadOnlyList<Item> Loaded);

/// <summary>
/// Runs a query over the documents of a partition or a range. A page continues after the row where the last one ended, whatever was written meanwhile.
/// </summary>
internal sealed class QueryRun(Query query, IReadOnlyDictionary<string, JsonElement> parameters, IndexPolicy index)
{
    private readonly Evaluation evaluation = new(query.From, parameters);

    public QueryPage Page(IEnumerable<Item> items, int pageSize, string? continuation, Resume? resume)
    {
        index.Allows(query);
        var loaded = items.Where(IsLed).ToList();
        var found = loaded.Where(item => query.Where is null || For(item).Of(query.Where).IsTrue());
        return query.IsGrouped || query.IsDistinct ? Whole(found, loaded) : OnePage(found, loaded, pageSize, continuation is null ? null : Continuation.Read(continuation), resume);
    }

    /// <summary>A document that fails an indexed part of the condition is never loaded.</summary>
    private bool IsLed(Item item) => Conjuncts(query.Where).Where(index.Serves).All(condition => For(item).Of(condition).IsTrue());

    private static IEnumerable<Expr> Conjuncts(Expr? where) => where switch
    {
        null => [],
        Binary { Op: "AND" } both => Conjuncts(both.Left).Concat(Conjuncts(both.Right)),
        _ => [where],
    };

    private Evaluation For(Item item) => evaluation with { Document = item.Document };

    private QueryPage OnePage(IEnumerable<Item> found, List<Item> loaded, int pageSize, Continuation? after, Resume? resume)
    {
        var rows = found.Select(item => (Item: item, Keys: KeysOf(item))).ToList();
        rows.Sort((left, right) => Compare((left.Keys, left.Item.Number), (right.Keys, right.Item.Number)));
        var rest = rows.Where(row => after is null || Compare((row.Keys, row.Item.Number), (after.Keys, after.Number)) > 0);
        if (after is null && resume is not null)
            rest = rest.Where(row => IsFrom(resume, row.Keys, row.Item.Number));
        var left = after is null ? NumberOf(query.Top) ?? NumberOf(query.Limit) : after.Left;
        if (after is null && NumberOf(query.Offset) is { } offset)
            rest = rest.Skip(offset);
        var remaining = (left is { } most ? rest.Take(most) : rest).ToList();
        var page = remaining.Take(pageSize).ToList();
        var next = remaining.Count > page.Count ? new Continuation(page[^1].Keys, page[^1].Item.Number, left - page.Count) : null;
        return new QueryPage([.. page.Select(row => Shown(For(row.Item))).Where(row => row.IsDefined())], next?.Write(), loaded);
    }

    private bool IsFrom(Resume resume, List<JsonElement> keys, long number)
    {
        var order = Compare((keys, resume.Number is null ? 0 : number), (resume.Keys, resume.Number ?? 0));
        return order > 0 || (order == 0 && !resume.IsExclusive);
    }

    private QueryPage Whole(IEnumerable<Item> found, List<Item> loaded)
    {
        IEnumerable<JsonElement> rows = query.IsGrouped
            ? Groups(found).Select(group => Shown(evaluation with { Document = group.Count > 0 ? group[0] : default, Group = group }))
            : found.Select(item => Shown(For(item)));
        if (query.IsDistinct)
            rows = rows.DistinctBy(Values.KeyOf);
        if (query.OrderBy.Count > 0)
            throw Refused.Unsupported("ORDER BY together with GROUP BY or DISTINCT");
        rows = rows.Where(row => row.IsDefined()).Skip(NumberOf(query.Offset) ?? 0).Take(NumberOf(query.Top) ?? NumberOf(query.Limit) ?? int.MaxValue);
        return new QueryPage([.. rows], Continuation: null, loaded);
    }

    private IEnumerable<List<JsonElement>> Groups(IEnumerable<Item> found)
    {
        if (query.GroupBy.Count == 0)
            return [[.. found.Select(item => item.Document)]];
        return found.GroupBy(item => string.Join('\n', query.GroupBy.Select(by => Values.KeyOf(For(item).Of(by)))), item => item.Document).Select(group => group.ToList());
    }

    private JsonElement Shown(Evaluation of)
    {
        if (query.Value is { } value)
            return of.Of(value);
        if (query.List is not { } list)
            return of.Document;
        var unnamed = 0;
        return of.ObjectOfAll(list.Select(item => (item.Name ?? $"${++unnamed}", item.Value)));
    }

    /// <summary>Whether and where documents without the property stand in an order, the service's versions disagree on: nobody should count on it.</summary>
    private List<JsonElement> KeysOf(Item item)
    {
        var keys = query.OrderBy.Select(key => For(item).Of(key.By)).ToList();
        return keys.TrueForAll(key => key.IsDefined())
            ? keys
            : throw Refused.Unsupported($"ORDER BY over documents that lack the property ('{item.Id}' does); a condition should leave them out");
    }

    private int Compare((IReadOnlyList<JsonElement> Keys, long Number) left, (IReadOnlyList<JsonElement> Keys, long Number) right)
    {
        for (var key = 0; key < query.OrderBy.Count; key++)
        {
            var order = Values.Compare(left.Keys[key], right.Keys[key]);
            if (order != 0)
                return query.OrderBy[key].IsDescending ? -order : order;
        }

        var byNumber = left.Number.CompareTo(right.Number);
        return query.OrderBy.Count > 0 && query.OrderBy[0].IsDescending ? -byNumber : byNumber;
    }

    private int? NumberOf(Expr? expr)
    {
        if (expr is null)
            return null;
        var value = evaluation.Of(expr);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0
            ? number
            : throw Refused.Bad("TOP, OFFSET and LIMIT take whole numbers from 0.");
    }
}
