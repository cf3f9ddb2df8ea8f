using System.Data.Common;
using System.Text.Json;
using Azure.Core;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;

namespace Orders.Azure.Cosmos;

/// <summary>
/// Where the database is, and how it is talked to. Section <c>CosmosDB</c> is the one that the change feed's trigger reads too: an endpoint for an
/// identity, or the emulator's connection string. Section <c>Cosmos</c> is ours alone.
/// </summary>
public sealed record CosmosSettings
{
    private const string Endpoint = "accountEndpoint";
    private static readonly string[] Known = [Endpoint, IdentitySettings.Credential, IdentitySettings.ClientId];

    /// <summary>Of the emulator, with its key; null where an identity opens the door.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Of the account; null with a connection string.</summary>
    public string? AccountEndpoint { get; init; }

    /// <summary>Opens the account; null with a connection string.</summary>
    public TokenCredential? Identity { get; init; }

    public CosmosOptions Options { get; init; } = new();

    /// <summary>Null when nothing says where the database is.</summary>
    /// <exception cref="InvalidOperationException">A setting is unknown or makes no sense; the message names it.</exception>
    public static CosmosSettings? From(IConfiguration configuration)
    {
        var options = configuration.GetSection("Cosmos").Get<CosmosOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new();
        var section = configuration.GetSection("CosmosDB");
        if (!section.Exists())
            return null;
        if (section.Value is { Length: > 0 } connectionString)
            return new CosmosSettings { ConnectionString = OfTheEmulator(connectionString), Options = options };
        foreach (var unknown in section.GetChildren().Where(setting => !Known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)))
            throw new InvalidOperationException($"There is no setting CosmosDB:{unknown.Key}; Cosmos DB knows {string.Join(", ", Known)}.");
        return section[Endpoint] is { Length: > 0 } endpoint
            ? new CosmosSettings { AccountEndpoint = endpoint, Identity = IdentitySettings.Of(section), Options = options }
            : throw new InvalidOperationException("Cosmos DB needs the setting CosmosDB:accountEndpoint, or CosmosDB with the emulator's connection string.");
    }

    /// <summary>How the client behaves, whatever the address.</summary>
    public CosmosClientOptions ForClient() => new()
    {
        ApplicationName = "order-functions",
        // The newer emulator knows Gateway alone, and names itself by an address that may lead nowhere from here.
        ConnectionMode = Options.Mode ?? (ConnectionString is null ? ConnectionMode.Direct : ConnectionMode.Gateway),
        LimitToEndpoint = ConnectionString is not null && Options.PreferredRegions.Count == 0,
        ApplicationPreferredRegions = Options.PreferredRegions.Count > 0 ? Options.PreferredRegions : null,
        // Nobody reads back what they have just written: it would be paid for in bytes.
        EnableContentResponseOnWrite = false,
        // The pipeline bounds a call; a wait that is longer than a try is given up there.
        MaxRetryWaitTimeOnRateLimitedRequests = TimeSpan.FromSeconds(2),
        UseSystemTextJsonSerializerWithOptions = new JsonSerializerOptions(JsonSerializerDefaults.Web),
    };

    private static string OfTheEmulator(string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return parts.TryGetValue("AccountEndpoint", out var endpoint) && Uri.TryCreate($"{endpoint}", UriKind.Absolute, out var uri)
            && (uri.IsLoopback || !uri.Host.Contains('.', StringComparison.Ordinal))
            ? connectionString
            : throw new InvalidOperationException(
                "The setting CosmosDB holds a key, which only the emulator has (on localhost, or a host without a dot): an account is opened by CosmosDB:accountEndpoint and an identity.");
    }
}

/// <summary>Settings of section <c>Cosmos</c>.</summary>
public sealed record CosmosOptions
{
    public string Database { get; init; } = CosmosContainers.DefaultDatabase;

    /// <summary>
    /// Where reads go: the first that answers. It has to be the region that takes the writes, or decisions are taken on what has been changed there; the others are for when it is away.
    /// </summary>
    public IReadOnlyList<string> PreferredRegions { get; init; } = [];

    /// <summary>Direct is faster, and the default but for the emulator; Gateway passes through firewalls.</summary>
    public ConnectionMode? Mode { get; init; }
}
