using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace LocalFunctions.Hosting;

/// <summary>
/// The app's <c>host.json</c>. Paths are written with colons: <c>extensions:http:routePrefix</c>; names ignore case; what nobody asks for is
/// ignored.
/// </summary>
public sealed class HostJson
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly JsonElement root;
    private readonly string source;
    private readonly IConfigurationSection? overrides;

    private HostJson(JsonElement root, string source, IConfigurationSection? overrides = null)
    {
        this.root = root;
        this.source = source;
        this.overrides = overrides;
    }

    /// <summary>As if there were no file: every default.</summary>
    public static HostJson Empty { get; } = new(JsonDocument.Parse("{}").RootElement, "host.json");

    /// <summary>What stands before every route, without slashes; <c>api</c> when the file doesn't say.</summary>
    public string RoutePrefix => (Text("extensions:http:routePrefix") ?? "api").Trim('/');

    /// <exception cref="FunctionsStartException">The file isn't JSON, isn't an object or isn't of version 2.0.</exception>
    public static HostJson Load(string path) => Parse(File.ReadAllText(path), path);

    /// <inheritdoc cref="Load"/>
    public static HostJson Parse(string json, string source = "host.json")
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            var parsed = new HostJson(document.RootElement.Clone(), source);
            if (parsed.root.ValueKind != JsonValueKind.Object)
                throw parsed.Wrong("it must be an object");
            return parsed.Text("version") == "2.0" ? parsed : throw parsed.Wrong("version must be \"2.0\"");
        }
        catch (JsonException broken)
        {
            throw new FunctionsStartException([$"{source} isn't valid JSON: {broken.Message}"]);
        }
    }

    /// <summary>
    /// The same, where settings named <c>AzureFunctionsJobHost:{path}</c> take the place of what the file says, as they do on Azure.
    /// </summary>
    public HostJson WithSettings(IConfiguration configuration) => new(root, source, configuration.GetSection("AzureFunctionsJobHost"));

    /// <summary>The text at a path; null when it isn't there.</summary>
    /// <exception cref="FunctionsStartException">There is something else; likewise below.</exception>
    public string? Text(string path) => Find(path) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } found => found.GetString(),
        _ => throw Wrong($"{path} must be a string"),
    };

    /// <summary>The whole number at a path; null when it isn't there.</summary>
    public int? Integer(string path) => Find(path) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } found when found.TryGetInt32(out var number) => number,
        _ => throw Wrong($"{path} must be a whole number"),
    };

    /// <summary>The truth value at a path; null when it isn't there.</summary>
    public bool? Flag(string path) => Find(path) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong($"{path} must be true or false"),
    };

    /// <summary>The duration (<c>hh:mm:ss</c>, with days <c>d.hh:mm:ss</c>) at a path; null when it isn't there.</summary>
    public TimeSpan? Duration(string path) => Text(path) switch
    {
        null => null,
        var text when TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var duration) => duration,
        _ => throw Wrong($"{path} must be a duration such as 00:05:00"),
    };

    private JsonElement? Find(string path)
    {
        if (overrides?[path] is { } setting)
            return JsonSerializer.SerializeToElement<object>(long.TryParse(setting, out var number) ? number : bool.TryParse(setting, out var flag) ? flag : setting);
        JsonElement? at = root;
        foreach (var name in path.Split(':'))
        {
            if (at is not { ValueKind: JsonValueKind.Object } section)
                return null;
            at = section.EnumerateObject().Where(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(member => (JsonElement?)member.Value).FirstOrDefault();
        }

        return at is { ValueKind: JsonValueKind.Null } ? null : at;
    }

    private FunctionsStartException Wrong(string what) => new([$"{source}: {what}."]);
}
