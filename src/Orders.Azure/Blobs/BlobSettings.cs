using System.Data.Common;
using Azure.Core;
using Microsoft.Extensions.Configuration;

namespace Orders.Azure.Blobs;

/// <summary>
/// Where the files are: the storage that the Functions host has too, so the section is its own, <c>AzureWebJobsStorage</c>. An account's name, or its address, for an
/// identity; or the emulator's connection string. What else the host reads there is left to it.
/// </summary>
public sealed record BlobSettings
{
    /// <summary>Of the emulator, with its key; null where an identity opens the door.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Of the account's blobs; null with a connection string.</summary>
    public Uri? Address { get; init; }

    /// <summary>Opens the account; null with a connection string.</summary>
    public TokenCredential? Identity { get; init; }

    /// <summary>Null when nothing says where the storage is.</summary>
    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public static BlobSettings? From(IConfiguration configuration)
    {
        var section = configuration.GetSection("AzureWebJobsStorage");
        if (!section.Exists())
            return null;
        if (section.Value is { Length: > 0 } connectionString)
            return new BlobSettings { ConnectionString = OfTheEmulator(connectionString) };
        var address = section["blobServiceUri"] ?? (section["accountName"] is { Length: > 0 } account ? $"https://{account}.blob.core.windows.net" : null);
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            ? new BlobSettings { Address = uri, Identity = IdentitySettings.Of(section) }
            : throw new InvalidOperationException(
                "The files of reports need the setting AzureWebJobsStorage:accountName, or AzureWebJobsStorage:blobServiceUri, which begins with https, or AzureWebJobsStorage with the emulator's connection string.");
    }

    private static string OfTheEmulator(string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var isEmulator = parts.TryGetValue("UseDevelopmentStorage", out var use)
            ? string.Equals($"{use}", "true", StringComparison.OrdinalIgnoreCase)
            : parts.TryGetValue("BlobEndpoint", out var endpoint) && Uri.TryCreate($"{endpoint}", UriKind.Absolute, out var uri)
                && (uri.IsLoopback || !uri.Host.Contains('.', StringComparison.Ordinal));
        return isEmulator
            ? connectionString
            : throw new InvalidOperationException(
                "The setting AzureWebJobsStorage holds a key, which only the emulator has (on localhost, or a host without a dot): an account is opened by AzureWebJobsStorage:accountName and an identity.");
    }
}
