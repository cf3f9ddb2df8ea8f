using System.Buffers.Text;
using System.Text.Json;
using Azure.Core;

namespace Orders.Azure.Redis;

/// <summary>A token of Microsoft Entra as Redis takes it: the identity's object id is the user, the token its password. Not a record, which would print itself.</summary>
internal sealed class RedisToken
{
    /// <summary>How long before its end another one is asked for, where the issuer doesn't say; the platform itself has none earlier.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <exception cref="FormatException">It is not a token with an object id.</exception>
    public RedisToken(AccessToken token)
    {
        User = ObjectIdIn(token.Token);
        Password = token.Token;
        RenewAt = token.RefreshOn ?? token.ExpiresOn - Ahead;
    }

    public string User { get; }

    public string Password { get; }

    /// <summary>From when on a newer one is to be had.</summary>
    public DateTimeOffset RenewAt { get; }

    /// <summary>Not verified: it came from the identity's own endpoint, and Redis verifies it.</summary>
    private static string ObjectIdIn(string token)
    {
        try
        {
            var parts = token.Split('.');
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts.Length == 3 ? parts[1] : ""));
            return claims.RootElement.GetProperty("oid").GetString() is { Length: > 0 } id ? id : throw NotOne();
        }
        catch (Exception unread) when (unread is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw NotOne(); // without the cause, which may quote the token
        }
    }

    private static FormatException NotOne() => new("The token for Redis names no object id (oid).");
}
