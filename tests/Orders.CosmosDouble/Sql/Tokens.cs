using System.Text;

namespace Orders.CosmosDouble.Sql;

internal enum TokenKind
{
    Word,
    Text,
    Number,
    Parameter,
    Sign,
    End,
}

internal readonly record struct Token(TokenKind Kind, string Text)
{
    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Sign && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts a query into its words.</summary>
internal static class Tokens
{
    private static readonly string[] Signs = ["<=", ">=", "<>", "!=", "??", "||", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ".", ":", "?", "+", "-", "*", "/", "%"];

    public static List<Token> Of(string sql)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < sql.Length;)
        {
            if (char.IsWhiteSpace(sql[at]))
                at++;
            else if (sql[at] is '"' or '\'')
                tokens.Add(new Token(TokenKind.Text, Text(sql, ref at)));
            else if (char.IsAsciiDigit(sql[at]))
                tokens.Add(new Token(TokenKind.Number, Number(sql, ref at)));
            else if (IsWord(sql[at]) || sql[at] == '@')
                tokens.Add(Word(sql, ref at));
            else
                tokens.Add(Sign(sql, ref at));
        }

        tokens.Add(new Token(TokenKind.End, "the end"));
        return tokens;
    }

    private static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$';

    private static Token Word(string sql, ref int at)
    {
        var from = at++;
        while (at < sql.Length && IsWord(sql[at]))
            at++;
        return new Token(sql[from] == '@' ? TokenKind.Parameter : TokenKind.Word, sql[from..at]);
    }

    private static Token Sign(string sql, ref int at)
    {
        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(sql, at, sign, 0, sign.Length) != 0)
                continue;
            at += sign.Length;
            return new Token(TokenKind.Sign, sign);
        }

        throw Refused.Bad($"Syntax error, incorrect syntax near '{sql[at]}'.");
    }

    private static string Number(string sql, ref int at)
    {
        var from = at;
        while (at < sql.Length && (char.IsAsciiDigit(sql[at]) || sql[at] is '.' or 'e' or 'E' || (sql[at] is '+' or '-' && sql[at - 1] is 'e' or 'E')))
            at++;
        return sql[from..at];
    }

    private static string Text(string sql, ref int at)
    {
        var quote = sql[at++];
        var text = new StringBuilder();
        for (; at < sql.Length && sql[at] != quote; at++)
        {
            if (sql[at] != '\\')
            {
                text.Append(sql[at]);
                continue;
            }

            if (++at == sql.Length)
                break;
            text.Append(sql[at] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\b',
                'f' => '\f',
                'u' => Unicode(sql, ref at),
                var plain => plain,
            });
        }

        if (at++ >= sql.Length)
            throw Refused.Bad("Syntax error, a text has no end.");
        return text.ToString();
    }

    private static char Unicode(string sql, ref int at)
    {
        if (at + 4 >= sql.Length || !ushort.TryParse(sql.AsSpan(at + 1, 4), System.Globalization.NumberStyles.HexNumber, null, out var code))
            throw Refused.Bad("Syntax error, an escape is cut.");
        at += 4;
        return (char)code;
    }
}
