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

    /// <summary>The classic: the public key, which everybody has, taken for a shared secret.</summary>
    [Fact]
    public async Task Token_SignedWithThePublicKeyAsASecret_IsNot() => Assert.IsType<Identified.NotBelieved>(
        await AskAsync(Token(new SymmetricSecurityKey(rsa.ExportRSAPublicKey()) { KeyId = "one" }, SecurityAlgorithms.HmacSha256)));

    [Fact]
    public async Task MetadataOutOfReach_IsOurFault_NotTheCallers()
    {
        documents.IsAway = true;

        await Assert.ThrowsAsync<DependencyUnavailableException>(() => AskAsync(Token(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256)));
    }

    [Fact]
    public void WithoutAnIssuer_NothingStarts() =>
        Assert.Throws<InvalidOperationException>(() => new Identity(new AccessOptions(), TimeProvider.System));

    private static string Token(SecurityKey key, string algorithm) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer,
        Audience = "orders",
        Claims = new Dictionary<string, object> { ["sub"] = "alice", ["role"] = "customer" },
        SigningCredentials = new SigningCredentials(key, algorithm),
    });

    private Task<Identified> AskAsync(string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {token}";
        return identity.OfAsync(context.Request).AsTask();
    }

    private sealed class Documents(RSA rsa) : IDocumentRetriever
    {
        public bool IsAway { get; set; }

        public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            if (IsAway)
                throw new IOException("nobody there");
            var key = rsa.ExportParameters(includePrivateParameters: false);
            return Task.FromResult(address switch
            {
                Issuer + "/.well-known/openid-configuration" => $$"""{"issuer":"{{Issuer}}","jwks_uri":"{{Issuer}}/keys"}""",
                Issuer + "/keys" =>
                    $$"""{"keys":[{"kty":"RSA","use":"sig","kid":"one","n":"{{Base64UrlEncoder.Encode(key.Modulus)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent)}}"}]}""",
                _ => throw new IOException($"nothing at {address}"),
            });
        }
    }
}
