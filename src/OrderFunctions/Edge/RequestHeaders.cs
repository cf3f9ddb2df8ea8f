using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Edge;

/// <summary>The request headers that the edge understands; a wrong one is answered, never ignored.</summary>
internal static class RequestHeaders
{
    /// <summary>A version that no order has: the tag was well-formed and can't match.</summary>
    private const long NoVersion = -1;

    /// <summary>The key of a request that may change something; null answer and null key when there is none and none is needed.</summary>
    public static (string? Key, Answer? Refused) IdempotencyKey(HttpRequest request, bool required)
    {
        var values = request.Headers["Idempotency-Key"];
        if (values.Count == 0)
            return required ? (null, Problems.KeyMissing.With("Send a new key with each new request and the same with a retry.")) : (null, null);
        return values is [{ Length: >= 1 and <= 255 } key] && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? (key, null)
            : (null, Problems.KeyInvalid.With("Send one key of 1 to 255 visible ASCII characters."));
    }

    /// <summary>The version of <c>If-Match</c>; null without it and for <c>*</c>.</summary>
    public static (long? Version, Answer? Refused) IfMatch(HttpRequest request)
    {
        var values = request.Headers.IfMatch;
        if (values.Count == 0 || values is ["*"])
            return (null, null);
        return values is [{ } tag] && !tag.Contains(',', StringComparison.Ordinal) && IsTag(tag)
            ? (VersionOf(tag), null)
            : (null, InvalidHeader("If-Match", "one entity tag in quotes, as the ETag header gave it, or *"));
    }

    /// <summary>Whether the caller has this version already: <c>If-None-Match</c>, which compares weakly.</summary>
    public static bool HasAlready(HttpRequest request, long version)
    {
        var given = request.Headers.IfNoneMatch;
        if (given.Count == 0)
            return false;
        var tag = Tag(version);
        foreach (var tags in given)
        {
            foreach (var one in (tags ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (one == tag || one == "W/" + tag)
                    return true;
            }
        }

        return false;
    }

    /// <summary>The entity tag of a version of an order.</summary>
    public static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    private static bool IsTag(string tag) => (tag.StartsWith('"') || tag.StartsWith("W/\"", StringComparison.Ordinal)) && tag.EndsWith('"') && tag.Length > 2;

    // A weak tag never matches here: If-Match compares strongly (RFC 9110, 13.1.1).
    private static long VersionOf(string tag) =>
        tag[0] == '"' && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : NoVersion;

    private static Answer InvalidHeader(string name, string form) =>
        Problems.InvalidRequest.With($"The header {name} must be {form}.", new Dictionary<string, string> { [name] = $"must be {form}" });
}
