using Microsoft.Data.Sqlite;

namespace LocalFunctions.Storage;

/// <summary>
/// Keeps the write-ahead log from growing without end. SQLite begins it anew only when a commit meets no reader, and under load there is
/// always one: measured with six reading threads, the log never began anew. So when it has outgrown its limit the writer waits for the
/// readers of the moment; those that come meanwhile find everything in the database itself and hold up nobody.
/// </summary>
/// <param name="store">Path of the database file.</param>
/// <param name="limit">Bytes; SQLite cuts the log down to this when it begins anew.</param>
internal sealed class LogLimit(string store, long limit)
{
    private readonly FileInfo log = new(store + "-wal");
    private readonly long limit = limit;
    private long allowed = limit;

    public string Pragma => $"PRAGMA journal_size_limit={limit}";

    /// <summary>After a commit, on the writer. Costs a look at the file's length.</summary>
    public void Keep(SqlSession writer)
    {
        log.Refresh();
        if (!log.Exists || log.Length <= allowed)
            return;

        allowed = HasBegunAnew(writer) ? limit : log.Length + limit;
    }

    /// <summary>False when a reader takes its time or the disk is full: the log is whole all the same, and is looked at again later.</summary>
    private static bool HasBegunAnew(SqlSession writer)
    {
        try
        {
            return writer.Scalar("PRAGMA wal_checkpoint(RESTART)") == 0;
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}
