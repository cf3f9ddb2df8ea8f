using LocalFunctions.Storage;
using LocalFunctions.Work;

namespace LocalFunctions.ChangeFeed;

/// <summary>The log of one container: how far it was written, and how far each function has read, per feed range.</summary>
internal sealed class ContainerFeed(string name, int ranges)
{
    private readonly Lock gate = new();
    private readonly long[] heads = new long[ranges];
    private readonly RecentChanges[] recent = [.. Enumerable.Range(0, ranges).Select(_ => new RecentChanges())];
    private readonly Dictionary<string, long[]> checkpoints = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IWorkSource> listeners = [];

    public string Name { get; } = name;

    /// <summary>Null until the container's row is committed.</summary>
    public long? Id { get; set; }

    /// <summary>Whether anybody reads, or read once and may come back.</summary>
    public bool HasReaders
    {
        get
        {
            lock (gate)
                return checkpoints.Count > 0;
        }
    }

    public long Head(int range) => Interlocked.Read(ref heads[range]);

    /// <summary>A change was committed. In the order of the commits.</summary>
    public void Wrote(int range, Change change)
    {
        lock (gate)
        {
            heads[range] = Math.Max(heads[range], change.Sequence);
            if (listeners.Count > 0)
                recent[range].Add(change);
            else
                recent[range].BeginAfter(change.Sequence);
        }

        foreach (var listener in listeners)
            listener.Wake();
    }

    /// <summary>The changes behind <paramref name="after"/>, oldest first, if they are all at hand; else null, and they are in the table.</summary>
    public List<Change>? Recent(int range, long after, int most)
    {
        lock (gate)
            return recent[range].After(after, most);
    }

    public long Checkpoint(string function, int range)
    {
        lock (gate)
            return checkpoints[function][range];
    }

    public bool Knows(string function)
    {
        lock (gate)
            return checkpoints.ContainsKey(function);
    }

    public void SetCheckpoint(string function, int range, long sequence)
    {
        lock (gate)
        {
            if (!checkpoints.TryGetValue(function, out var own))
                checkpoints.Add(function, own = new long[ranges]);
            own[range] = sequence;
            recent[range].Forget(checkpoints.Values.Min(one => one[range]));
        }
    }

    public void Forget(string function)
    {
        lock (gate)
            checkpoints.Remove(function);
    }

    /// <summary>Everything up to here is read by all when <paramref name="function"/> has read up to <paramref name="sequence"/>.</summary>
    public long ReadByAll(string function, int range, long sequence)
    {
        lock (gate)
        {
            foreach (var (other, own) in checkpoints)
                sequence = string.Equals(other, function, StringComparison.OrdinalIgnoreCase) ? sequence : Math.Min(sequence, own[range]);
            return sequence;
        }
    }

    /// <summary>Before the start only: from then on the list is read without a lock.</summary>
    public void Listen(IWorkSource source) => listeners.Add(source);

    public void Load(SqlSession session)
    {
        foreach (var (range, head) in session.Query(
            "SELECT range, max(seq) FROM feed_changes WHERE container = $1 GROUP BY range", row => (row.GetInt32(0), row.GetInt64(1)), Id))
        {
            heads[range] = head;
            recent[range].BeginAfter(head);
        }

        foreach (var (function, range, sequence) in session.Query(
            "SELECT function, range, seq FROM feed_checkpoints WHERE container = $1", row => (row.GetString(0), row.GetInt32(1), row.GetInt64(2)), Id))
        {
            SetCheckpoint(function, range, sequence);
            heads[range] = Math.Max(heads[range], sequence);
        }
    }
}
