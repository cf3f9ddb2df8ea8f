using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Orders.Azure.Resilience;

namespace Orders.Azure.ServiceBus;

/// <summary>
/// Makes the client from the connection <c>ServiceBus</c>, the same settings that the triggers read: a namespace with an identity, or the emulator's connection
/// string. Keys of a real namespace are refused; local authentication is off there anyhow.
/// </summary>
internal static class BusSettings
{
    private const string Name = "ServiceBus";
    private const string Namespace = "fullyQualifiedNamespace";

    /// <param name="section">The connection.</param>
    /// <param name="bounds">Of a call: the SDK's own tries fit into one of them.</param>
    /// <exception cref="InvalidOperationException">Half of it is there, or something that nobody knows; the message names the setting.</exception>
    public static ServiceBusClient Client(IConfigurationSection section, PipelineOptions bounds)
    {
        var options = new ServiceBusClientOptions { Identifier = "order-functions", RetryOptions = Retries(bounds) };
        if (section.Value is { } connectionString)
            return new ServiceBusClient(OfTheEmulator(connectionString), options);

        foreach (var unknown in section.GetChildren().Where(setting => !Is(setting.Key, Namespace) && !Is(setting.Key, IdentitySettings.Credential) && !Is(setting.Key, IdentitySettings.ClientId)))
            throw new InvalidOperationException($"There is no setting {Name}:{unknown.Key}; Service Bus knows {Namespace}, {IdentitySettings.Credential} and {IdentitySettings.ClientId}.");
        return new ServiceBusClient(HostOf(section[Namespace]), IdentitySettings.Of(section), options);
    }

    /// <summary>Three tries within one of ours, so that a lost connection costs no call.</summary>
    private static ServiceBusRetryOptions Retries(PipelineOptions bounds) => new()
    {
        Mode = ServiceBusRetryMode.Exponential,
        MaxRetries = 2,
        Delay = TimeSpan.FromMilliseconds(100),
        MaxDelay = TimeSpan.FromSeconds(1),
        TryTimeout = bounds.TryTimeout / 3,
    };

    private static string OfTheEmulator(string connectionString) =>
        connectionString.Split(';', StringSplitOptions.TrimEntries).Any(part => Is(part, "UseDevelopmentEmulator=true"))
            ? connectionString
            : throw new InvalidOperationException(
                $"The setting {Name} must be the emulator's connection string, with UseDevelopmentEmulator=true; a namespace is named by {Name}:{Namespace} and reached by identity.");

    private static string HostOf(string? host) => Uri.CheckHostName(host ?? "") == UriHostNameType.Dns
        ? host!
        : throw new InvalidOperationException($"Service Bus needs the setting {Name}:{Namespace}: a host's name, as orders.servicebus.windows.net.");

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
