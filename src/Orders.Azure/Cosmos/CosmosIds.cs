using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Ids of documents that are made of others' words. A document's id can't hold <c>/ \ ? #</c>, so what has more than letters, digits, _ and - is hashed; two different
/// pairs never make one id.
/// </summary>
internal static class CosmosIds
{
    private const int Longest = 200;

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <param name="source">Who gave the name: without a -, so that it ends where the first - stands.</param>
    public static string Of(string source, string name) =>
        source.Length + name.Length <= Longest && !source.Contains('-', StringComparison.Ordinal) && IsPlain(source) && IsPlain(name)
            ? $"{source}-{name}"
            : Hashed(string.Create(CultureInfo.InvariantCulture, $"{source.Length}\n{source}\n{name}"));

    public static string Of(string name) => name.Length <= Longest && IsPlain(name) ? name : Hashed(name);

    private static bool IsPlain(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Plain);

    /// <summary>Its first character is in no plain one.</summary>
    private static string Hashed(string text) => $"~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
