using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace Orders.Azure;

/// <summary>Which identity opens a service that has its keys off: <c>credential</c> and <c>clientId</c>, as the triggers' extensions read them beside the address.</summary>
internal static class IdentitySettings
{
    public const string Credential = "credential";
    public const string ClientId = "clientId";
    private const string ManagedIdentity = "managedidentity";

    /// <summary>As a section has them beside its address.</summary>
    /// <exception cref="InvalidOperationException">Half of it is there; the message names the setting.</exception>
    public static TokenCredential Of(IConfigurationSection section) => Of(section.Key, section[Credential], section[ClientId]);

    /// <param name="section">Whose settings they are: the word before the colon.</param>
    /// <param name="credential">The app's identity, or whoever is signed in on this machine when it is left out.</param>
    /// <param name="clientId">Which of the app's identities; the one of the system when it is left out.</param>
    /// <exception cref="InvalidOperationException">Half of it is there; the message names the setting.</exception>
    private static TokenCredential Of(string section, string? credential, string? clientId) => (credential, clientId) switch
    {
        ({ } kind, { Length: > 0 } id) when Is(kind, ManagedIdentity) => new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(id)),
        ({ } kind, _) when Is(kind, ManagedIdentity) => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned),
        (null or "", null or "") => new DefaultAzureCredential(), // whoever is signed in on this machine
        (null or "", _) => throw new InvalidOperationException($"The setting {section}:{ClientId} needs {section}:{Credential}={ManagedIdentity}."),
        _ => throw new InvalidOperationException($"The setting {section}:{Credential} must be {ManagedIdentity}, or left out for whoever is signed in."),
    };

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
