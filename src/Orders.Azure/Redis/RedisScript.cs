using System.Security.Cryptography;
using System.Text;

namespace Orders.Azure.Redis;

/// <summary>
/// One script of <c>Scripts/</c>: its text and the hash that a server knows it by. A script whose first line is <c>-- with: a, b</c> has those files
/// before it.
/// </summary>
internal sealed class RedisScript
{
    private const string With = "-- with: ";

    private RedisScript(string name, string text)
    {
        Name = name;
        Text = text;
#pragma warning disable CA5350 // Redis names scripts by SHA-1; nothing is kept secret by it.
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
    }

    public string Name { get; }

    public string Text { get; }

    public byte[] Hash { get; }

    /// <summary>Reads the embedded file; the caller keeps the result.</summary>
    public static RedisScript Load(string name) => Of(name, Read(name));

    /// <summary>A script with that text: a test's broken one.</summary>
    internal static RedisScript Of(string name, string text)
    {
        var first = text[..text.IndexOf('\n', StringComparison.Ordinal)];
        if (!first.StartsWith(With, StringComparison.Ordinal))
            return new RedisScript(name, text);
        var parts = first[With.Length..].Split(',', StringSplitOptions.TrimEntries).Select(Read);
        return new RedisScript(name, string.Join('\n', [.. parts, text]));
    }

    private static string Read(string name)
    {
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream($"{name}.lua")
            ?? throw new InvalidOperationException($"There is no script {name}.lua.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
