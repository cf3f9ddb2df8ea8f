using System.Globalization;
using System.Text.Json;

namespace Orders.CosmosDouble.Sql;

/// <summary>Reads the part of the query language that the double knows. Joins, subqueries and the like are said to be unsupported.</summary>
internal sealed class Parser
{
    /// <summary>Reserved: no property can be called so after a dot; <c>c["order"]</c> it is then.</summary>
    private static readonly string[] Words =
    [
        "SELECT", "FROM", "WHERE", "ORDER", "GROUP", "BY", "OFFSET", "LIMIT", "AND", "OR", "NOT", "IN", "BETWEEN", "AS", "ASC", "DESC", "JOIN", "TOP", "VALUE", "DISTINCT",
        "EXISTS", "LIKE", "ESCAPE", "ARRAY", "TRUE", "FALSE", "NULL", "UNDEFINED", "UDF", "HAVING", "SET", "LEFT", "RIGHT", "INTO", "WITH", "OVER", "CASE", "WHEN", "THEN", "ELSE",
    ];

    private readonly List<Token> tokens;
    private int at;

    private Parser(string sql) => tokens = Tokens.Of(sql);

    private Token Next => tokens[at];

    public static Query Parse(string sql)
    {
        var parser = new Parser(sql);
        var query = parser.Query();
        return parser.Next.Kind == TokenKind.End ? query : throw parser.Near();
    }

    /// <summary>A condition as patches have it: <c>FROM c WHERE …</c>.</summary>
    public static Query ParseCondition(string sql)
    {
        var parser = new Parser(sql);
        var query = parser.Tail(new Query { From = "" });
        return parser.Next.Kind == TokenKind.End ? query : throw parser.Near();
    }

    private Query Query()
    {
        Demand("SELECT");
        var query = new Query { From = "", IsDistinct = Takes("DISTINCT") };
        if (Takes("TOP"))
            query = query with { Top = Primary() };
        if (Takes("VALUE"))
            query = query with { Value = Expression() };
        else if (!Takes("*"))
            query = query with { List = Several(Selection) };
        return Tail(query);
    }

    private Query Tail(Query query)
    {
        Demand("FROM");
        var source = Name();
        Takes("AS");
        query = query with { From = Next.Kind == TokenKind.Word && !Words.Contains(Next.Text.ToUpperInvariant()) ? Name() : source };
        if (Next.Is("JOIN") || Next.Is("IN") || Next.Is(".") || Next.Is("["))
            throw Refused.Unsupported("JOIN and FROM with a path");
        if (Takes("WHERE"))
            query = query with { Where = Expression() };
        if (Takes("GROUP"))
            query = query with { GroupBy = By(Expression) };
        if (Takes("ORDER"))
            query = query with { OrderBy = By(Key) };
        if (Takes("OFFSET"))
        {
            query = query with { Offset = Primary() };
            Demand("LIMIT");
            query = query with { Limit = Primary() };
        }

        return query;
    }

    private List<T> By<T>(Func<T> one)
    {
        Demand("BY");
        if (Next.Is("RANK"))
            throw Refused.Unsupported("ORDER BY RANK");
        return Several(one);
    }

    private SortKey Key()
    {
        var by = Expression();
        return new SortKey(by, !Takes("ASC") && Takes("DESC"));
    }

    private Selected Selection()
    {
        var value = Expression();
        if (Takes("AS"))
            return new Selected(value, Name());
        return new Selected(value, value switch
        {
            Member { Key: Literal { Value: { ValueKind: JsonValueKind.String } name } } => name.GetString(),
            Alias alias => alias.Name,
            _ => null,
        });
    }

    private Expr Expression()
    {
        var condition = Coalesce();
        if (!Takes("?"))
            return condition;
        var then = Expression();
        Demand(":");
        return new Choice(condition, then, Expression());
    }

    private Expr Coalesce() => LeftToRight(Or, "??");

    private Expr Or() => LeftToRight(And, "OR");

    private Expr And() => LeftToRight(Not, "AND");

    private Expr Not() => Takes("NOT") ? new Unary("NOT", Not()) : Comparison();

