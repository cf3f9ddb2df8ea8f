using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LocalFunctions.Storage;

/// <summary>
/// How SQLite runs in this process. A connection here is used by one thread at a time (<see cref="SqlSession"/>), so SQLite's own lock around
/// every call, and its memory statistics with a lock around every allocation, guard nothing.
/// </summary>
internal static class SqliteEngine
{
    private static readonly Lazy<bool> Configured = new(Configure);

    /// <summary>Before the first connection. Where somebody else has begun to use SQLite already, its locks stay: slower, not wrong.</summary>
    public static bool EnsureConfigured() => Configured.Value;

    /// <summary>
    /// A plan never depends on the values that are bound. Otherwise SQLite takes the value of a <c>LIMIT $1</c> for part of the plan and
    /// compiles the statement anew each time one is bound, which cost more than running it.
    /// </summary>
    public static void KeepPlans(sqlite3 connection)
    {
        const int EnableQueryPlannerStability = 1007;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_db_config(connection, EnableQueryPlannerStability, 1, out _), connection);
    }

    private static bool Configure()
    {
        Batteries_V2.Init();
        return raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD) == raw.SQLITE_OK && raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0) == raw.SQLITE_OK;
    }
}
