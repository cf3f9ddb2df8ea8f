using Microsoft.AspNetCore.Http;

namespace OrderFunctions.LocalHost;

/// <summary>Reads a body whole, but never more of it than the limit: nothing here is unbounded, helpers for tests included.</summary>
internal static class RequestBody
{
    /// <summary>The most bytes that a body may have: the API's own limit.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>The body, perhaps empty; null when it is larger than the limit.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > MostBytes)
            return null;
        using var whole = new MemoryStream();
        var part = new byte[8 * 1024];
        while (await request.Body.ReadAsync(part, request.HttpContext.RequestAborted) is > 0 and var length)
        {
            whole.Write(part, 0, length);
            if (whole.Length > MostBytes)
                return null;
        }

        return whole.ToArray();
    }
}
