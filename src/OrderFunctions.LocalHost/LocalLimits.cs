using Microsoft.Extensions.Configuration;

namespace OrderFunctions.LocalHost;

/// <summary>
/// Limits that suit one machine, where a test or a load generator is many buyers at one address. What is set already, in the
/// environment for one (<c>Limits__User__PerSecond</c>), stays.
/// </summary>
internal static class LocalLimits
{
    private const string OfAUser = "5000";
    private const string OfAnAddress = "20000";

    private static readonly (string Limit, string Value)[] Limits =
    [
        ("User", OfAUser), ("UserMisses", OfAUser),
        ("Address", OfAnAddress), ("AddressMisses", OfAnAddress), ("Webhook", OfAnAddress), ("Health", OfAnAddress),
    ];

    public static void AddTo(IConfigurationManager configuration)
    {
        var wider = from limit in Limits
                    from name in (string[])["PerSecond", "Burst"]
                    select KeyValuePair.Create($"Limits:{limit.Limit}:{name}", (string?)limit.Value);
        configuration.AddInMemoryCollection([.. wider.Where(setting => configuration[setting.Key] is null)]);
    }
}
