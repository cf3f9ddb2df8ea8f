using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Where a page ended, as opaque text: the last item's sort text, bound by a checksum to its list, so that what was cut, edited or taken from another list is
/// refused. The database's own continuations are not used: they are long, and good for one query of one version of the SDK.
/// </summary>
internal static class CosmosCursor
{
    private const int ChecksumBytes = 6;
    private const int Longest = 600;

    /// <param name="list">The list and all that it is filtered by.</param>
    public static string Write(string list, string last)
    {
        var content = Encoding.UTF8.GetBytes(last);
        return Base64Url.EncodeToString([.. Checksum(list, content), .. content]);
    }

    /// <exception cref="FormatException">It is not a cursor of this list.</exception>
    public static string Read(string list, string cursor)
    {
        if (cursor.Length > Longest || !Base64Url.IsValid(cursor))
            throw NotOurs();
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= ChecksumBytes || !Checksum(list, bytes.AsSpan(ChecksumBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumBytes)))
            throw NotOurs();
        return Encoding.UTF8.GetString(bytes.AsSpan(ChecksumBytes));
    }

    private static byte[] Checksum(string list, ReadOnlySpan<byte> content) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(list), (byte)'\n', .. content])[..ChecksumBytes];

    private static FormatException NotOurs() => new("The cursor is not one of this list.");
}
