using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;
using OrderFunctions.Access;
using Orders.Application;
using Orders.Application.Access;

namespace OrderFunctions.Tests.Access;

/// <summary>Tokens of an issuer that publishes its keys as metadata.</summary>
public sealed class OidcTests : IDisposable
{
    private const string Issuer = "https://issuer.test/tenant";

    private readonly RSA rsa = RSA.Create(2048);
    private readonly Documents documents;
    private readonly Identity identity;

    public OidcTests()
    {
        documents = new Documents(rsa);
        identity = new Identity(new AccessOptions { Issuer = Issuer }, TimeProvider.System, documents: documents);
    }

    public void Dispose() => rsa.Dispose();

    [Fact]
    public async Task Token_SignedWithAPublishedKey_IsBelieved()
    {
        var known = Assert.IsType<Identified.As>(await AskAsync(Token(new RsaSecurityKey(rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256)));

        Assert.Equal("alice", known.Caller.UserId.Value);
        Assert.True(known.Caller.Is(Role.Customer));
    }

    [Fact]
    public async Task Token_SignedWithAnotherKey_IsNot()
    {
        using var other = RSA.Create(2048);

        Assert.IsType<Identified.NotBelieved>(await AskAsync(Token(new RsaSecurityKey(other) { KeyId = "one" }, SecurityAlgorithms.RsaSha256)));
    }

    /// <summary>Who stands between could publish keys of his own. On this machine nobody stands between, so the issuer beside the emulators needs no certificate.</summary>
    [Fact]
    public async Task Metadata_WithoutHttps_IsNotRead()
    {
        var open = new Identity(new AccessOptions { Issuer = "http://issuer.example" }, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<DependencyUnavailableException>(async () => await AskAsync(open, Token(new RsaSecurityKey(rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256)));

        Assert.Contains("HTTPS", refused.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The classic: the public key, which everybody has, taken for a shared secret.</summary>
    [Fact]
    public async Task Token_SignedWithThePublicKeyAsASecret_IsNot() => Assert.IsType<Identified.NotBelieved>(
        await AskAsync(Token(new SymmetricSecurityKey(rsa.ExportRSAPublicKey()) { KeyId = "one" }, SecurityAlgorithms.HmacSha256)));

    /// <summary>An issuer that changes its key is believed soon, without a restart: the first token of the new key may come too early, those after it don't. What the old one signs is not.</summary>
    [Fact]
    public async Task KeyThatTheIssuerChanged_IsReadAnew()
    {
        using var next = RSA.Create(2048);
        Assert.IsType<Identified.As>(await AskAsync(Token(new RsaSecurityKey(rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256)));
        documents.Publish("two", next);

        var waited = System.Diagnostics.Stopwatch.StartNew();
        var answer = await AskAsync(Token(new RsaSecurityKey(next) { KeyId = "two" }, SecurityAlgorithms.RsaSha256));
        while (answer is not Identified.As && waited.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Yield();
            answer = await AskAsync(Token(new RsaSecurityKey(next) { KeyId = "two" }, SecurityAlgorithms.RsaSha256));
        }

        Assert.IsType<Identified.As>(answer);
        Assert.IsType<Identified.NotBelieved>(await AskAsync(Token(new RsaSecurityKey(rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256, "mallory")));
    }

    [Fact]
    public async Task MetadataOutOfReach_IsOurFault_NotTheCallers()
    {
        documents.IsAway = true;

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => AskAsync(Token(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256)));
    }

    [Fact]
    public void WithoutAnIssuer_NothingStarts() =>
        Assert.Throws<InvalidOperationException>(() => new Identity(new AccessOptions(), TimeProvider.System));

    private static string Token(SecurityKey key, string algorithm, string subject = "alice") => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer,
        Audience = "orders",
        Claims = new Dictionary<string, object> { ["sub"] = subject, ["role"] = "customer" },
        SigningCredentials = new SigningCredentials(key, algorithm),
    });

    private Task<Identified> AskAsync(string token) => AskAsync(identity, token);

    private static Task<Identified> AskAsync(Identity identity, string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {token}";
        return identity.OfAsync(context.Request).AsTask();
    }

    private sealed class Documents(RSA rsa) : IDocumentRetriever
    {
        private (string Id, RSA Key) published = ("one", rsa);

        public bool IsAway { get; set; }

        /// <summary>Another key takes the place of the one before.</summary>
        public void Publish(string id, RSA key) => published = (id, key);

        public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            if (IsAway)
                throw new IOException("nobody there");
            var key = published.Key.ExportParameters(includePrivateParameters: false);
            return Task.FromResult(address switch
            {
                Issuer + "/.well-known/openid-configuration" => $$"""{"issuer":"{{Issuer}}","jwks_uri":"{{Issuer}}/keys"}""",
                Issuer + "/keys" =>
                    $$"""{"keys":[{"kty":"RSA","use":"sig","kid":"{{published.Id}}","n":"{{Base64UrlEncoder.Encode(key.Modulus)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent)}}"}]}""",
                _ => throw new IOException($"nothing at {address}"),
            });
        }
    }
}
