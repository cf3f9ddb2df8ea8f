using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderFunctions.LocalHost;

namespace OrderFunctions.Tests;

/// <summary>Makes tokens as an issuer would, right ones and wrong ones.</summary>
internal sealed class Tokens(TimeProvider clock)
{
    public const string Issuer = LocalKeys.Issuer;
    public const string Audience = LocalKeys.Audience;

    /// <summary>Long enough for HMAC-SHA512 too, so that only the list of algorithms stands against that.</summary>
    public static readonly SymmetricSecurityKey Key = new("the app's tests sign with this one, which has sixty-four or more bytes"u8.ToArray());
    public static readonly SymmetricSecurityKey ForeignKey = new("somebody else signs with this one."u8.ToArray());

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public string For(string sub, params string[] roles) => Make(sub, roles);

    public string Make(
        string? sub = "alice",
        string[]? roles = null,
        string issuer = Issuer,
        string audience = Audience,
        TimeSpan? validFor = null,
        TimeSpan? validIn = null,
        SecurityKey? key = null,
        string algorithm = SecurityAlgorithms.HmacSha256,
        string roleClaim = "role")
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>();
        if (sub is not null)
            claims["sub"] = sub;
        roles ??= ["customer"];
        if (roles.Length > 0)
            claims[roleClaim] = roles.Length == 1 ? roles[0] : roles;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Claims = claims,
            NotBefore = now + (validIn ?? TimeSpan.Zero),
            Expires = now + (validIn ?? TimeSpan.Zero) + (validFor ?? TimeSpan.FromHours(1)),
            SigningCredentials = new SigningCredentials(key ?? Key, algorithm),
        });
    }
}
