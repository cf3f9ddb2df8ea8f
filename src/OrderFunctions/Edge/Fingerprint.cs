using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Edge;

/// <summary>
/// What makes two requests the same: SHA-256 over method, path and the body as we would write it ourselves, so that spacing, the order of
/// fields and the writing of numbers don't count. Orders keep theirs for life: a change of this form would make retries of old keys refused.
/// </summary>
internal static class Fingerprint
{
    // Filled and read without an await between; one per thread spares a buffer and a writer per request.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    public static string Of(HttpRequest request) => Hash(Begin(request));

    public static string Of<TBody>(HttpRequest request, TBody body, JsonTypeInfo<TBody> type)
    {
        var text = Begin(request);
        using (var writer = new Utf8JsonWriter(text))
            JsonSerializer.Serialize(writer, body, type);
        return Hash(text);
    }

    private static ArrayBufferWriter<byte> Begin(HttpRequest request)
    {
        var text = buffer ??= new ArrayBufferWriter<byte>(1024);
        text.ResetWrittenCount();
        // Routes ignore case and a slash at the end.
        Encoding.UTF8.GetBytes($"{request.Method}\n{request.Path.Value!.TrimEnd('/').ToLowerInvariant()}\n", text);
        return text;
    }

    private static string Hash(ArrayBufferWriter<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.WrittenSpan, hash);
        // A large body's buffer is not kept for ever.
        if (text.Capacity > 64 * 1024)
            buffer = null;
        return Convert.ToHexStringLower(hash);
    }
}
