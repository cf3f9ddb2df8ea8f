using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Azure.Core;
using Azure.Identity;

namespace Orders.Azure.Tests.Redis;

/// <summary>An identity whose tokens the test hands out: the same one until another is given, none while it is away.</summary>
internal sealed class FakeIdentity : TokenCredential
{
    private AccessToken? now;
    private int asked;

    public int Asked => Volatile.Read(ref asked);

    /// <summary>Gives this one from now on.</summary>
    public string Give(string user, int number, DateTimeOffset expiresOn)
    {
        var token = TokenOf(string.Create(CultureInfo.InvariantCulture, $$"""{"oid":"{{user}}","n":{{number}}}"""));
        now = new AccessToken(token, expiresOn);
        return token;
    }

    public void GoAway() => now = null;

    public static string TokenOf(string claims) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2lnbmVk";

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Assert.Equal("https://redis.azure.com/.default", Assert.Single(requestContext.Scopes));
        Interlocked.Increment(ref asked);
        return now ?? throw new CredentialUnavailableException("The identity is away.");
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));
}
