namespace OrderFunctions.Access;

/// <summary>Whose tokens are believed (section <c>Access</c>).</summary>
public sealed record AccessOptions
{
    /// <summary>The OIDC issuer, as it stands in the tokens' <c>iss</c>. Required.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>What the tokens' <c>aud</c> must name.</summary>
    public string Audience { get; init; } = "orders";

    /// <summary>Where the issuer's metadata is; <c>{Issuer}/.well-known/openid-configuration</c> when null. HTTPS, but for an issuer on this machine.</summary>
    public string? MetadataAddress { get; init; }

    /// <summary>
    /// Under which the cursors of lists are signed, so that nobody makes one of their own: 32 bytes or more in base64, secret, the same on all
    /// instances. Required. With a new one clients begin their lists anew.
    /// </summary>
    public string CursorKey { get; init; } = "";

    /// <summary>By how much the issuer's clock may be off. 30 seconds.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For how long a token that was found good is believed again without a look at its signature, though never past its own end: so long an
    /// issuer's withdrawn key still works. 1 minute.
    /// </summary>
    public TimeSpan BelieveAgainFor { get; init; } = TimeSpan.FromMinutes(1);
}
