using System.Text.Json;

namespace Orders.CosmosDouble.Sql;

/// <summary>An expression of a query. <c>ToString</c> is the expression as text again: the plan's rewritten query is printed from it.</summary>
internal abstract record Expr;

internal sealed record Literal(JsonElement Value) : Expr
{
    public override string ToString() => Value.ValueKind == JsonValueKind.Undefined ? "undefined" : Value.GetRawText();
}

internal sealed record Parameter(string Name) : Expr
{
    public override string ToString() => Name;
}

internal sealed record Alias(string Name) : Expr
{
    public override string ToString() => Name;
}

/// <param name="Key">A name or an index.</param>
internal sealed record Member(Expr Of, Expr Key) : Expr
{
    public override string ToString() => $"{Of}[{Key}]";

    /// <summary><c>/a/b</c> for <c>c.a.b</c>; null for what is no plain path.</summary>
    public static string? PathOf(Expr expr) => expr switch
    {
        Alias => "",
        Member { Of: var of, Key: Literal { Value: { ValueKind: JsonValueKind.String } name } } => PathOf(of) is { } path ? $"{path}/{name.GetString()}" : null,
        _ => null,
    };
}

internal sealed record Call(string Name, IReadOnlyList<Expr> Arguments) : Expr
{
    public bool IsAggregate => Name is "COUNT" or "SUM" or "MIN" or "MAX" or "AVG";

    public override string ToString() => $"{Name}({string.Join(", ", Arguments)})";
}

internal sealed record Unary(string Op, Expr Of) : Expr
{
    public override string ToString() => $"({Op} {Of})";
}

internal sealed record Binary(string Op, Expr Left, Expr Right) : Expr
{
    public override string ToString() => $"({Left} {Op} {Right})";
}

internal sealed record In(Expr Of, IReadOnlyList<Expr> Among) : Expr
{
    public override string ToString() => $"({Of} IN ({string.Join(", ", Among)}))";
}

internal sealed record Between(Expr Of, Expr From, Expr To) : Expr
{
    public override string ToString() => $"({Of} BETWEEN {From} AND {To})";
}

internal sealed record Choice(Expr If, Expr Then, Expr Else) : Expr
{
    public override string ToString() => $"({If} ? {Then} : {Else})";
}

internal sealed record ArrayOf(IReadOnlyList<Expr> Items) : Expr
{
    public override string ToString() => $"[{string.Join(", ", Items)}]";
}

internal sealed record ObjectOf(IReadOnlyList<(string Name, Expr Value)> Members) : Expr
{
    public override string ToString() => $"{{{string.Join(", ", Members.Select(member => $"{JsonSerializer.Serialize(member.Name)}: {member.Value}"))}}}";
}

/// <param name="Name">What it is called in the answer; null for a name of the service's making.</param>
internal sealed record Selected(Expr Value, string? Name);

internal sealed record SortKey(Expr By, bool IsDescending)
{
    public override string ToString() => $"{By} {(IsDescending ? "DESC" : "ASC")}";
}

/// <summary>A query. <see cref="Value"/> is set for <c>SELECT VALUE</c>; with neither it nor <see cref="List"/> it is <c>SELECT *</c>.</summary>
internal sealed record Query
{
    public bool IsDistinct { get; init; }

    public Expr? Top { get; init; }

    public Expr? Value { get; init; }

    public IReadOnlyList<Selected>? List { get; init; }

    public required string From { get; init; }

    public Expr? Where { get; init; }

    public IReadOnlyList<Expr> GroupBy { get; init; } = [];

    public IReadOnlyList<SortKey> OrderBy { get; init; } = [];

    public Expr? Offset { get; init; }

    public Expr? Limit { get; init; }

    public bool IsGrouped => GroupBy.Count > 0 || Aggregates.Any();

    public IEnumerable<Call> Aggregates => (Value is null ? (List ?? []).Select(item => item.Value) : [Value]).SelectMany(AggregatesIn);

    private static IEnumerable<Call> AggregatesIn(Expr expr) => expr switch
    {
        Call { IsAggregate: true } call => [call],
        Call call => call.Arguments.SelectMany(AggregatesIn),
        Binary binary => AggregatesIn(binary.Left).Concat(AggregatesIn(binary.Right)),
        ArrayOf array => array.Items.SelectMany(AggregatesIn),
        ObjectOf made => made.Members.SelectMany(member => AggregatesIn(member.Value)),
        _ => [],
    };
}
