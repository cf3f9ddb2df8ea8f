namespace LocalFunctions.Testing;

/// <summary>How a test runs an app.</summary>
public sealed record FunctionsTestOptions
{
    /// <summary>The app's time at the start. It stands still until it is advanced.</summary>
    public DateTimeOffset Now { get; init; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Not null: a stepped app. Nothing works by itself; everything that the app does happens within <c>AdvanceAsync</c> and
    /// <c>StepAsync</c>, one item at a time, in an order that this seed alone decides.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>A folder for the store's file; null keeps the store in memory. The file stays behind.</summary>
    public string? DataDirectory { get; init; }
}
