using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>
/// With sessions: each has one holder at a time and is read in order; sessions wait their turn in a ring. The window goes through all messages
/// of the entity in their order, as long as few enough sessions are ready; what a session has no room for it reads by itself later.
/// </summary>
internal sealed class SessionWindow(LocalStore store, long entity) : DeliveryWindow
{
    /// <summary>Sessions that are known to be ready at a time: a multiple of any sensible concurrency, and few enough for memory.</summary>
    private const int Enough = 128;

    /// <summary>A session with a million messages is passed over bit by bit while others (and it) go on.</summary>
    private const int PagesPerLook = 8;

    private const int MostOfSession = 16;

    private const string Next =
        $"""
        SELECT {StoredMessage.Columns} FROM bus_messages m LEFT JOIN bus_deliveries d ON d.seq = m.seq
        WHERE m.entity = $1 AND m.state = 0 AND m.seq > $2 ORDER BY m.seq LIMIT $3
        """;

    private const string NextOfSession =
        $"""
        SELECT {StoredMessage.Columns} FROM bus_messages m LEFT JOIN bus_deliveries d ON d.seq = m.seq
        WHERE m.entity = $1 AND m.state = 0 AND m.seq > $3 AND m.session = $2 ORDER BY m.seq LIMIT $4
        """;

    private readonly Dictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly LinkedList<Session> ring = [];
    private long readyBytes;

    private bool IsFull => ring.Count >= Enough || readyBytes >= MostBytes;

    /// <summary>Half full at most: else a look would read many messages again and again and have room for the first of them only.</summary>
    private bool HasRoomForALook => ring.Count <= Enough - ReadAtOnce && readyBytes < MostBytes / 2;

    public override bool HasReady()
    {
        lock (Gate)
            return FirstReady(chance: null) is not null;
    }

    public override bool TryTake(Random? chance, int most, out IReadOnlyList<StoredMessage> taken)
    {
        lock (Gate)
        {
            if (FirstReady(chance) is not { } session)
            {
                taken = [];
                return false;
            }

            ring.Remove(session);
            var list = new List<StoredMessage>();
            while (list.Count < most && HasMessage(session))
            {
                var message = session.Ready.First!.Value;
                session.Ready.RemoveFirst();
                readyBytes -= message.Body.Length;
                list.Add(message);
            }

            taken = list;
            return true;
        }
    }

    public override void GiveBack(StoredMessage message)
    {
        lock (Gate)
        {
            // Held until Release: what came after it in the session waits behind it.
            PutBack(sessions[message.Session!].Ready, message);
            readyBytes += message.Body.Length;
        }
    }

    public override void Release(string? session)
    {
        lock (Gate)
        {
            ring.AddLast(sessions[session!]);
        }
    }

    protected override bool TryTakeIn(StoredMessage message)
    {
        if (!sessions.TryGetValue(message.Session!, out var session))
        {
            if (IsFull)
                return false;
            session = new Session(message.Session!);
            sessions.Add(session.Id, session);
            ring.AddLast(session);
        }

        if (session.HasMore || session.Ready.Count >= MostOfSession || readyBytes >= MostBytes)
            session.HasMore = true;
        else if (message.Sequence > session.LastRead)
            Add(session, message);
        return true;
    }

    private void Add(Session session, StoredMessage message)
    {
        session.Ready.AddLast(message);
        session.LastRead = message.Sequence;
        readyBytes += message.Body.Length;
    }

    /// <summary>The next session that really has a message; those that turn out empty are forgotten.</summary>
    private Session? FirstReady(Random? chance)
    {
        while (true)
        {
            Absorb();
            for (var pages = 0; IsBehind && HasRoomForALook && (pages < PagesPerLook || ring.Count == 0); pages++)
                ReadOn(store, Next, entity);
            while (ring.First is { } node)
            {
                for (var skip = chance?.Next(Math.Min(ring.Count, DrawnFrom)) ?? 0; skip > 0; skip--)
                    node = node.Next!;
                if (HasMessage(node.Value))
                    return node.Value;
                ring.Remove(node);
                sessions.Remove(node.Value.Id);
            }

            // No room without a ring: all that is in memory is of sessions that are held, and comes back with their release.
            if (!IsBehind || !HasRoomForALook)
                return null;
        }
    }

    /// <summary>
    /// Reads some more of the session if there may be more, over the index of the entity, which has the sessions' names beside the numbers.
    /// What arrives meanwhile is above what was read, or read already.
    /// </summary>
    private bool HasMessage(Session session)
    {
        if (session.Ready.Count == 0 && session.HasMore)
        {
            var read = store.Read(s => s.Query(NextOfSession, StoredMessage.Read, entity, session.Id, session.LastRead, MostOfSession));
            session.HasMore = read.Count == MostOfSession;
            foreach (var message in read)
                Add(session, message);
        }

        return session.Ready.Count > 0;
    }

    private sealed class Session(string id)
    {
        public string Id { get; } = id;

        public LinkedList<StoredMessage> Ready { get; } = [];

        /// <summary>Whether messages behind <see cref="LastRead"/> were passed over.</summary>
        public bool HasMore { get; set; }

        public long LastRead { get; set; }
    }
}
