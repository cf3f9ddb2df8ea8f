namespace Orders.Application;

/// <summary>Part of a list. <paramref name="NextCursor"/> is opaque, and null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>
/// A dependency could not be reached or did not answer: it is unknown whether the call had its effect. Every port throws this (and nothing
/// else) for a world that is down; the caller repeats with the same key, or answers 503.
/// </summary>
public sealed class DependencyUnavailableException(string dependency, Exception? inner = null)
    : Exception($"{dependency} is not available.", inner)
{
    public string Dependency { get; } = dependency;
}
