namespace OrderFunctions.Edge;

/// <summary>A kind of problem: stable for callers, who branch on its type.</summary>
/// <param name="Name">The last part of its type: <c>out-of-stock</c> of <c>/problems/out-of-stock</c>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">The same for every problem of the kind.</param>
public sealed record Problem(string Name, int Status, string Title)
{
    public string Type { get; } = $"/problems/{Name}";

    /// <summary>
    /// The shop's final word on this very request: kept with the idempotency key and replayed. All else may end otherwise when it is asked again.
    /// </summary>
    public bool IsFinal { get; init; }
}
