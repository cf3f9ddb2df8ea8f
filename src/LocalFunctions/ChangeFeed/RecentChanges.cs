namespace LocalFunctions.ChangeFeed;

/// <summary>One line of a container's log.</summary>
internal readonly record struct Change(long Sequence, string? Item, byte[] Json);

/// <summary>
/// The end of one feed range's log in memory, so that a reader that keeps up needn't read back what was just written. It has no gaps: what it
/// has no room for it forgets from the old end, and readers that far behind go to the table.
/// </summary>
internal sealed class RecentChanges
{
    private const int Most = 1024;
    private const long MostBytes = 4 * 1024 * 1024;

    private readonly Queue<Change> changes = new();
    private long bytes;
    private long from;

    /// <summary>What is stored up to here isn't at hand.</summary>
    public void BeginAfter(long sequence) => from = sequence;

    public void Add(Change change)
    {
        changes.Enqueue(change);
        bytes += change.Json.Length;
        while (changes.Count > Most || bytes > MostBytes)
            DropOldest();
    }

    /// <summary>All readers are past it.</summary>
    public void Forget(long upTo)
    {
        while (changes.TryPeek(out var oldest) && oldest.Sequence <= upTo)
            DropOldest();
    }

    /// <summary>Up to <paramref name="most"/> changes behind a position; null when it doesn't reach back that far.</summary>
    public List<Change>? After(long position, int most) =>
        position < from ? null : [.. changes.SkipWhile(change => change.Sequence <= position).Take(most)];

    private void DropOldest()
    {
        var oldest = changes.Dequeue();
        bytes -= oldest.Json.Length;
        from = oldest.Sequence;
    }
}
