using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace OrderFunctions.LocalHost;

/// <summary>The key of the simulated issuer: drawn at its start, and gone with it, so its tokens are worth nothing afterwards.</summary>
/// <param name="issuer">Its name, as tokens say it.</param>
internal sealed class IssuerKey(string issuer) : IDisposable
{
    public const string Algorithm = SecurityAlgorithms.EcdsaSha256;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string id = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(12));

    /// <summary>What everybody may know of it, as a member of a JSON Web Key Set (RFC 7517, 7518).</summary>
    public object Published
    {
        get
        {
            var point = key.ExportParameters(includePrivateParameters: false).Q;
            return new { kty = "EC", use = "sig", alg = Algorithm, kid = id, crv = "P-256", x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
        }
    }

    public string Token(string subject, IReadOnlyList<string> roles, DateTimeOffset from, DateTimeOffset until) =>
        LocalKeys.Sign(issuer, new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = id }, Algorithm), subject, roles, from, until);

    public void Dispose() => key.Dispose();
}
