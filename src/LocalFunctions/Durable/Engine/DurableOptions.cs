using System.Text.Json;

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

    /// <summary>Messages that one turn takes; the rest waits for the next.</summary>
    public int MaxMessagesPerTurn { get; init; } = 500;

    /// <summary>An execution that has more history events fails and says that it should continue as new.</summary>
    public int MaxHistoryEvents { get; init; } = 20_000;

    /// <summary>Largest input, result, output or event payload, in characters of JSON.</summary>
    public int MaxPayloadLength { get; init; } = 1024 * 1024;

    /// <summary>host.json's <c>defaultVersion</c>: the version of orchestrations that are started without one.</summary>
    public string DefaultVersion { get; init; } = "";

    /// <summary>How inputs, outputs and events are written; null takes the worker's defaults. May carry a source-generated context.</summary>
    public JsonSerializerOptions? Json { get; init; }

    /// <summary>
    /// The real SDK hands an event to a wait that was cancelled before, and so loses it; its documentation says that the event is kept.
    /// False follows the documentation; true follows the code, for tests of orchestrators that must live with either.
    /// </summary>
    public bool CancelledWaitsTakeEvents { get; init; }

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
