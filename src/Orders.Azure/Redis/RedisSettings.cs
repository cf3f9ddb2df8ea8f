using Azure.Core;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <summary>
/// Reads the section <c>Redis</c>: a server with its keys off, reached by identity and always over TLS, or a connection string that says everything. How the
/// connection behaves is the same for both.
/// </summary>
public static class RedisSettings
{
    private const string Name = "Redis";
    private const string ConnectionString = "ConnectionString";
    private const string Host = "host";
    private static readonly string[] Known = [ConnectionString, Host, IdentitySettings.Credential, IdentitySettings.ClientId];

    /// <summary>The pipeline bounds a try, far below this; what it gave up ends here.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(5);

    /// <param name="section">With <c>host</c> and the identity in <c>credential</c> and <c>clientId</c>; or with <c>ConnectionString</c>.</param>
    /// <returns>Where the server is, and who we are there: null where the connection string says it, or nobody asks.</returns>
    /// <exception cref="InvalidOperationException">Half of it is there, or something that nobody knows; the message names the setting.</exception>
    public static (ConfigurationOptions Options, TokenCredential? Credential) From(IConfigurationSection section)
    {
        foreach (var unknown in section.GetChildren().Where(setting => !Known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)))
            throw new InvalidOperationException($"There is no setting {Name}:{unknown.Key}; Redis knows {string.Join(", ", Known)}.");
        var connectionString = section[ConnectionString];
        if (string.IsNullOrWhiteSpace(connectionString))
            return (OfHost(section[Host]), IdentitySettings.Of(section));
        foreach (var second in section.GetChildren().Where(setting => !string.Equals(setting.Key, ConnectionString, StringComparison.OrdinalIgnoreCase)))
            throw new InvalidOperationException($"The setting {Name}:{second.Key} is for a server that is reached by identity: leave it out, or {Name}:{ConnectionString}.");
        return (Of(connectionString), null);
    }

    /// <summary>A token that travels in the clear is anybody's: there is no way to leave TLS out.</summary>
    private static ConfigurationOptions OfHost(string? host) =>
        Uri.TryCreate($"redis://{host}", UriKind.Absolute, out var uri) && Uri.CheckHostName(uri.Host) == UriHostNameType.Dns
        && string.Equals($"{uri.Host}:{uri.Port}", host, StringComparison.OrdinalIgnoreCase) && uri.Port > 0
            ? Of($"{host},ssl=true")
            : throw new InvalidOperationException(
                $"Redis needs the setting {Name}:{Host}, a host's name and its port, as orders.westeurope.redis.azure.net:10000; or {Name}:{ConnectionString}.");

    /// <param name="connectionString">As StackExchange.Redis has it: <c>host:port,ssl=true,…</c>.</param>
    /// <exception cref="InvalidOperationException">It names no server.</exception>
    public static ConfigurationOptions Of(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString, ignoreUnknown: false);
        if (options.EndPoints.Count == 0)
            throw new InvalidOperationException("The setting Redis:ConnectionString names no server.");

        // An app that starts while Redis is away answers 503 where it needs it, and finds it by itself later.
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = (int)ConnectsWithin.TotalMilliseconds;
        options.AsyncTimeout = (int)AnswersWithin.TotalMilliseconds;

        // Without a connection a call fails at once: what waits in a queue of our own would be sent long after its caller was told 503.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName ??= "order-functions";
        return options;
    }
}
