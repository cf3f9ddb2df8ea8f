using System.Diagnostics.CodeAnalysis;
using LocalFunctions.Storage;

namespace LocalFunctions.Messaging.Broker;

/// <summary>
/// With sessions: each has one holder at a time and is read in order; sessions wait their turn in a ring. A scan over the index (no
/// bodies) finds sessions that have messages, until enough are ready; a session reads its own messages a few at a time.
/// </summary>
internal sealed class SessionWindow(LocalStore store, long entity) : DeliveryWindow
{
    /// <summary>Sessions that are known to be ready at a time: a multiple of any sensible concurrency, and few enough for memory.</summary>
    private const int Enough = 128;

    private const int ScannedAtOnce = 512;

    /// <summary>A session with a million messages is passed over bit by bit while others (and it) go on.</summary>
    private const int PagesPerLook = 8;

    private const int ReadAtOnce = 8;

    private const string Scan = "SELECT seq, session FROM bus_messages WHERE entity = $1 AND state = 0 AND seq > $2 ORDER BY seq LIMIT $3";

    private const string NextOfSession =
        $"""
        SELECT {StoredMessage.Columns} FROM bus_messages m LEFT JOIN bus_deliveries d ON d.seq = m.seq
        WHERE m.entity = $1 AND m.session = $2 AND m.state = 0 AND m.seq > $3 ORDER BY m.seq LIMIT $4
        """;

    private readonly Dictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly LinkedList<Session> ring = [];
    private long lastScanned;

    public override bool HasReady()
    {
        lock (Gate)
        {
            DiscoverSessions();
            return FirstReady(chance: null) is not null;
        }
    }

    public override bool TryTake(Random? chance, int most, out IReadOnlyList<StoredMessage> taken)
    {
        lock (Gate)
        {
            DiscoverSessions();
            if (FirstReady(chance) is not { } session)
            {
                taken = [];
                return false;
            }

            ring.Remove(session);
            var list = new List<StoredMessage>();
            while (list.Count < most && TryPeek(session, out var message))
            {
                session.Ready.RemoveFirst();
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
            var ready = sessions[message.Session!].Ready;
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
        lock (Gate)
        {
            ring.AddLast(sessions[session!]);
        }
    }

    private void DiscoverSessions()
    {
        for (var pages = 0; MayHaveMore && ring.Count < Enough && (pages < PagesPerLook || ring.Count == 0); pages++)
        {
            MayHaveMore = false;
            var found = store.Read(s => s.Query(Scan, row => (Sequence: row.GetInt64(0), Session: row.GetString(1)), entity, lastScanned, ScannedAtOnce));
            foreach (var (_, id) in found)
            {
                if (sessions.TryGetValue(id, out var known))
                {
                    known.MayHaveMore = true;
                    continue;
                }

                var session = new Session(id);
                sessions.Add(id, session);
                ring.AddLast(session);
            }

            if (found.Count > 0)
                lastScanned = found[^1].Sequence;
            MayHaveMore = MayHaveMore || found.Count == ScannedAtOnce;
        }
    }

    /// <summary>The next session that really has a message; those that turn out empty are forgotten.</summary>
    private Session? FirstReady(Random? chance)
    {
        while (true)
        {
            while (ring.First is { } node)
            {
                for (var skip = chance?.Next(Math.Min(ring.Count, DrawnFrom)) ?? 0; skip > 0; skip--)
                    node = node.Next!;
                if (TryPeek(node.Value, out _))
                    return node.Value;
                ring.Remove(node);
                sessions.Remove(node.Value.Id);
            }

            if (!MayHaveMore)
                return null;
            DiscoverSessions();
        }
    }

    private bool TryPeek(Session session, [NotNullWhen(true)] out StoredMessage? message)
    {
        if (session.Ready.Count == 0 && session.MayHaveMore)
        {
            session.MayHaveMore = false;
            var read = store.Read(s => s.Query(NextOfSession, StoredMessage.Read, entity, session.Id, session.LastRead, ReadAtOnce));
            foreach (var next in read)
                session.Ready.AddLast(next);
            if (read.Count > 0)
                session.LastRead = read[^1].Sequence;
            session.MayHaveMore = read.Count == ReadAtOnce;
        }

        message = session.Ready.First?.Value;
        return message is not null;
    }

    private sealed class Session(string id)
    {
        public string Id { get; } = id;

        public LinkedList<StoredMessage> Ready { get; } = [];

        public bool MayHaveMore { get; set; } = true;

        public long LastRead { get; set; }
    }
}
