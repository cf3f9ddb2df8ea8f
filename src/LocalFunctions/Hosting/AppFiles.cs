using System.Reflection;
using System.Text.Json;
using LocalFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace LocalFunctions.Hosting;

/// <summary>Finds what the app keeps in files: host.json, local.settings.json and the store.</summary>
internal static class AppFiles
{
    public static HostJson ReadHostJson(LocalFunctionsOptions options, string contentRoot)
    {
        if (options.HostJsonPath is { } path)
            return HostJson.Load(Path.GetFullPath(path, contentRoot));
        return Find("host.json", contentRoot) is { } found ? HostJson.Load(found) : HostJson.Empty;
    }

    public static LocalStore OpenStore(LocalFunctionsOptions options, string contentRoot) =>
        LocalStore.OpenFile(Path.Combine(Path.GetFullPath(options.DataDirectory, contentRoot), "local-functions.db"), options.DurableWrites);

    /// <summary>
    /// The <c>Values</c> of local.settings.json, which Core Tools hand to the app as environment variables: so <c>__</c> parts sections, and real
    /// variables win over them.
    /// </summary>
    /// <exception cref="FunctionsStartException">The file is encrypted or isn't such a file.</exception>
    public static void AddLocalSettings(IConfigurationBuilder configuration, string contentRoot)
    {
        if (Find("local.settings.json", contentRoot) is not { } path)
            return;
        LocalSettings? settings;
        try
        {
            settings = JsonSerializer.Deserialize<LocalSettings>(File.ReadAllText(path), LocalSettings.Lenient);
        }
        catch (JsonException broken)
        {
            throw new FunctionsStartException([$"{path} isn't a settings file: {broken.Message}"]);
        }

        if (settings is { IsEncrypted: true })
            throw new FunctionsStartException([$"{path} is encrypted; decrypt it with 'func settings decrypt'."]);
        configuration.AddInMemoryCollection(settings?.Values?.Select(pair =>
            KeyValuePair.Create(pair.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), (string?)pair.Value)) ?? []);
    }

    public static IEnumerable<Assembly> Roots(LocalFunctionsOptions options)
    {
        if (options.Assemblies.Count > 0)
            return options.Assemblies;
        return [Assembly.GetEntryAssembly() ?? throw new FunctionsStartException(["there is no entry assembly: say which assemblies hold the functions."])];
    }

    // Beside the app first, as the real host has it; the folder of the command second, which is where a developer keeps them.
    private static string? Find(string file, string contentRoot) =>
        Array.Find([Path.Combine(AppContext.BaseDirectory, file), Path.Combine(contentRoot, file)], File.Exists);

    private sealed record LocalSettings(bool IsEncrypted, Dictionary<string, string>? Values)
    {
        public static JsonSerializerOptions Lenient { get; } = new()
        {
            PropertyNameCaseInsensitive = true,
            AllowTrailingCommas = true,
            ReadCommentHandling = JsonCommentHandling.Skip,
        };
    }
}
