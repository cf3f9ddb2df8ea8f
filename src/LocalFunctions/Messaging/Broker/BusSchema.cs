namespace LocalFunctions.Messaging.Broker;

/// <summary>The broker's tables. Persisted formats: append steps, never edit one that has run anywhere.</summary>
internal static class BusSchema
{
    public const int Active = 0;
    public const int Scheduled = 1;
    public const int Dead = 2;

    /// <summary>
    /// One row per message and receiving entity: a topic's message is copied to each subscription that wants it, which for events of a
    /// few kilobytes is cheaper than a shared body with a count of its users. Deliveries are counted in a narrow table of their
    /// own, so that counting one never rewrites a body. Partial indexes keep what sleeps or is dead out of the way of what is taken.
    /// </summary>
    public static readonly string[] Steps =
    [
        "CREATE TABLE bus_entities (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE)",
        """
        CREATE TABLE bus_messages (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            entity INTEGER NOT NULL,
            state INTEGER NOT NULL,
            session TEXT,
            due INTEGER,
            enqueued INTEGER NOT NULL,
            expires INTEGER,
            died INTEGER,
            dead_reason TEXT,
            dead_description TEXT,
            message_id TEXT,
            subject TEXT,
            content_type TEXT,
            correlation_id TEXT,
            reply_to TEXT,
            recipient TEXT,
            properties TEXT,
            body BLOB NOT NULL)
        """,
        "CREATE INDEX bus_active ON bus_messages (entity, seq, session) WHERE state = 0",
        "CREATE INDEX bus_sessions ON bus_messages (entity, session, seq) WHERE state = 0 AND session IS NOT NULL",
        "CREATE INDEX bus_scheduled ON bus_messages (due, seq, entity) WHERE state = 1",
        "CREATE INDEX bus_dead ON bus_messages (entity, seq) WHERE state = 2",
        "CREATE TABLE bus_deliveries (seq INTEGER PRIMARY KEY, count INTEGER NOT NULL)",
        "CREATE TABLE bus_seen (entity INTEGER NOT NULL, message_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (entity, message_id)) WITHOUT ROWID",
        "CREATE INDEX bus_seen_by_age ON bus_seen (entity, at)",
        // Messages are read in the order of their entity; a session that has many goes on in bus_active, which has its name. Its own index was
        // random, so under load every message wrote a page of it twice.
        "DROP INDEX bus_sessions",
        // What dead letters are filtered by, so that counting them reads no body.
        "CREATE INDEX bus_dead_by_what ON bus_messages (entity, seq, dead_reason, subject, message_id, session, correlation_id, died) WHERE state = 2",
        "DROP INDEX bus_dead",
    ];
}
