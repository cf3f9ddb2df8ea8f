using System.Collections.Concurrent;

namespace OrderFunctions.Access;

/// <summary>
/// Tokens whose signature was found good a moment ago: checking one costs more than all else that the edge does. Keyed by the whole token, so
/// a changed one is never found; bounded; emptied at the bound rather than trimmed, for it refills within a minute.
/// </summary>
internal sealed class TokenCache(TimeSpan believeAgainFor, TimeProvider clock)
{
    private const int MostTokens = 10_000;

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private int count;

    public Identified.As? Find(string token) =>
        entries.TryGetValue(token, out var entry) && clock.GetUtcNow() < entry.Until ? entry.Identified : null;

    /// <param name="expires">The token's own end, UTC.</param>
    public void Remember(string token, Identified.As identified, DateTime expires)
    {
        var now = clock.GetUtcNow();
        var until = now + believeAgainFor;
        var end = new DateTimeOffset(expires, TimeSpan.Zero);
        if (end < until)
            until = end;
        if (until <= now)
            return;
        // Counted here because ConcurrentDictionary.Count takes all its locks.
        if (Interlocked.Increment(ref count) > MostTokens)
        {
            entries.Clear();
            Interlocked.Exchange(ref count, 1);
        }

        entries[token] = new Entry(identified, until);
    }

    private sealed record Entry(Identified.As Identified, DateTimeOffset Until);
}
