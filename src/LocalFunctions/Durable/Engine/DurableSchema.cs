namespace LocalFunctions.Durable.Engine;

/// <summary>The engine's tables. A persisted format: append steps, never edit one.</summary>
internal static class DurableSchema
{
    public static readonly string[] Steps =
    [
        // seq is never used twice, so whatever still points at a purged instance points at nothing.
        """
        CREATE TABLE durable_instances (
          seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, version TEXT NOT NULL, status INTEGER NOT NULL,
          generation INTEGER NOT NULL, turns INTEGER NOT NULL, events INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
          input TEXT, output TEXT, failure BLOB, custom_status TEXT, tags TEXT,
          parent INTEGER, parent_generation INTEGER, parent_task INTEGER, parent_id TEXT, parent_name TEXT)
        """,
        "CREATE INDEX durable_children ON durable_instances (parent) WHERE parent IS NOT NULL",
        "CREATE INDEX durable_ended ON durable_instances (created) WHERE status IN (1, 3, 5)",
        """
        CREATE TABLE durable_history (
          instance INTEGER NOT NULL, turn INTEGER NOT NULL, events BLOB NOT NULL, PRIMARY KEY (instance, turn)) WITHOUT ROWID
        """,
        // The inbox is the queue of ready turns as well: what is in it waits for a turn, in the order of seq.
        """
        CREATE TABLE durable_inbox (
          seq INTEGER PRIMARY KEY, instance INTEGER NOT NULL, generation INTEGER NOT NULL, front INTEGER NOT NULL, body BLOB NOT NULL)
        """,
        "CREATE INDEX durable_inbox_of ON durable_inbox (instance, front DESC, seq)",
        """
        CREATE TABLE durable_activities (
          seq INTEGER PRIMARY KEY, instance INTEGER NOT NULL, generation INTEGER NOT NULL, task INTEGER NOT NULL,
          name TEXT NOT NULL, instance_id TEXT NOT NULL, input TEXT)
        """,
        """
        CREATE TABLE durable_timers (
          instance INTEGER NOT NULL, task INTEGER NOT NULL, generation INTEGER NOT NULL, due INTEGER NOT NULL,
          PRIMARY KEY (instance, task)) WITHOUT ROWID
        """,
        "CREATE INDEX durable_timers_due ON durable_timers (due)",
        "CREATE TABLE durable_counts (one INTEGER PRIMARY KEY, live INTEGER NOT NULL, completed INTEGER NOT NULL, failed INTEGER NOT NULL, "
            + "terminated INTEGER NOT NULL)",
        "INSERT INTO durable_counts VALUES (1, 0, 0, 0, 0)",
        // SQLite keeps an IN list of three in a temporary table, which it made anew for every instance that was written.
        "DROP INDEX durable_ended",
        "CREATE INDEX durable_ended ON durable_instances (created) WHERE status = 1 OR status = 3 OR status = 5",
        // Where it comes from, for whoever traces: see TraceText. Null where nobody did.
        "ALTER TABLE durable_instances ADD COLUMN trace TEXT",
        "ALTER TABLE durable_inbox ADD COLUMN trace TEXT",
        "ALTER TABLE durable_activities ADD COLUMN trace TEXT",
    ];
}
