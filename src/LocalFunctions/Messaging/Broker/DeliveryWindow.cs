using System.Collections.Concurrent;
using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>
/// The few messages of an entity that are in memory, ready to be handed out; the rest stays on disk, however many they are. A message comes
/// here straight from its commit while the window keeps up; what it had no room for is read from the table later. Sequence numbers are given
/// out by the one writer in commit order, so reading on from the last one seen misses nothing.
/// </summary>
internal abstract class DeliveryWindow
{
    /// <summary>A stepped host draws among so many ready ones; more would only make a draw slower, not the orders more various.</summary>
    protected const int DrawnFrom = 16;

    /// <summary>Rows of one look at the table.</summary>
    protected const int ReadAtOnce = 64;

    /// <summary>Bodies in memory beyond which nothing is taken in; with the largest body one look may go over it by 16 MB.</summary>
    protected const long MostBytes = 8 * 1024 * 1024;

    /// <summary>Messages that are committed and not looked at: listeners that are woken look at once, unless they are all at work.</summary>
    private const int MostArrived = 256;

    private readonly ConcurrentQueue<StoredMessage> arrived = new();
    private volatile bool missed = true;

    protected Lock Gate { get; } = new();

    /// <summary>Whether the table may hold messages behind <see cref="LastSeen"/> that never came here.</summary>
    protected bool IsBehind { get; set; }

    /// <summary>Every message up to this number was taken in or passed over with a note to read it later.</summary>
    protected long LastSeen { get; set; }

    public static DeliveryWindow Open(LocalStore store, long entity, EntityRules rules) =>
        rules.RequiresSession ? new SessionWindow(store, entity) : new PlainWindow(store, entity);

    /// <summary>
    /// A message was committed. Called in the order of the commits, and takes no lock: the store's writer must not wait for somebody who
    /// reads. Once one is missed all are, until <see cref="Absorb"/> has noticed: else a later one could come in before it.
    /// </summary>
    public void Arrived(StoredMessage message)
    {
        if (missed || arrived.Count >= MostArrived)
            missed = true;
        else
            arrived.Enqueue(message);
    }

    /// <summary>Something was committed that isn't at hand: look into the table. In the order of the commits, like <see cref="Arrived"/>.</summary>
    public void LookAgain() => missed = true;

    /// <summary>Whether <see cref="TryTake"/> would find something.</summary>
    public abstract bool HasReady();

    /// <summary>
    /// Takes up to <paramref name="most"/> messages, all of one session if the entity has sessions; they are nobody else's until
    /// <see cref="GiveBack"/> or settled.
    /// </summary>
    public abstract bool TryTake(Random? chance, int most, out IReadOnlyList<StoredMessage> taken);

    /// <summary>The message is to be handed out again, before the ones after it.</summary>
    public abstract void GiveBack(StoredMessage message);

    /// <summary>The taker is done with the session of what it took: the next message in it may go. Without sessions there is nothing to do.</summary>
    public abstract void Release(string? session);

    /// <summary>Takes a message in; false when there is no room, and nothing behind it may be taken in either.</summary>
    protected abstract bool TryTakeIn(StoredMessage message);

    /// <summary>Takes in what has arrived. What is dropped here was committed before any look at the table that follows.</summary>
    protected void Absorb()
    {
        if (missed)
        {
            missed = false;
            IsBehind = true;
        }

        while (arrived.TryDequeue(out var message))
            IsBehind = IsBehind || !TakeInNew(message);
    }

    /// <summary>One look at the table, on from what was seen last.</summary>
    protected void ReadOn(LocalStore store, string sql, long entity)
    {
        var read = store.Read(session => session.Query(sql, StoredMessage.Read, entity, LastSeen, ReadAtOnce));
        IsBehind = !read.TrueForAll(TakeInNew) || read.Count == ReadAtOnce;
    }

    /// <summary>Puts a message that was handed out back where it was.</summary>
    protected static void PutBack(LinkedList<StoredMessage> ready, StoredMessage message)
    {
        var after = ready.First;
        while (after is not null && after.Value.Sequence < message.Sequence)
            after = after.Next;
        if (after is null)
            ready.AddLast(message);
        else
            ready.AddBefore(after, message);
    }

    /// <summary>A message may both arrive and be read.</summary>
    private bool TakeInNew(StoredMessage message)
    {
        if (message.Sequence <= LastSeen)
            return true;
        if (!TryTakeIn(message))
            return false;
        LastSeen = message.Sequence;
        return true;
    }
}

/// <summary>Without sessions: oldest first, any number at once.</summary>
internal sealed class PlainWindow(LocalStore store, long entity) : DeliveryWindow
{
    private const int Most = 256;

    private const string Next =
        $"""
        SELECT {StoredMessage.Columns} FROM bus_messages m LEFT JOIN bus_deliveries d ON d.seq = m.seq
        WHERE m.entity = $1 AND m.state = 0 AND m.seq > $2 ORDER BY m.seq LIMIT $3
        """;

    private readonly LinkedList<StoredMessage> ready = [];
    private long readyBytes;

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
                readyBytes -= node.Value.Body.Length;
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
            PutBack(ready, message);
            readyBytes += message.Body.Length;
        }
    }

    public override void Release(string? session)
    {
    }

    protected override bool TryTakeIn(StoredMessage message)
    {
        if (ready.Count >= Most || readyBytes >= MostBytes)
            return false;
        ready.AddLast(message);
        readyBytes += message.Body.Length;
        return true;
    }

    private bool Fill()
    {
        Absorb();
        if (ready.Count == 0 && IsBehind)
            ReadOn(store, Next, entity);
        return ready.Count > 0;
    }
}
