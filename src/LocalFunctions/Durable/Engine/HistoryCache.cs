using System.Diagnostics.CodeAnalysis;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// The state that the latest turns left, for turns that follow soon: an answer usually comes within milliseconds. It holds a fixed
/// number of instances and may be wrong at any time, because a commit holds only if the state in the tables is the one it was made from.
/// </summary>
internal sealed class HistoryCache(int capacity)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, Entry> entries = [];
    private readonly Queue<long> oldest = new();

    /// <summary>Takes an instance's state out: whoever has it puts it back, further on, or lets it go.</summary>
    public bool TryTake(long instance, [NotNullWhen(true)] out InstanceRow? row, [NotNullWhen(true)] out List<List<HistoryEvent>>? history)
    {
        lock (gate)
        {
            var found = entries.Remove(instance, out var entry);
            (row, history) = (entry?.Row, entry?.History);
            return found;
        }
    }

    public void Put(InstanceRow row, List<List<HistoryEvent>> history)
    {
        lock (gate)
        {
            if (capacity == 0)
                return;
            entries[row.Seq] = new Entry(row, history);
            oldest.Enqueue(row.Seq);

            // An instance may stand in the queue several times; what goes first goes early, which costs a read and nothing else.
            while (oldest.Count > capacity)
                entries.Remove(oldest.Dequeue());
        }
    }

    private sealed record Entry(InstanceRow Row, List<List<HistoryEvent>> History);
}
