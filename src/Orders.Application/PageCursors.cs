using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Orders.Application;

/// <summary>
/// Cursors as clients get them: the store's own, with how many items of the list came before, under a code that only we can make. A chain of
/// pages ends after so many items, and nobody can begin to count anew in the middle of a list: whoever wants to copy it whole has to ask for its parts.
/// </summary>
/// <param name="key">Secret, 32 bytes or more, the same on every instance.</param>
/// <param name="mostItems">Items that a chain of pages reaches; the page on which it is reached is still given whole.</param>
public sealed class PageCursors(byte[] key, int mostItems)
{
    private const int CodeBytes = 12;
    private const int DepthBytes = sizeof(int);
    private const int MostCharacters = 800;

    /// <summary>The page after a cursor, or the first one, with the cursor of the next.</summary>
    /// <param name="cursor">As the client sent it; null or empty for the first page.</param>
    /// <param name="read">Reads the page after the store's own cursor, null for the first; throws <see cref="FormatException"/> for one that isn't of this list.</param>
    /// <returns>The page; <see cref="Refusal.Invalid"/> for a cursor that we didn't give, <see cref="Refusal.ListTooDeep"/>.</returns>
    public async Task<Result<Page<T>>> ReadAsync<T>(string? cursor, Func<string?, Task<Page<T>>> read)
    {
        var (depth, inner) = (0, (string?)null);
        if (!string.IsNullOrEmpty(cursor) && !TryOpen(cursor, out depth, out inner))
            return Paging.ForeignCursor;
        if (depth >= mostItems)
            return new Refusal.ListTooDeep(mostItems);
        try
        {
            var page = await read(inner).ConfigureAwait(false);
            return page.NextCursor is { } next ? page with { NextCursor = Seal(depth + page.Items.Count, next) } : page;
        }
        catch (FormatException)
        {
            return Paging.ForeignCursor;
        }
    }

    private string Seal(int depth, string inner)
    {
        var sealedBytes = new byte[CodeBytes + DepthBytes + Encoding.UTF8.GetByteCount(inner)];
        var content = sealedBytes.AsSpan(CodeBytes);
        BinaryPrimitives.WriteInt32BigEndian(content, depth);
        Encoding.UTF8.GetBytes(inner, content[DepthBytes..]);
        WriteCode(content, sealedBytes.AsSpan(0, CodeBytes));
        return Base64Url.EncodeToString(sealedBytes);
    }

    private bool TryOpen(string cursor, out int depth, out string? inner)
    {
        (depth, inner) = (0, null);
        if (cursor.Length > MostCharacters || !Base64Url.IsValid(cursor))
            return false;
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= CodeBytes + DepthBytes)
            return false;
        var content = bytes.AsSpan(CodeBytes);
        Span<byte> code = stackalloc byte[CodeBytes];
        WriteCode(content, code);
        if (!CryptographicOperations.FixedTimeEquals(code, bytes.AsSpan(0, CodeBytes)))
            return false;
        depth = BinaryPrimitives.ReadInt32BigEndian(content);
        inner = Encoding.UTF8.GetString(content[DepthBytes..]);
        return true;
    }

    private void WriteCode(ReadOnlySpan<byte> content, Span<byte> code)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, content, whole);
        whole[..CodeBytes].CopyTo(code);
    }
}
