using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace OrderFunctions.Access;

/// <summary>What a token is held against: issuer, audience, lifetime on the host's clock, signature by a listed algorithm.</summary>
internal static class TokenRules
{
    // What OIDC issuers sign with; no "none", and no shared secret that could be a public key in disguise.
    private static readonly string[] Asymmetric =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>How long a withdrawn key works at most. A key that the metadata doesn't have yet is looked for at once.</summary>
    private static readonly TimeSpan MetadataReadAgainAfter = TimeSpan.FromHours(1);

    /// <exception cref="InvalidOperationException">The issuer is not set.</exception>
    public static TokenValidationParameters From(AccessOptions options, ISigningKeys? ownKeys, IDocumentRetriever? documents, TimeProvider clock)
    {
        if (options.Issuer.Length == 0)
            throw new InvalidOperationException("The setting Access:Issuer is missing: without it no token can be believed.");
        var rules = new TokenValidationParameters
        {
            ValidIssuer = options.Issuer,
            ValidAudience = options.Audience,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires, clock.GetUtcNow().UtcDateTime, options.ClockSkew),
        };
        if (ownKeys is not null)
        {
            rules.ValidAlgorithms = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.EcdsaSha256];
            rules.IssuerSigningKeyResolver = (_, _, _, _) => ownKeys.Keys;
        }
        else
        {
            rules.ValidAlgorithms = Asymmetric;
            var metadata = options.MetadataAddress ?? $"{options.Issuer.TrimEnd('/')}/.well-known/openid-configuration";
            rules.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                metadata,
                new OpenIdConnectConfigurationRetriever(),
                documents ?? new HttpDocumentRetriever { RequireHttps = !IsOnThisMachine(metadata) })
            {
                AutomaticRefreshInterval = MetadataReadAgainAfter,
                // Else a key that the issuer has withdrawn would be believed for another hour, by the metadata of before.
                UseLastKnownGoodConfiguration = false,
            };
        }

        return rules;
    }

    /// <summary>Nobody stands between: the simulated issuer beside the emulators needs no certificate.</summary>
    private static bool IsOnThisMachine(string address) => Uri.TryCreate(address, UriKind.Absolute, out var metadata) && metadata.IsLoopback;

    private static bool IsAlive(DateTime? notBefore, DateTime? expires, DateTime now, TimeSpan skew) =>
        expires is { } end && now < end + skew && (notBefore is not { } begin || now >= begin - skew);
}
