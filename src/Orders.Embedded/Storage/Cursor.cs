using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orders.Embedded.Storage;

/// <summary>
/// Where a page ended, as opaque text. A checksum binds it to its list, so that what was cut, edited or taken from another list is refused
/// instead of answering with some other page. It is no secret: it opens nothing that the list itself would not show.
/// </summary>
internal static class Cursor
{
    private const int ChecksumBytes = 6;

    /// <param name="list">The list and all that it is filtered by.</param>
    /// <param name="number">The last item's sort number.</param>
    /// <param name="text">The last item's id.</param>
    public static string Write(string list, long number, string text)
    {
        var content = Encoding.UTF8.GetBytes($"{number.ToString(CultureInfo.InvariantCulture)} {text}");
        return Base64Url.EncodeToString([.. Checksum(list, content), .. content]);
    }

    /// <exception cref="FormatException">It is not a cursor of this list.</exception>
    public static (long Number, string Text) Read(string list, string cursor)
    {
        if (cursor.Length > 400 || !Base64Url.IsValid(cursor))
            throw NotOurs();
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= ChecksumBytes || !Checksum(list, bytes.AsSpan(ChecksumBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumBytes)))
            throw NotOurs();
        var content = Encoding.UTF8.GetString(bytes.AsSpan(ChecksumBytes));
        var space = content.IndexOf(' ', StringComparison.Ordinal);
        return (long.Parse(content.AsSpan(0, space), CultureInfo.InvariantCulture), content[(space + 1)..]);
    }

    private static byte[] Checksum(string list, ReadOnlySpan<byte> content) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(list), (byte)'\n', .. content])[..ChecksumBytes];

    private static FormatException NotOurs() => new("The cursor is not one of this list.");
}
