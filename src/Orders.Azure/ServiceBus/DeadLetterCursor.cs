using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orders.Application.Events;

namespace Orders.Azure.ServiceBus;

/// <summary>
/// Where a page of dead letters ended, as opaque text: the entity, and the number of the last message that was looked at. A checksum binds it to its filter, so
/// that one of another list is refused; it is no secret.
/// </summary>
internal static class DeadLetterCursor
{
    private const int ChecksumBytes = 6;
    private const int MostCharacters = 400;

    public static string Write(DeadLetterFilter filter, string entity, long number)
    {
        var content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number} {entity}"));
        return Base64Url.EncodeToString([.. Checksum(filter, content), .. content]);
    }

    /// <exception cref="FormatException">It is not a cursor of this list.</exception>
    public static (string Entity, long Number) Read(DeadLetterFilter filter, string cursor)
    {
        if (cursor.Length > MostCharacters || !Base64Url.IsValid(cursor))
            throw NotOurs();
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= ChecksumBytes || !Checksum(filter, bytes.AsSpan(ChecksumBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumBytes)))
            throw NotOurs();
        var parts = Encoding.UTF8.GetString(bytes.AsSpan(ChecksumBytes)).Split(' ', 2);
        return (parts[1], long.Parse(parts[0], CultureInfo.InvariantCulture));
    }

    /// <summary>The age is left out: whoever asks for what is older than now asks for another instant with each page.</summary>
    private static byte[] Checksum(DeadLetterFilter filter, ReadOnlySpan<byte> content) => SHA256.HashData(
        [.. Encoding.UTF8.GetBytes($"dead letters {filter.Source} {filter.Type} {filter.Reason} {filter.Order}\n"), .. content])[..ChecksumBytes];

    private static FormatException NotOurs() => new("The cursor is not one of this list.");
}
