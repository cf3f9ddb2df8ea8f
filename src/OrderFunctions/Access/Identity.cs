using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;
using Orders.Application;
using Orders.Application.Access;
using Orders.Domain;

namespace OrderFunctions.Access;

/// <summary>Who a request says it comes from.</summary>
public abstract record Identified
{
    /// <summary>A token that holds.</summary>
    public sealed record As(Caller Caller) : Identified;

    /// <summary>There is no bearer token.</summary>
    public sealed record Nobody : Identified;

    /// <summary>There is one, and it doesn't hold.</summary>
    public sealed record NotBelieved(string Because) : Identified;
}

/// <summary>Turns the bearer token of a request into a caller: the only way in which one comes to be.</summary>
public sealed class Identity
{
    private const string Scheme = "Bearer ";
    private static readonly Identified.Nobody Nobody = new();

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters rules;
    private readonly TokenCache believed;

    /// <param name="options">Whose tokens are believed.</param>
    /// <param name="clock">By which they live and end.</param>
    /// <param name="ownKeys">The host's own keys; null to ask the issuer's metadata.</param>
    /// <param name="documents">Reads the metadata; over HTTPS when null, but for an issuer on this machine.</param>
    public Identity(AccessOptions options, TimeProvider clock, ISigningKeys? ownKeys = null, IDocumentRetriever? documents = null)
    {
        rules = TokenRules.From(options, ownKeys, documents, clock);
        believed = new TokenCache(options.BelieveAgainFor, clock);
    }

    /// <exception cref="DependencyUnavailableException">The issuer's keys could not be had.</exception>
    public ValueTask<Identified> OfAsync(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return new(Nobody);
        var token = header[Scheme.Length..].Trim();
        return believed.Find(token) is { } caller ? new(caller) : new(CheckAsync(token));
    }

    private async Task<Identified> CheckAsync(string token)
    {
        await HaveKeysAsync();
        var checkedToken = await handler.ValidateTokenAsync(token, rules);
        if (!checkedToken.IsValid)
            return new Identified.NotBelieved(InWords(checkedToken.Exception));
        var parsed = (JsonWebToken)checkedToken.SecurityToken;
        if (!UserId.TryParse(parsed.Subject, out var user))
            return new Identified.NotBelieved("The token names no usable subject.");
        var caller = new Identified.As(new Caller(user, RolesOf(parsed)));
        believed.Remember(token, caller, parsed.ValidTo);
        return caller;
    }

    /// <summary>The handler would take missing metadata for a wrong signature; it is we who are down then, not the caller who lies.</summary>
    private async Task HaveKeysAsync()
    {
        if (rules.ConfigurationManager is not { } metadata)
            return;
        try
        {
            await metadata.GetBaseConfigurationAsync(CancellationToken.None);
        }
        catch (InvalidOperationException unreachable)
        {
            throw new DependencyUnavailableException("The token issuer", unreachable);
        }
    }

    /// <summary>The claims <c>role</c> and <c>roles</c>, each text or a list; names we don't know give nothing.</summary>
    private static HashSet<Role> RolesOf(JsonWebToken token)
    {
        var roles = new HashSet<Role>();
        foreach (var claim in token.Claims)
        {
            if (claim.Type is "role" or "roles" && RoleNames.TryParse(claim.Value, out var role))
                roles.Add(role);
        }

        return roles;
    }

    // Our own words: the library's messages quote parts of the token.
    private static string InWords(Exception? problem) => problem switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenNoExpirationException =>
            "The token has expired, is not valid yet, or has no end.",
        SecurityTokenInvalidIssuerException => "The token is of another issuer.",
        SecurityTokenInvalidAudienceException => "The token is for another audience.",
        SecurityTokenInvalidAlgorithmException => "The token is signed by an algorithm that is not accepted.",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException => "The token's signature does not hold.",
        _ => "The token is not a valid JSON Web Token.",
    };
}
