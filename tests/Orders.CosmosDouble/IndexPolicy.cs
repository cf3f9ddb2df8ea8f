using System.Text.Json;
using Orders.CosmosDouble.Sql;

namespace Orders.CosmosDouble;

/// <summary>
/// What a container's indexes can do: <c>ORDER BY</c> of one path needs that path in the index, of several a composite index over just these in just this
/// order (or just the opposite). A condition on what isn't in the index costs the reading of every document.
/// </summary>
internal sealed class IndexPolicy
{
    private static readonly string[] Always = ["/id", "/_ts"];

    private readonly bool isOff;
    private readonly IReadOnlyList<string> included;
    private readonly IReadOnlyList<string> excluded;
    private readonly IReadOnlyList<IReadOnlyList<(string Path, bool IsDescending)>> composite;

    public IndexPolicy(JsonElement container)
    {
        var policy = container.TryGetProperty("indexingPolicy", out var given) ? given : default;
        isOff = policy.ValueKind == JsonValueKind.Object && policy.TryGetProperty("indexingMode", out var mode) && "none".Equals(mode.GetString(), StringComparison.OrdinalIgnoreCase);
        included = policy.ValueKind == JsonValueKind.Object ? Paths(policy, "includedPaths") : ["/*"];
        excluded = policy.ValueKind == JsonValueKind.Object ? Paths(policy, "excludedPaths") : [];
        composite = policy.ValueKind == JsonValueKind.Object && policy.TryGetProperty("compositeIndexes", out var indexes)
            ? [.. indexes.EnumerateArray().Select(index => (IReadOnlyList<(string, bool)>)[.. index.EnumerateArray().Select(Key)])]
            : [];
        if (!isOff && !included.Concat(excluded).Contains("/*"))
            throw Refused.Bad("The special mandatory indexing path \"/\" is not provided in any of the path type sets.");
    }

    /// <exception cref="Refused">The service would refuse it, or read everything.</exception>
    public void Allows(Query query)
    {
        if (isOff)
            throw Refused.Bad("The container has no index (indexingMode none): it is read by id alone.");
        var paths = query.OrderBy.Select(key => (Path: Member.PathOf(key.By) ?? throw Refused.Bad("Unsupported ORDER BY clause: it takes paths."), key.IsDescending)).ToList();
        if (paths.Count == 1 && !Has(paths[0].Path))
            throw Refused.Bad("The index path corresponding to the specified order-by item is excluded.");
        if (paths.Count > 1 && !composite.Any(index => Fits(index, paths, isOpposite: false) || Fits(index, paths, isOpposite: true)))
            throw Refused.Bad($"The order by query does not have a corresponding composite index that it can be served from: {string.Join(", ", query.OrderBy)}.");
    }

    /// <summary>Whether the index leads to the documents that meet the condition.</summary>
    public bool Serves(Expr condition) => condition switch
    {
        Binary { Op: "=" or "<" or "<=" or ">" or ">=", Left: var left, Right: Literal or Parameter } => IsIndexed(left),
        Binary { Op: "OR" } either => Serves(either.Left) && Serves(either.Right),
        Binary { Op: "AND" } both => Serves(both.Left) || Serves(both.Right),
        In among => IsIndexed(among.Of),
        Between between => IsIndexed(between.Of),
        Call { Name: "IS_DEFINED" or "STARTSWITH" or "CONTAINS" or "ARRAY_CONTAINS" } call => IsIndexed(call.Arguments[0]),
        _ => false,
    };

    private bool IsIndexed(Expr expr) => Member.PathOf(expr) is { Length: > 0 } path && Has(path);

    /// <summary>The more precise of the paths that fit decides.</summary>
    private bool Has(string path) => Always.Contains(path) || Precision(included, path) > Precision(excluded, path);

    private static int Precision(IReadOnlyList<string> patterns, string path) => patterns.Select(pattern => Precision(pattern, path)).DefaultIfEmpty(-1).Max();

    private static int Precision(string pattern, string path)
    {
        var stem = pattern.EndsWith("/[]/?", StringComparison.Ordinal) ? pattern[..^5] : pattern[..^2];
        if (stem == path)
            return (stem.Length * 2) + 1;
        return pattern.EndsWith("/*", StringComparison.Ordinal) && path.StartsWith(stem + "/", StringComparison.Ordinal) ? stem.Length * 2 : -1;
    }

    private static bool Fits(
        IReadOnlyList<(string Path, bool IsDescending)> index, List<(string Path, bool IsDescending)> paths, bool isOpposite) =>
        index.SequenceEqual(paths.Select(path => (path.Path, path.IsDescending != isOpposite)));

    private static List<string> Paths(JsonElement policy, string name) =>
        policy.TryGetProperty(name, out var paths) ? [.. paths.EnumerateArray().Select(path => path.GetProperty("path").GetString()!)] : [];

    private static (string Path, bool IsDescending) Key(JsonElement key) =>
        (key.GetProperty("path").GetString()!, key.TryGetProperty("order", out var order) && "descending".Equals(order.GetString(), StringComparison.OrdinalIgnoreCase));
}