    private Expr Comparison()
    {
        var left = Sum();
        var isNot = Takes("NOT");
        if (Takes("IN"))
            return Negated(new In(left, Among()), isNot);
        if (Takes("BETWEEN"))
        {
            var from = Sum();
            Demand("AND");
            return Negated(new Between(left, from, Sum()), isNot);
        }

        if (isNot || Next.Is("LIKE"))
            throw Refused.Unsupported("LIKE");
        foreach (var op in new[] { "=", "!=", "<>", "<=", ">=", "<", ">" })
        {
            if (Takes(op))
                return new Binary(op == "<>" ? "!=" : op, left, Sum());
        }

        return left;
    }

    private static Expr Negated(Expr expr, bool isNot) => isNot ? new Unary("NOT", expr) : expr;

    private Expr Sum() => LeftToRight(Product, "+", "-", "||");

    private Expr Product() => LeftToRight(Sign, "*", "/", "%");

    private Expr Sign() => Takes("-") ? new Unary("-", Sign()) : Path();

    private Expr LeftToRight(Func<Expr> operand, params string[] ops)
    {
        var left = operand();
        while (ops.FirstOrDefault(Takes) is { } op)
            left = new Binary(op, left, operand());
        return left;
    }

    private Expr Path()
    {
        var of = Primary();
        while (true)
        {
            if (Takes("."))
            {
                of = new Member(of, Text(Name()));
            }
            else if (Takes("["))
            {
                of = new Member(of, Expression());
                Demand("]");
            }
            else
            {
                return of;
            }
        }
    }

    private Expr Primary()
    {
        var token = tokens[at++];
        switch (token)
        {
            case { Kind: TokenKind.Text }:
                return Text(token.Text);
            case { Kind: TokenKind.Number }:
                return new Literal(Values.Of(double.Parse(token.Text, CultureInfo.InvariantCulture)));
            case { Kind: TokenKind.Parameter }:
                return new Parameter(token.Text);
            case { Kind: TokenKind.Sign, Text: "(" }:
                if (Next.Is("SELECT"))
                    throw Refused.Unsupported("subqueries");
                var inner = Expression();
                Demand(")");
                return inner;
            case { Kind: TokenKind.Sign, Text: "[" }:
                return new ArrayOf(Until("]", Expression));
            case { Kind: TokenKind.Sign, Text: "{" }:
                return new ObjectOf(Until("}", MemberOf));
            case { Kind: TokenKind.Word }:
                return Word(token.Text);
            default:
                at--;
                throw Near();
        }
    }

    private Expr Word(string word)
    {
        switch (word.ToUpperInvariant())
        {
            case "TRUE":
                return new Literal(Values.True);
            case "FALSE":
                return new Literal(Values.False);
            case "NULL":
                return new Literal(Values.Null);
            case "UNDEFINED":
                return new Literal(default);
            case "EXISTS" or "ARRAY":
                throw Refused.Unsupported("subqueries");
            case var keyword when Words.Contains(keyword):
                at--;
                throw Near();
        }

        return Takes("(") ? new Call(word.ToUpperInvariant(), Until(")", Expression)) : new Alias(word);
    }

    private (string Name, Expr Value) MemberOf()
    {
        var name = Next.Kind == TokenKind.Text ? tokens[at++].Text : Name();
        Demand(":");
        return (name, Expression());
    }

    private List<Expr> Among()
    {
        Demand("(");
        return Until(")", Expression);
    }

    private List<T> Until<T>(string end, Func<T> one)
    {
        if (Takes(end))
            return [];
        var items = Several(one);
        Demand(end);
        return items;
    }

    private List<T> Several<T>(Func<T> one)
    {
        var items = new List<T> { one() };
        while (Takes(","))
            items.Add(one());
        return items;
    }

    private string Name() => Next.Kind == TokenKind.Word && !Words.Contains(Next.Text.ToUpperInvariant()) ? tokens[at++].Text : throw Near();

    private static Literal Text(string text) => new(Values.Of(text));

    private bool Takes(string word)
    {
        if (!Next.Is(word))
            return false;
        at++;
        return true;
    }

    private void Demand(string word)
    {
        if (!Takes(word))
            throw Near();
    }

    private Refused Near() => Refused.Bad($"Syntax error, incorrect syntax near '{Next.Text}'.");
}
