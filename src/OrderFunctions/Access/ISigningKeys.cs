using Microsoft.IdentityModel.Tokens;

namespace OrderFunctions.Access;

/// <summary>Keys of an issuer that has no metadata to ask for, such as the local host. Without this registration the issuer's metadata is read.</summary>
public interface ISigningKeys
{
    /// <summary>The keys that tokens may be signed with now.</summary>
    IReadOnlyCollection<SecurityKey> Keys { get; }
}
