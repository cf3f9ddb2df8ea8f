using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>
/// The few messages of an entity that are in memory, ready to be handed out; the rest stays on disk, however many they are. Sequence
/// numbers are given out by the one writer in commit order, so reading on from the last one seen misses nothing.
/// </summary>
internal abstract class DeliveryWindow
{
    /// <summary>A stepped host draws among so many ready ones; more would only make a draw slower, not the orders more various.</summary>
    protected const int DrawnFrom = 16;

    private volatile bool mayHaveMore = true;

    protected Lock Gate { get; } = new();

    /// <summary>Set after a commit, cleared before a read: a commit in between is seen by the next look.</summary>
    protected bool MayHaveMore
    {
        get => mayHaveMore;
        set => mayHaveMore = value;
    }

    public static DeliveryWindow Open(LocalStore store, long entity, EntityRules rules) =>
        rules.RequiresSession ? new SessionWindow(store, entity) : new PlainWindow(store, entity);

    /// <summary>Takes no lock: the store's writer calls it, and must not wait for somebody who reads.</summary>
    public void LookAgain() => mayHaveMore = true;

    /// <summary>Whether <see cref="TryTake"/> would find something.</summary>
    public abstract bool HasReady();

    /// <summary>
    /// Takes up to <paramref name="most"/> messages, all of one session if the entity has sessions; they are nobody else's until
    /// <see cref="GiveBack"/> or <see cref="Done"/>.
    /// </summary>
    public abstract bool TryTake(Random? chance, int most, out IReadOnlyList<StoredMessage> taken);

    /// <summary>The message is to be handed out again, before the ones after it.</summary>
    public abstract void GiveBack(StoredMessage message);

    /// <summary>The taker is done with the session of what it took: the next message in it may go. Without sessions there is nothing to do.</summary>
    public abstract void Release(string? session);
}

/// <summary>Without sessions: oldest first, any number at once.</summary>
internal sealed class PlainWindow(LocalStore store, long entity) : DeliveryWindow
{
    /// <summary>With bodies of at most 256 KB a window stays below 16 MB.</summary>
    private const int Size = 64;

    private const string Next =
        $"""
        SELECT {StoredMessage.Columns} FROM bus_messages m LEFT JOIN bus_deliveries d ON d.seq = m.seq
        WHERE m.entity = $1 AND m.state = 0 AND m.seq > $2 ORDER BY m.seq LIMIT $3
        """;

    private readonly LinkedList<StoredMessage> ready = [];
    private long lastRead;

    public override bool HasReady()
    {
        lock (Gate)
            return Fill();
    }

    public override bool TryTake(Random? chance, int most, out IReadOnlyList<StoredMessage> taken)
    {
        lock (Gate)
        {
            var list = new List<StoredMessage>();
            while (list.Count < most && Fill())
            {
                var node = ready.First!;
                for (var skip = chance?.Next(Math.Min(ready.Count, DrawnFrom)) ?? 0; skip > 0; skip--)
                    node = node.Next!;
                ready.Remove(node);
                list.Add(node.Value);
            }

            taken = list;
            return list.Count > 0;
        }
    }

    public override void GiveBack(StoredMessage message)
    {
        lock (Gate)
        {
            var after = ready.First;
            while (after is not null && after.Value.Sequence < message.Sequence)
                after = after.Next;
            if (after is null)
                ready.AddLast(message);
            else
                ready.AddBefore(after, message);
        }
    }

    public override void Release(string? session)
    {
    }

    private bool Fill()
    {
        if (ready.Count > 0)
            return true;
        if (!MayHaveMore)
            return false;
        MayHaveMore = false;
        var read = store.Read(session => session.Query(Next, StoredMessage.Read, entity, lastRead, Size));
        foreach (var message in read)
            ready.AddLast(message);
        if (read.Count > 0)
            lastRead = read[^1].Sequence;
        if (read.Count == Size)
            MayHaveMore = true;
        return ready.Count > 0;
    }
}
