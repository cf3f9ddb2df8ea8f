using System.Text.Json;
using LocalFunctions.Hosting;

namespace LocalFunctions.Durable.Engine;

/// <summary>The durable engine's settings; the defaults suit two cores.</summary>
public sealed record DurableOptions
{
    /// <summary>Turns in progress at once. Most of a turn is waiting for the disk, so it is far more than there are cores.</summary>
    public int MaxConcurrentTurns { get; init; } = 128;

    /// <summary>Activities in progress at once.</summary>
    public int MaxConcurrentActivities { get; init; } = 128;

    /// <summary>Ready turns, and ready activities, held in memory; the rest stays in the tables until there is room.</summary>
    public int MaxReadyInMemory { get; init; } = 4096;

    /// <summary>Instances whose history and inbox are kept in memory, because the next turn often follows at once; 0 keeps none.</summary>
    public int MaxCachedInstances { get; init; } = 4096;

    /// <summary>Messages that one turn takes; the rest waits for the next.</summary>
    public int MaxMessagesPerTurn { get; init; } = 500;

    /// <summary>An execution that has more history events fails and says that it should continue as new.</summary>
    public int MaxHistoryEvents { get; init; } = 20_000;

    /// <summary>Largest input, result, output or event payload, in characters of JSON.</summary>
    public int MaxPayloadLength { get; init; } = 1024 * 1024;

    /// <summary>host.json's <c>defaultVersion</c>: the version of orchestrations that are started without one.</summary>
    public string DefaultVersion { get; init; } = "";

    /// <summary>host.json's <c>versionMatchStrategy</c>. Without a <see cref="DefaultVersion"/> every version runs.</summary>
    public VersionMatch VersionMatch { get; init; } = VersionMatch.CurrentOrOlder;

    /// <summary>host.json's <c>versionFailureStrategy</c>: what happens to an instance whose version doesn't match.</summary>
    public VersionFailure VersionFailure { get; init; } = VersionFailure.Reject;

    /// <summary>How inputs, outputs and events are written; null takes the worker's defaults. May carry a source-generated context.</summary>
    public JsonSerializerOptions? Json { get; init; }

    /// <summary>
    /// The real SDK hands an event to a wait that was cancelled before, and so loses it; its documentation says that the event is kept.
    /// False follows the documentation; true follows the code, for tests of orchestrators that must live with either.
    /// </summary>
    public bool CancelledWaitsTakeEvents { get; init; }

    /// <summary>What host.json says under <c>extensions:durableTask</c>; other settings of that section concern Azure's storage.</summary>
    /// <exception cref="FunctionsStartException">A setting has a value that it can't have.</exception>
    public static DurableOptions From(HostJson host, JsonSerializerOptions? json)
    {
        var defaults = new DurableOptions();
        return defaults with
        {
            MaxConcurrentTurns = host.Integer("extensions:durableTask:maxConcurrentOrchestratorFunctions") ?? defaults.MaxConcurrentTurns,
            MaxConcurrentActivities = host.Integer("extensions:durableTask:maxConcurrentActivityFunctions") ?? defaults.MaxConcurrentActivities,
            DefaultVersion = host.Text("extensions:durableTask:defaultVersion") ?? defaults.DefaultVersion,
            VersionMatch = OneOf(host, "extensions:durableTask:versionMatchStrategy", defaults.VersionMatch),
            VersionFailure = OneOf(host, "extensions:durableTask:versionFailureStrategy", defaults.VersionFailure),
            Json = json,
        };
    }

    /// <summary>Whether this host runs instances of such a version.</summary>
    internal bool Runs(string version) => DefaultVersion.Length == 0 || VersionMatch switch
    {
        VersionMatch.Strict => TaskOrchestrationContext.CompareVersions(version, DefaultVersion) == 0,
        VersionMatch.CurrentOrOlder => TaskOrchestrationContext.CompareVersions(version, DefaultVersion) <= 0,
        _ => true,
    };

    private static T OneOf<T>(HostJson host, string path, T otherwise)
        where T : struct, Enum => host.Text(path) switch
        {
            null => otherwise,
            var text when Enum.TryParse<T>(text, ignoreCase: true, out var value) => value,
            var text => throw new FunctionsStartException([$"host.json: {path} is '{text}', but must be one of {string.Join(", ", Enum.GetNames<T>())}."]),
        };

    /// <summary>Serializes a payload within <see cref="MaxPayloadLength"/>.</summary>
    /// <exception cref="ArgumentException">It is too large.</exception>
    internal string? Serialize(DataConverter converter, object? value, string what)
    {
        var text = converter.Serialize(value);
        if (text?.Length > MaxPayloadLength)
            throw new ArgumentException($"The {what} has {text.Length} characters of JSON; {MaxPayloadLength} are allowed. Pass a reference instead.");
        return text;
    }
}

/// <summary>Which instances a host runs, by their version and its own.</summary>
public enum VersionMatch
{
    None,
    Strict,
    CurrentOrOlder,
}

/// <summary>What becomes of an instance whose version doesn't match.</summary>
public enum VersionFailure
{
    /// <summary>It waits, untouched, for a host that runs its version.</summary>
    Reject,

    /// <summary>It fails.</summary>
    Fail,
}
