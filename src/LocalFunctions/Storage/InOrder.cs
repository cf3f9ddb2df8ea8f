using System.Collections.Concurrent;

namespace LocalFunctions.Storage;

/// <summary>
/// Runs what several threads add in the order in which they added it. The memory store adds under its lock and runs outside of it, for an
/// action may wait for a thread that wants to read.
/// </summary>
internal sealed class InOrder
{
    private readonly ConcurrentQueue<Entry> waiting = new();
    private readonly Lock one = new();

    public Entry Add(Action[] actions)
    {
        var entry = new Entry(actions);
        waiting.Enqueue(entry);
        return entry;
    }

    /// <summary>Returns when the entry has run, on this thread or another; what one of its actions threw.</summary>
    public Exception? Run(Entry entry)
    {
        lock (one)
        {
            while (waiting.TryDequeue(out var next))
                next.Thrown = PendingWrite.RunAll(next.Actions);
            return entry.Thrown;
        }
    }

    internal sealed class Entry(Action[] actions)
    {
        public Action[] Actions => actions;

        public Exception? Thrown { get; set; }
    }
}
